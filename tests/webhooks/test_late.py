"""Reports and texts that came while the database was away: kept, and taken in when it is back."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from hotline import http
from hotline.calls.models import CallLeg
from hotline.calls.recording_models import Recording
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.messages.models import EarlyReport
from hotline.tickets.models import Ticket
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset
from webhooks import late, late_jobs

Away = Callable[[], None]


@pytest.fixture(autouse=True)
def spool(app: APIFlask) -> Iterator[Path]:
    """An empty spool."""
    folder: Path = app.extensions["config"].var_dir / late.FOLDER
    _empty(folder)
    yield folder
    _empty(folder)


def _empty(folder: Path) -> None:
    for path in folder.glob("*"):
        path.unlink()


@pytest.fixture(params=["refused", "no connection left"])
def away(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Away]:
    """Call it: from then on every write fails, until `monkeypatch` undoes it."""
    failure = (
        OperationalError("SELECT 1", {}, Exception("connection refused"))
        if request.param == "refused"
        else NoConnection()
    )

    def fail(*_given: object, **_named: object) -> None:
        raise failure

    yield lambda: monkeypatch.setattr(http, "write", fail)


def files(folder: Path) -> list[Path]:
    return list(late.waiting(folder))


def ticket_count() -> int:
    return len(db.session.scalars(select(Ticket.id)).all())


def test_reports_of_a_call_are_replayed_in_order_with_their_own_time(
    client: FlaskClient, spool: Path, time: Clock, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Handset(client)
    phone.dial()
    phone.stay()
    over = time.now
    with monkeypatch.context():
        away()
        assert phone.reported("in-progress", SequenceNumber="1").status_code == 204
        time.later(2)
        over = time.now
        assert phone.reported("completed", SequenceNumber="2").status_code == 204
        assert phone.reported("completed", SequenceNumber="2").status_code == 204
        time.later(300)
        late_jobs.replay_reports()
        assert len(files(spool)) == 2
        monkeypatch.undo()
        monkeypatch.setattr("hotline.clock.now", lambda: time.now)
    words = "".join(one.read_text() for one in files(spool))
    assert doors.PHONE not in words
    assert phone.sid not in words
    assert all(one.stat().st_mode & 0o077 == 0 for one in files(spool))
    late_jobs.replay_reports()
    assert files(spool) == []
    db.session.expire_all()
    leg = db.session.scalars(select(CallLeg).where(CallLeg.provider_id == phone.sid)).one()
    assert leg.ended_at == over
    assert (phone.call.state, phone.call.ended_at) == (CallState.ABANDONED, over)


def test_a_recording_a_text_and_its_delivery_are_taken_in_once(
    client: FlaskClient, spool: Path, time: Clock, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Handset(client)
    phone.dial()
    query = f"{phoning.RECORDING}?call={phone.call.ref}&kind=call"
    before = ticket_count()
    sent = doors.fields("燕山大街路灯不亮，已经三天了")
    report = {"MessageSid": "SM" + "9" * 32, "MessageStatus": "delivered"}
    away()
    told: dict[str, Any] = {"RecordingSid": "RE1", "RecordingStatus": "completed"}
    assert phone.send(query, **told).status_code == 204
    answers = [doors.post(client, doors.SMS, sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert "<Response/>" in answers[0].get_data(as_text=True)
    assert doors.post(client, doors.STATUS, report).status_code == 204
    assert len(files(spool)) == 3
    monkeypatch.undo()
    late_jobs.replay_reports()
    late_jobs.replay_reports()
    assert files(spool) == []
    assert ticket_count() == before + 1
    assert doors.post(client, doors.SMS, sent).status_code == 200
    assert ticket_count() == before + 1
    assert db.session.scalars(select(Recording.provider_id)).all() == ["RE1"]
    assert db.session.get(EarlyReport, report["MessageSid"]) is not None


def test_what_is_not_signed_is_not_kept(client: FlaskClient, spool: Path, away: Away) -> None:
    away()
    assert client.post(phoning.STATUS, data={"CallSid": "CA1"}).status_code == 403
    assert files(spool) == []


def test_what_nobody_can_read_is_laid_aside(client: FlaskClient, spool: Path, time: Clock) -> None:
    spool.mkdir(parents=True, exist_ok=True)
    (spool / "1-a.json").write_text("{")
    (spool / "2-b.json").write_text(json.dumps({"at": time.now.isoformat(), "said": "forged"}))
    late_jobs.replay_reports()
    assert files(spool) == []
    assert len(list(spool.glob("*.broken"))) == 2


def test_of_a_call_that_nobody_knows_nothing_is_left(
    client: FlaskClient, spool: Path, time: Clock, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    away()
    assert Handset(client).reported("completed").status_code == 204
    monkeypatch.undo()
    late_jobs.replay_reports()
    assert list(spool.glob("*")) == []
