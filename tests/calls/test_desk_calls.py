"""A call on the desk: its form, its draft, the tickets that come of it, and how they show it."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.calls import finding, linking
from hotline.calls.kinds import Mode, Result
from hotline.calls.models import Call, Line
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests import factories
from tests.calls.living import Hall

WHOLE = "13812345678"


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    """A hotline at this very moment, with one line."""
    made = Hall()
    made.now = clock.now()
    number = Line(number="12345", name="热线", mode=Mode.MERGED, opened_at=made.now)
    db.session.add(number)
    db.session.flush()
    return made


@pytest.fixture
def person(hall: Hall) -> Staff:
    """An operator who takes calls."""
    return hall.operator("op")


@pytest.fixture
def desk(app: APIFlask, person: Staff) -> FlaskClient:
    """The operator's browser."""
    client = app.test_client()
    factories.sign_in(client, person)
    return client


@pytest.fixture
def call(hall: Hall, person: Staff) -> Call:
    """A caller with whom the operator talks."""
    made = hall.caller()
    assert hall.distribute() == 1
    assert hall.picks_up(made)
    db.session.commit()
    return made


def send(client: FlaskClient, call: Call, **data: str) -> str:
    """The call's form, sent; answers the number of the ticket that is there now."""
    page = client.get(f"/console?call={call.ref}").get_data(as_text=True)
    data |= {
        "csrf_token": factories.hidden(page, "csrf_token"),
        "call": call.ref,
        "channel": "phone",
    }
    answer = client.post("/console", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return linking.of(call.id)[-1]


def test_the_form_knows_the_caller(desk: FlaskClient, call: Call) -> None:
    page = desk.get(f"/console?call={call.ref}").get_data(as_text=True)
    assert f'data-draft="call:{call.ref}"' in page
    assert f'value="{WHOLE}"' in page
    assert factories.hidden(page, "call") == call.ref


def test_the_last_matter_tells_the_district(desk: FlaskClient, hall: Hall) -> None:
    known = factories.taken(may_sort=False).ticket
    known.district_code = "C04"
    call = hall.caller()
    hall.distribute()
    db.session.commit()
    page = desk.get(f"/console?call={call.ref}").get_data(as_text=True)
    assert '<option value="C04" selected>' in page
    assert known.number in page
    card = desk.get(f"/console/caller?call={call.ref}").get_data(as_text=True)
    assert known.number in card


def test_somebody_elses_call_opens_no_form(desk: FlaskClient, hall: Hall) -> None:
    waiting = hall.caller("+8613900001111")
    db.session.commit()
    page = desk.get(f"/console?call={waiting.ref}").get_data(as_text=True)
    assert "13900001111" not in page
    assert 'data-draft="entry"' in page


def test_tickets_of_a_call_are_tied_to_it(desk: FlaskClient, call: Call) -> None:
    first = send(desk, call, body="路灯不亮", phone=WHOLE, request_type="help", category="T010101")
    second = send(
        desk, call, body="还有噪音", phone=WHOLE, leave_by="answer", answer="请拨打城管电话"
    )
    assert linking.of(call.id) == [first, second]
    done = finding.by_ref(call.ref)
    assert done.result is Result.TICKET
    made = db.session.query(Ticket).filter_by(number=first).one()
    assert made.line == "12345"
    third = send(desk, call, phone=WHOLE, leave_by="existing", existing=first, way="progress")
    assert third in (first, second)


def test_a_ticket_shows_its_calls(app: APIFlask, desk: FlaskClient, call: Call) -> None:
    number = send(desk, call, body="路灯不亮", phone=WHOLE, leave_by="file", filing="silence")
    page = desk.get(f"/tickets/{number}").get_data(as_text=True)
    assert f'id="call-{call.ref}"' in page
    assert WHOLE not in page


def test_a_known_ticket_is_put_to_the_call(desk: FlaskClient, call: Call) -> None:
    known = factories.taken(may_sort=False).ticket
    page = desk.get("/console/phone").get_data(as_text=True)
    data = {"csrf_token": factories.hidden(page, "csrf_token"), "number": known.number}
    at = f"/console/phone/calls/{call.ref}/ticket"
    assert desk.post(at, data=data, headers={"X-Phone": "1"}).status_code == 200
    assert linking.of(call.id) == [known.number]
    wrong = desk.post(at, data=data | {"number": "1"}, headers={"X-Phone": "1"})
    assert wrong.status_code == 422
