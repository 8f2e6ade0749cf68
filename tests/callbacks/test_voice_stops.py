"""Numbers that the machine calls no more: seen by administration, found, let go with a trace."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks import voice_calls
from callbacks.voice_models import VoiceStop
from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.calls.models import Call
from hotline.extensions import db
from tests.calls import overseen

PAGE = "/admin/lines"


@pytest.fixture
def call(app: APIFlask) -> Call:
    """A call in which a citizen wanted no more of them."""
    made = overseen.hall().caller()
    voice_calls.stop(made, now=clock.now())
    db.session.commit()
    return made


@pytest.fixture
def admin(app: APIFlask) -> FlaskClient:
    return overseen.one(app, Role.ADMINISTRATOR)


def stops() -> int:
    db.session.expire_all()
    return len(db.session.scalars(select(VoiceStop)).all())


def test_it_is_seen_masked_and_found_by_its_number(admin: FlaskClient, call: Call) -> None:
    shown = overseen.text(admin, PAGE)
    assert "138****5678" in shown
    assert "13812345678" not in shown.replace(" ", "")
    assert f"/calls/{call.ref}" in shown
    assert "138****5678" in overseen.text(admin, f"{PAGE}?stopped=138 1234 5678")
    assert "138****5678" not in overseen.text(admin, f"{PAGE}?stopped=13900000000")
    assert "这不是电话号码" in overseen.text(admin, f"{PAGE}?stopped=abc")


def test_it_is_let_go_with_a_reason_and_a_trace(admin: FlaskClient, call: Call) -> None:
    at = f"{PAGE}/stops/{call.id}"
    assert overseen.send(admin, at, PAGE, reason="").status_code == 303
    assert stops() == 1
    done = overseen.send(admin, at, PAGE, reason="citizen_asked")
    assert (done.status_code, stops()) == (303, 0)
    trace = db.session.scalars(
        select(AuditEntry).where(AuditEntry.kind == "machine_calls_allowed")
    ).one()
    assert (trace.subject, trace.facts) == (f"call:{call.id}", {"reason": "citizen_asked"})
    again = overseen.send(admin, at, PAGE, reason="citizen_asked")
    assert again.status_code == 303
    assert "本来就可以" in overseen.text(admin, PAGE)


def test_only_administration_lets_go(app: APIFlask, call: Call) -> None:
    supervisor = overseen.one(app, Role.SUPERVISOR)
    done = overseen.send(supervisor, f"{PAGE}/stops/{call.id}", reason="citizen_asked")
    assert (done.status_code, stops()) == (403, 1)
