"""The operator's bar over HTTP: with the token, by permission, and what its keys do."""

import re
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import clock
from hotline.access import Role
from hotline.calls import clicking, finding, phone_bar, seating, talking
from hotline.calls.kinds import BreakReason, Device, LegRole, Purpose, Result, SeatState
from hotline.calls.models import Call
from hotline.calls.phone_bar import Asked
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.people.models import Duty, Staff
from tests import factories
from tests.calls.living import CITY, PHONE, Hall

WHOLE, MASKED = "13812345678", "138****5678"
SCRIPT = {"X-Phone": "1"}


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    """A hotline at this very moment."""
    made = Hall()
    made.now = clock.now()
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


def press(client: FlaskClient, at: str, **data: str) -> TestResponse:
    """A key of the bar, as its script sends it."""
    page = client.get("/console/phone").get_data(as_text=True)
    data["csrf_token"] = factories.hidden(page, "csrf_token")
    return client.post(at, data=data, headers=SCRIPT)


def seat(person: Staff) -> Seat:
    """The operator's seat as it is now."""
    db.session.expire_all()
    found = seating.seat_of(person.id)
    assert found is not None
    return found


def key(client: FlaskClient, name: str) -> str:
    """A key of the bar as the page shows it."""
    page = client.get("/console/phone").get_data(as_text=True)
    found = re.search(rf'<button[^>]*data-p="key-{name}".*?</button>', page, re.S)
    assert found is not None
    return found[0]


def offered(hall: Hall) -> Call:
    """A caller whose call rings at the operator."""
    call = hall.caller()
    assert hall.distribute() == 1
    db.session.commit()
    return call


def talk(hall: Hall) -> Call:
    """A caller with whom the operator talks."""
    call = offered(hall)
    assert hall.picks_up(call)
    db.session.commit()
    return call


def test_nothing_happens_without_the_token(desk: FlaskClient, person: Staff) -> None:
    answer = desk.post("/console/phone/state", data={"state": "off"})
    assert answer.status_code == 400
    assert seat(person).state is SeatState.READY


def test_break_and_back(desk: FlaskClient, person: Staff) -> None:
    assert press(desk, "/console/phone/state", reason="meal").status_code == 200
    assert (seat(person).state, seat(person).reason) == (SeatState.BREAK, BreakReason.MEAL)
    wrong = press(desk, "/console/phone/state")
    assert wrong.status_code == 422
    assert wrong.json is not None
    assert wrong.json["message"]
    press(desk, "/console/phone/state", state="ready")
    assert seat(person).state is SeatState.READY


def test_without_scripts_a_key_leads_back_with_words(desk: FlaskClient) -> None:
    page = desk.get("/console").get_data(as_text=True)
    token = factories.hidden(page, "csrf_token")
    answer = desk.post(
        "/console/phone/state", data={"csrf_token": token, "state": "off", "_back": "/console"}
    )
    assert (answer.status_code, answer.location) == (303, "/console")


def test_ready_needs_a_phone(desk: FlaskClient, person: Staff) -> None:
    press(desk, "/console/phone/state", state="off")
    seat(person).registered_at = None
    db.session.commit()
    refused = press(desk, "/console/phone/state", state="ready")
    assert refused.status_code == 409
    assert press(desk, "/console/phone/heard").status_code == 204
    assert press(desk, "/console/phone/state", state="ready").status_code == 200


def test_the_phone_is_chosen(desk: FlaskClient, person: Staff) -> None:
    wrong = press(desk, "/console/phone/device", device="sip", address="nothing")
    assert wrong.status_code == 422
    press(desk, "/console/phone/device", device="number", address="0335 3801234")
    assert (seat(person).device, seat(person).address) == (Device.NUMBER, "+863353801234")
    assert "disabled" in key(desk, "mute")


def test_a_token_for_the_browser(
    app: APIFlask, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = press(desk, "/console/phone/token")
    assert without.status_code == 503
    assert without.json is not None
    assert without.json["message"]
    carrier = app.extensions["carrier"]
    voice = replace(carrier.voice, _key="SK" + "1" * 32, _secret="s" * 32)
    monkeypatch.setitem(app.extensions, "carrier", replace(carrier, voice=voice))
    told = press(desk, "/console/phone/token").json
    assert told is not None
    assert told["identity"] == "op"
    assert told["token"].count(".") == 2


def test_who_rings_is_shown_and_may_be_let_pass(
    desk: FlaskClient, person: Staff, hall: Hall
) -> None:
    assert "disabled" in key(desk, "answer")
    call = offered(hall)
    page = desk.get("/console/phone").get_data(as_text=True)
    assert WHOLE in page
    assert f'data-ref="{call.ref}"' in page
    assert "disabled" not in key(desk, "answer")
    assert press(desk, f"/console/phone/calls/{call.ref}/decline").status_code == 200
    assert db.session.get_one(Call, call.id).state is CallState.WAITING


def test_a_call_from_the_first_word_to_the_note(
    desk: FlaskClient, person: Staff, hall: Hall
) -> None:
    call = talk(hall)
    at = f"/console/phone/calls/{call.ref}"
    assert press(desk, f"{at}/hold").status_code == 200
    assert finding.by_ref(call.ref).held_at is not None
    assert f"{at}/resume" in desk.get("/console/phone").get_data(as_text=True)
    press(desk, f"{at}/resume")
    assert press(desk, f"{at}/hang-up").status_code == 200
    assert seat(person).state is SeatState.WRAP_UP
    assert press(desk, f"{at}/finish", result="silent", note="没有声音").status_code == 200
    done = finding.by_ref(call.ref)
    assert (done.state, done.result, done.note) == (CallState.ENDED, Result.SILENT, "没有声音")
    assert seat(person).state is SeatState.READY


def test_going_on_a_break_ends_the_writing_up(desk: FlaskClient, person: Staff, hall: Hall) -> None:
    call = talk(hall)
    press(desk, f"/console/phone/calls/{call.ref}/hang-up")
    press(desk, "/console/phone/state", reason="rest")
    assert seat(person).state is SeatState.BREAK
    assert finding.by_ref(call.ref).state is CallState.ENDED


def test_picking_a_caller_ends_the_writing_up(desk: FlaskClient, person: Staff, hall: Hall) -> None:
    first = talk(hall)
    press(desk, f"/console/phone/calls/{first.ref}/hang-up")
    second = hall.caller("+8613900001111")
    db.session.commit()
    shown = desk.get("/console/phone/callers").get_data(as_text=True)
    assert "139****1111" in shown
    assert "13900001111" not in shown
    assert press(desk, f"/console/phone/calls/{second.ref}/pick").status_code == 200
    assert finding.by_ref(second.ref).offered_to == person.id
    assert finding.by_ref(first.ref).state is CallState.ENDED


def test_calling_in_a_duty_phone_and_passing_on(
    desk: FlaskClient, person: Staff, hall: Hall
) -> None:
    day = hall.now.astimezone(CITY).date()
    on_duty = Duty(
        unit_id=factories.unit("E01").id,
        since_on=day,
        until_on=day,
        name="值班",
        phone="0335 3801234",
        entered_by="test",
        entered_at=hall.now,
    )
    db.session.add(on_duty)
    call = talk(hall)
    at = f"/console/phone/calls/{call.ref}"
    choices = desk.get("/console/phone/targets").get_data(as_text=True)
    assert "unit:E01" in choices
    assert "service:110" in choices
    assert "3801234" not in choices
    assert press(desk, f"{at}/call-in", target="unit:E01").status_code == 200
    third = finding.open_legs(finding.by_ref(call.ref), LegRole.THIRD)[0]
    assert third.address == "+863353801234"
    talking.answered(finding.by_ref(call.ref), third, now=hall.now, ways=hall.ways)
    db.session.commit()
    assert "市自来水公司" in desk.get("/console/phone").get_data(as_text=True)
    assert press(desk, f"{at}/pass-on").status_code == 200
    assert seat(person).state is SeatState.WRAP_UP


@pytest.mark.parametrize(
    "wrong", [{}, {"target": "unit:D14"}, {"target": "operator:nobody"}, {"number": "abc"}]
)
def test_nobody_is_called_in_who_is_not_there(
    desk: FlaskClient, hall: Hall, wrong: dict[str, str]
) -> None:
    call = talk(hall)
    assert press(desk, f"/console/phone/calls/{call.ref}/call-in", **wrong).status_code == 422


def test_who_was_called_in_is_let_go(desk: FlaskClient, hall: Hall) -> None:
    call = talk(hall)
    at = f"/console/phone/calls/{call.ref}"
    press(desk, f"{at}/call-in", number="13900001111")
    third = finding.open_legs(finding.by_ref(call.ref), LegRole.THIRD)[0]
    assert press(desk, f"{at}/drop", leg="unknown").status_code == 404
    assert press(desk, f"{at}/drop", leg=third.ref).status_code == 200


def test_a_call_of_somebody_else_is_left_alone(
    app: APIFlask, desk: FlaskClient, hall: Hall
) -> None:
    call = talk(hall)
    other = app.test_client()
    factories.sign_in(other, factories.staff("other", Role.OPERATOR))
    for verb in ("hold", "hang-up", "finish"):
        answer = press(other, f"/console/phone/calls/{call.ref}/{verb}")
        assert answer.status_code == 403, verb
    assert press(desk, "/console/phone/calls/unknown/hold").status_code == 404


def test_click_to_call(desk: FlaskClient, person: Staff, hall: Hall) -> None:
    ticket = factories.taken(may_sort=False).ticket
    page = desk.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "/console/phone/click" in page
    assert WHOLE not in page
    answer = press(desk, "/console/phone/click", ticket=ticket.number)
    assert answer.status_code == 200
    call = db.session.query(Call).one()
    assert (call.purpose, call.phone, call.offered_to) == (Purpose.CLICK, PHONE, person.id)
    assert press(desk, "/console/phone/click", ticket=ticket.number).status_code == 409


def test_only_sealed_numbers_are_dialled(desk: FlaskClient) -> None:
    assert press(desk, "/console/phone/click", sealed=WHOLE).status_code == 422
    assert press(desk, "/console/phone/click", sealed=clicking.sealed(PHONE)).status_code == 200


def test_who_does_not_work_on_it_does_not_dial(app: APIFlask, hall: Hall) -> None:
    agent, client = factories.staff("agent", Role.CALLBACK_AGENT), app.test_client()
    factories.sign_in(client, agent)
    ticket = factories.taken(may_sort=False).ticket
    assert press(client, "/console/phone/click", ticket=ticket.number).status_code == 403


def test_figures_of_the_day(desk: FlaskClient, person: Staff, hall: Hall) -> None:
    call = talk(hall)
    hall.later(90)
    talking.hang_up(call, by=person.id, now=hall.now, rules=hall.rules)
    hall.later(30)
    shown = phone_bar.day(Asked(person.id, hall.now, CITY))
    assert (shown.taken, shown.talk, shown.write_up) == (1, 90, 30)


def test_the_phone_alone(desk: FlaskClient) -> None:
    page = desk.get("/phone")
    assert page.status_code == 200
    assert 'id="phone"' in page.get_data(as_text=True)
