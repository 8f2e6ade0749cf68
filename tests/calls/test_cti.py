"""Events of any telephone exchange: screen-pop, states, log, figures; said twice, late, wrong."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import clock
from hotline.access import Role
from hotline.calls import ending, finding, offering, reaping, reckoning, seating
from hotline.calls.kinds import Direction, SeatState
from hotline.calls.models import Call, CarrierOrder
from hotline.calls.rules import CallRules
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories
from tests.calls import overseen
from tests.calls.living import CITY

AT = "/api/v1/cti/calls"
CALL = {"from": "13812345678", "to": "12345", "direction": "inbound", "callId": "pbx-1"}


class Exchange:
    """A machine with a token of its own."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._token = factories.bearer(factories.staff("pbx", Role.EXCHANGE))

    def tells(self, event: str, **given: Any) -> TestResponse:
        """One event."""
        body = {k: v for k, v in (CALL | {"event": event} | given).items() if v is not None}
        return self._client.post(AT, json=body, headers=self._token)


@pytest.fixture
def pbx(client: FlaskClient) -> Exchange:
    """Somebody else's exchange."""
    return Exchange(client)


@pytest.fixture
def operator(app: APIFlask) -> Staff:
    """Somebody who has never used our phone."""
    return factories.staff("op", Role.OPERATOR)


def test_a_call_from_the_first_ring_to_the_end(
    pbx: Exchange, operator: Staff, app: APIFlask
) -> None:
    new = pbx.tells("newCall", user="op")
    assert (new.status_code, (new.json or {})["state"]) == (201, "offered")
    call = _call()
    assert (_seat(operator).state, _seat(operator).call_id) == (SeatState.RINGING, call.id)
    answered = pbx.tells("answer", user="op")
    assert (answered.status_code, (answered.json or {})["user"]) == (200, "op")
    assert _seat(operator).state is SeatState.ON_CALL
    over = pbx.tells("hangup")
    assert (over.json or {})["state"] == "wrap_up"
    assert _seat(operator).state is SeatState.WRAP_UP
    assert db.session.query(CarrierOrder).count() == 0
    page = overseen.text(overseen.one(app, Role.SUPERVISOR), f"/calls/{call.ref}")
    assert "由外部交换机上报" in page
    assert "138****5678" in page


def test_who_was_off_is_off_again_afterwards(pbx: Exchange, operator: Staff) -> None:
    for event in ("newCall", "answer", "hangup"):
        pbx.tells(event, user="op")
    hall = overseen.hall()
    ending.finish(finding.by_ref(_call().ref), by=operator.id, result=None, note="", at=hall.at)
    db.session.commit()
    assert _seat(operator).state is SeatState.OFF
    assert _call().state is CallState.ENDED


def test_said_twice_it_is_one(pbx: Exchange, operator: Staff) -> None:
    codes = [
        pbx.tells(event, user="op").status_code
        for event in ("newCall", "newCall", "answer", "answer", "newCall", "hangup", "hangup")
    ]
    assert codes == [201, 200, 200, 200, 200, 200, 200]
    assert pbx.tells("newCall", user="op").status_code == 200
    assert _call().state is CallState.WRAP_UP


def test_an_answer_may_come_first(pbx: Exchange, operator: Staff) -> None:
    assert pbx.tells("answer", user="op").status_code == 201
    assert pbx.tells("newCall", user="op").status_code == 200
    assert _call().state is CallState.CONNECTED


def test_an_answer_after_the_end_contradicts(pbx: Exchange, operator: Staff) -> None:
    pbx.tells("newCall")
    pbx.tells("hangup")
    late = pbx.tells("answer", user="op")
    assert (late.status_code, _code(late)) == (409, "call_over")
    assert _call().state is CallState.ABANDONED


@pytest.mark.parametrize(
    ("event", "given", "status", "code"),
    [
        ("hangup", {}, 404, "call_unknown"),
        ("newCall", {"user": "ghost"}, 422, "unknown_user"),
        ("answer", {}, 422, "user_needed"),
        ("newCall", {"to": None}, 422, "number_needed"),
        ("flyover", {}, 422, "invalid"),
        ("newCall", {"callId": None}, 422, "invalid"),
        ("newCall", {"callId": "has blanks"}, 422, "invalid"),
        ("newCall", {"callId": "x" * 61}, 422, "invalid"),
        ("newCall", {"direction": "sideways"}, 422, "invalid"),
        ("newCall", {"colour": "blue"}, 422, "invalid"),
    ],
)
def test_what_is_wrong_is_said(
    pbx: Exchange, event: str, given: dict[str, Any], status: int, code: str
) -> None:
    answer = pbx.tells(event, **given)
    assert (answer.status_code, _code(answer)) == (status, code)
    assert db.session.query(Call).count() == 0


def test_an_operator_has_one_call_at_a_time(pbx: Exchange, operator: Staff) -> None:
    pbx.tells("answer", user="op")
    second = pbx.tells("newCall", callId="pbx-2", user="op")
    assert (second.status_code, _code(second)) == (409, "user_busy")


def test_it_rings_elsewhere_and_is_taken_over(pbx: Exchange, operator: Staff) -> None:
    other = factories.staff("other", Role.OPERATOR)
    pbx.tells("newCall", user="op")
    pbx.tells("newCall", user="other")
    assert _seat(operator).state is SeatState.OFF
    pbx.tells("answer", user="other")
    pbx.tells("answer", user="op")  # passed on within the exchange
    assert _seat(other).state is SeatState.WRAP_UP
    assert (_seat(operator).state, _call().staff_id) == (SeatState.ON_CALL, operator.id)


def test_a_call_that_was_made(pbx: Exchange, operator: Staff) -> None:
    made = {"direction": "outbound", "from": "8001", "to": "13812345678", "user": "op"}
    pbx.tells("newCall", **made)
    pbx.tells("answer", **made)
    call = _call()
    assert (call.direction, call.phone) == (Direction.OUTBOUND, "+8613812345678")
    pbx.tells("hangup", **made)
    assert _call().answered_at is not None


@pytest.mark.parametrize(
    "sender", [None, "", "anonymous", "not a number", "１３８１２３４５６７８"]
)
def test_numbers_as_exchanges_write_them(pbx: Exchange, sender: str | None) -> None:
    assert pbx.tells("newCall", **{"from": sender}).status_code == 201
    assert _call().phone == ("+8613812345678" if sender and sender[0] == "１" else None)


def test_the_offer_does_not_end_by_our_clock_and_nothing_is_reaped(
    pbx: Exchange, operator: Staff
) -> None:
    pbx.tells("newCall", user="op")
    hall = overseen.hall()
    hall.later(300)
    assert offering.end_offers(now=hall.now, rules=hall.rules) == 0
    assert reaping.silent(hall.now) == []


def test_such_calls_count(pbx: Exchange, operator: Staff) -> None:
    for event in ("newCall", "answer", "hangup"):
        pbx.tells(event, user="op")
    now = clock.now()
    made = reckoning.table(reckoning.days(None, None, now, CITY), now, CallRules()).total
    assert (made.queued, made.answered, made.in_time.part) == (1, 1, 1)


def test_only_a_machine_drives_calls(client: FlaskClient, operator: Staff) -> None:
    body = CALL | {"event": "newCall"}
    assert client.post(AT, json=body).status_code == 401
    assert client.post(AT, json=body, headers=factories.bearer(operator)).status_code == 403


def test_a_machine_opens_nothing_else(client: FlaskClient) -> None:
    token = factories.bearer(factories.staff("pbx", Role.EXCHANGE))
    for at in ("/api/v1/tickets", "/api/v1/lines", "/api/v1/calls/figures"):
        assert client.get(at, headers=token).status_code == 403


def _call(call_id: str = "pbx-1") -> Call:
    db.session.expire_all()
    found = finding.by_provider(f"cti:{call_id}")
    assert found is not None
    return found[0]


def _seat(person: Staff) -> Any:
    db.session.expire_all()
    return seating.seat_of(person.id)


def _code(answer: TestResponse) -> str:
    return str((answer.json or {})["error"]["code"])


def test_what_another_exchange_holds_is_handled_on_its_telephone(
    pbx: Exchange, operator: Staff, client: FlaskClient
) -> None:
    token = factories.bearer(operator)

    def presses(verb: str, **given: str) -> int:
        address = f"/api/v1/calls/{_call().ref}/{verb}"
        return client.post(address, json=given, headers=token).status_code

    pbx.tells("newCall", user="op")
    assert [presses("decline"), presses("answer")] == [409, 409]
    pbx.tells("answer", user="op")
    assert [presses("hold"), presses("call-in", number="110")] == [409, 409]
    assert presses("pass-on", number="110") == 409
    assert db.session.query(CarrierOrder).count() == 0
    assert presses("hang-up") == 200
    assert _call().ended_at is not None
    assert pbx.tells("hangup").status_code == 200
    assert _seat(operator).state is SeatState.WRAP_UP
