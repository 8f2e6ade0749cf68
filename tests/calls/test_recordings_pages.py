"""Hearing recordings: in pieces, by whom, with a trace, and never kept by a browser."""

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.calls import listening, recording
from hotline.calls.kinds import RecordingKind
from hotline.calls.models import Call
from hotline.calls.recording_models import Recording
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories
from tests.calls import overseen
from tests.calls.overseen import SOUND
from tests.dispatch import samples


@pytest.fixture
def operator(app: APIFlask) -> Staff:
    """Who had the call."""
    return overseen.hall().operator("op")


@pytest.fixture
def call(operator: Staff) -> Call:
    """A call that is over."""
    return overseen.talked(overseen.hall(), operator)


@pytest.fixture
def sound(call: Call) -> Recording:
    """Its recording."""
    return overseen.recorded(call)


@pytest.fixture
def leader(app: APIFlask) -> FlaskClient:
    """Whoever may hear all calls."""
    return overseen.one(app, Role.SHIFT_LEADER)


def test_whole_and_in_pieces(leader: FlaskClient, sound: Recording) -> None:
    whole = leader.get(f"/recordings/{sound.id}")
    assert (whole.status_code, whole.data) == (200, SOUND)
    assert whole.mimetype == "audio/wav"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"] == "private, no-store"
    assert whole.headers["Accept-Ranges"] == "bytes"
    piece = leader.get(f"/recordings/{sound.id}", headers={"Range": "bytes=100-199"})
    assert (piece.status_code, piece.data) == (206, SOUND[100:200])
    assert piece.headers["Content-Range"] == f"bytes 100-199/{len(SOUND)}"
    beyond = leader.get(f"/recordings/{sound.id}", headers={"Range": f"bytes={len(SOUND)}-"})
    assert beyond.status_code == 416


def test_the_page_plays_nothing_by_itself(
    leader: FlaskClient, call: Call, sound: Recording
) -> None:
    page = overseen.text(leader, f"/calls/{call.ref}")
    player = re.search(r"<audio[^>]*>", page)
    assert player is not None
    assert 'preload="none"' in player[0]
    assert "autoplay" not in player[0]
    assert _traces() == 0


def test_one_opening_is_one_listening(leader: FlaskClient, call: Call, sound: Recording) -> None:
    address = _address(leader, call)
    for piece in ("bytes=0-99", "bytes=100-199", "bytes=200-"):
        assert leader.get(address, headers={"Range": piece}).status_code == 206
    assert _traces() == 1
    assert leader.get(_address(leader, call)).status_code == 200  # the page opened again
    assert _traces() == 2
    trace = db.session.query(AuditEntry).filter_by(kind=listening.HEARD).first()
    assert trace is not None
    assert (trace.subject, trace.facts) == (f"call:{call.id}", {"recording": sound.id})


def test_a_token_of_somebody_else_hides_nothing(
    app: APIFlask, leader: FlaskClient, call: Call, sound: Recording
) -> None:
    address, other = _address(leader, call), overseen.one(app, Role.SUPERVISOR)
    assert leader.get(address).status_code == other.get(address).status_code == 200
    assert other.get(f"/recordings/{sound.id}?opening=made-up").status_code == 200
    assert _traces() == 3


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SHIFT_LEADER, 200),
        (Role.SUPERVISOR, 200),
        (Role.HEAD, 200),
        (Role.INSPECTOR, 200),
        (Role.OPERATOR, 404),
        (Role.DISPATCHER, 404),
        (Role.REVIEWER, 404),
        (Role.EDITOR, 403),
        (Role.ADMINISTRATOR, 403),
    ],
)
def test_who_hears_a_call_of_others(
    app: APIFlask, sound: Recording, role: Role, status: int
) -> None:
    assert overseen.one(app, role).get(f"/recordings/{sound.id}").status_code == status


def test_operators_hear_their_own(app: APIFlask, operator: Staff, sound: Recording) -> None:
    assert overseen.browser(app, operator).get(f"/recordings/{sound.id}").status_code == 200


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.DISPATCHER, Role.REVIEWER])
def test_a_message_is_heard_by_who_works_on_its_ticket(
    app: APIFlask, call: Call, role: Role
) -> None:
    sound = overseen.recorded(call, RecordingKind.MESSAGE)
    browser = overseen.one(app, role)
    assert browser.get(f"/recordings/{sound.id}").status_code == 404  # no ticket came of it yet
    ticket = samples.signed()
    overseen.linked(call, ticket)
    assert browser.get(f"/recordings/{sound.id}").status_code == 200
    ticket.is_confidential = True
    db.session.commit()
    assert browser.get(f"/recordings/{sound.id}").status_code == 404


def test_a_unit_hears_what_it_handles(app: APIFlask, call: Call, sound: Recording) -> None:
    unit = overseen.one(app, Role.HANDLER, unit_code="D16")
    assert unit.get(f"/recordings/{sound.id}").status_code == 404  # no ticket came of it
    ticket = samples.signed()
    overseen.linked(call, ticket)
    other = overseen.browser(app, factories.staff("d14", Role.HANDLER, unit_code="D14"))
    assert unit.get(f"/recordings/{sound.id}").status_code == 200
    assert other.get(f"/recordings/{sound.id}").status_code == 404
    ticket.is_confidential = True
    db.session.commit()
    assert unit.get(f"/recordings/{sound.id}").status_code == 404


def test_of_a_call_about_several_tickets_a_unit_needs_all(
    app: APIFlask, call: Call, sound: Recording
) -> None:
    unit = overseen.one(app, Role.HANDLER, unit_code="D16")
    overseen.linked(call, samples.signed())
    overseen.linked(call, factories.sorted_ticket(phone="+8613900000001"))
    assert unit.get(f"/recordings/{sound.id}").status_code == 404


def test_what_is_deleted_is_said_and_not_played(
    leader: FlaskClient, call: Call, sound: Recording
) -> None:
    recording.erase(sound.id, now=clock.now())
    db.session.commit()
    assert leader.get(f"/recordings/{sound.id}").status_code == 404
    page = overseen.text(leader, f"/calls/{call.ref}")
    assert "<audio" not in page
    assert "保存期满已删除" in page


def test_a_recording_nobody_made(leader: FlaskClient) -> None:
    assert leader.get("/recordings/999999").status_code == 404


def _address(client: FlaskClient, call: Call) -> str:
    found = re.search(r'<audio[^>]*src="([^"]+)"', overseen.text(client, f"/calls/{call.ref}"))
    assert found is not None
    return found[1]


def _traces() -> int:
    return db.session.query(AuditEntry).filter_by(kind=listening.HEARD).count()
