"""What the tests of log, board, lines and recordings have in common: browsers, posts, sounds."""

import hashlib
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import clock
from hotline.access import Role
from hotline.calls import recording
from hotline.calls.kinds import RecordingKind, RecordingState
from hotline.calls.models import Call, CallTicket
from hotline.calls.recording import Errand
from hotline.calls.recording_models import Recording
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests import factories
from tests.calls.living import Hall

SOUND = bytes(range(256)) * 40


def hall() -> Hall:
    """A hotline at this very moment."""
    made = Hall()
    made.now = clock.now()
    return made


def browser(app: APIFlask, person: Staff) -> FlaskClient:
    """Somebody's browser, signed in."""
    client = app.test_client()
    factories.sign_in(client, person)
    return client


def one(app: APIFlask, role: Role, **given: Any) -> FlaskClient:
    """The browser of somebody in this role."""
    return browser(app, factories.staff(role.value, role, **given))


def send(client: FlaskClient, at: str, page: str = "/account", **data: str) -> TestResponse:
    """A form of a page."""
    shown = client.get(page).get_data(as_text=True)
    data["csrf_token"] = factories.hidden(shown, "csrf_token")
    return client.post(at, data=data)


def text(client: FlaskClient, at: str) -> str:
    """A page's source, which must open."""
    answer = client.get(at)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def talked(at: Hall, operator: Staff, phone: str | None = "+8613812345678") -> Call:
    """A call that this operator, the only one who is ready, had, written up."""
    call = at.caller(phone)
    assert at.distribute() == 1
    assert at.picks_up(call)
    at.later(90)
    at.citizen_hangs_up(call)
    db.session.commit()
    assert call.staff_id == operator.id
    return call


def recorded(call: Call, kind: RecordingKind = RecordingKind.CALL) -> Recording:
    """A recording of the call, kept here."""
    now = clock.now()
    name = f"RE{call.id:032d}{kind.value}"
    recording_id = recording.announce(name, call, kind, seconds=90, now=now)
    assert recording_id is not None
    errand = Errand(recording_id, name, is_stored=False)
    digest = recording.keep(errand, SOUND)
    assert digest == hashlib.sha256(SOUND).hexdigest()
    recording.note_stored(errand, digest=digest, mimetype="audio/wav", size=len(SOUND), now=now)
    db.session.commit()
    found = db.session.get_one(Recording, recording_id)
    assert found.state is RecordingState.STORED
    return found


def linked(call: Call, ticket: Ticket) -> None:
    """The ticket came of this call."""
    db.session.add(
        CallTicket(call_id=call.id, ticket_id=ticket.id, linked_at=clock.now(), linked_by="system")
    )
    db.session.commit()
