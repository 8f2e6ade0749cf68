"""What a SIGKILL leaves behind: a relay between read and commit, a web process after a commit.

Real processes, killed for real.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select

from hotline import audit, events, relay
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.config import Config
from hotline.events import Fact, OutboxRow, Readers
from hotline.extensions import db
from hotline.http import IdempotencyKey
from hotline.tickets import history
from hotline.tickets.models import Ticket
from tests import committed, factories

ROOT = Path(__file__).parents[2]
MATTER = {"channel": "phone", "title": "夜市占道", "body": "文化路夜市每晚占道经营。"}


def test_a_relay_killed_between_read_and_commit_loses_and_doubles_nothing(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    readers = Readers()
    readers.add([("told", "reader", read)])
    monkeypatch.setitem(committed_app.extensions, "readers", readers)
    events.publish([Fact("told", "ticket:1", {"n": 1}, factories.NOW)])
    db.session.commit()
    process = start("relay", committed_app, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.kill()
    process.communicate()
    assert traces() == 0
    assert db.session.scalar(select(func.count()).select_from(OutboxRow)) == 1
    db.session.rollback()
    # Until the server has noticed, the row is still the killed relay's.
    committed.wait_for(relay.drain)
    assert traces() == 1
    assert relay.drain() == 0


def test_a_web_process_killed_after_the_commit_took_the_matter_in_once(
    committed_app: APIFlask, tmp_path: Path
) -> None:
    headers = factories.bearer(factories.staff("op", Role.OPERATOR))
    headers |= {"Idempotency-Key": "the-first-try"}
    process = start("web", committed_app, tmp_path, matter=MATTER, headers=headers)
    process.communicate()
    assert process.returncode == -9
    ticket = db.session.scalars(select(Ticket)).one()
    assert db.session.query(OutboxRow).count() > 0
    answer = committed_app.test_client().post("/api/v1/tickets", json=MATTER, headers=headers)
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["number"] == ticket.number
    assert db.session.query(Ticket).count() == 1
    assert db.session.query(IdempotencyKey).count() == 1
    assert list(history.verify([ticket])) == []


def read(fact: Fact) -> None:
    """Leave a trace."""
    audit.record("system:test", fact.kind, fact.subject, at=factories.NOW)


def traces() -> int:
    """How many traces the reader left that are committed."""
    found = db.session.query(AuditEntry).filter_by(actor="system:test").count()
    db.session.rollback()
    return found


def start(what: str, app: APIFlask, folder: Path, **given: Any) -> "subprocess.Popen[str]":
    """Start the process that will be killed."""
    config: Config = app.extensions["config"]
    environ = {
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "SECRET_KEY": config.secret_key,
        "FIELD_KEYS": config.field_keys,
        "TWILIO_ACCOUNT_SID": config.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": config.twilio_auth_token,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ground.dying", what],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"environ": environ, "folder": str(folder)} | given))
    process.stdin.close()
    process.stdin = None
    return process
