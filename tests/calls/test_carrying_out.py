"""Orders to the carrier: in turn, tried again, looked for, given up."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hotline.calls import carried, carrying_out, dialling, finding, orders
from hotline.calls.carrying_out import Result
from hotline.calls.carrying_rules import CarryingRules, tried_until, wait_after
from hotline.calls.kinds import Asked, LegRole, LegState, SeatState, Step
from hotline.calls.models import Call, CallLeg, CarrierOrder
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.carrier import CarrierBusy, CarrierDown, CarrierRefused
from hotline.extensions import db
from tests.calls import living
from tests.calls.carriers import Exchange, carrier
from tests.calls.living import Hall

RULES = CarryingRules()
UNSURE = CarrierDown("ReadTimeout", may_have_sent=True)
AWAY = CarrierDown("ConnectionError", may_have_sent=False)


@pytest.fixture
def hall(app: APIFlask) -> Iterator[Hall]:
    yield Hall()


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


def carry(hall: Hall, exchange: Exchange, rules: CarryingRules = RULES) -> list[Result]:
    """One round of the switchboard; what came of each order."""
    db.session.flush()
    found = []
    for errand in carrying_out.claim(now=hall.now, most=10, rings=15, rules=rules):
        answer = carrying_out.carry_out(carrier(exchange), errand)
        if not carried.note(errand, answer):
            carrying_out.record(errand, answer, rules=rules, at=hall.at)
        found.append(answer.result)
    db.session.flush()
    db.session.expire_all()
    return found


def offered(hall: Hall, name: str = "op") -> tuple[Call, CallLeg]:
    """A caller whose call is being offered: the operator's phone is to be rung."""
    hall.operator(name)
    call = hall.caller()
    hall.distribute()
    return call, hall.ringing(call)


def states(leg: CallLeg) -> list[tuple[str, str]]:
    """The leg's orders with what became of them."""
    asked = select(CarrierOrder).where(CarrierOrder.leg_id == leg.id).order_by(CarrierOrder.id)
    return [(one.asked.value, one.state.value) for one in db.session.scalars(asked)]


def test_an_offer_rings_the_operators_browser(hall: Hall, exchange: Exchange) -> None:
    call, leg = offered(hall)
    assert carry(hall, exchange) == [Result.DONE]
    assert exchange.asked == [("dial", "client:op", "operator")]
    assert exchange.last["timeout"] == hall.rules.ring_seconds
    assert exchange.last["status_url"].endswith(
        f"/webhooks/carrier/status/call?call={call.ref}&leg={leg.ref}"
    )
    assert exchange.last["url"].endswith(f"/operator?call={call.ref}&leg={leg.ref}")
    assert leg.provider_id in exchange.dialled
    assert states(leg) == [("dial", "done")]
    assert carry(hall, exchange) == []


def test_one_ends_orders_are_carried_out_in_turn(hall: Hall, exchange: Exchange) -> None:
    _, leg = offered(hall)
    orders.redirect(leg, Step.JOIN, hall.now)
    assert carry(hall, exchange) == [Result.DONE]
    assert carry(hall, exchange) == [Result.DONE]
    assert [one[0] for one in exchange.asked] == ["dial", "redirect"]


def test_the_last_redirect_counts(hall: Hall, exchange: Exchange) -> None:
    citizen = finding.citizen_leg(hall.caller())
    assert citizen is not None
    orders.redirect(citizen, Step.HOLD, hall.now)
    orders.redirect(citizen, Step.JOIN, hall.now)
    carry(hall, exchange)
    assert exchange.asked == [("redirect", citizen.provider_id or "", "join")]
    assert states(citizen) == [("redirect", "void"), ("redirect", "done")]


def test_a_hang_up_makes_the_rest_needless(hall: Hall, exchange: Exchange) -> None:
    citizen = finding.citizen_leg(hall.caller())
    assert citizen is not None
    orders.redirect(citizen, Step.HOLD, hall.now)
    orders.hang_up(citizen, hall.now)
    orders.hang_up(citizen, hall.now)
    carry(hall, exchange)
    assert exchange.asked == [("hang_up", citizen.provider_id or "")]
    assert states(citizen) == [("redirect", "void"), ("hang_up", "done")]


def test_what_was_never_dialled_is_over_when_it_is_hung_up(hall: Hall, exchange: Exchange) -> None:
    call, leg = offered(hall)
    orders.hang_up(leg, hall.now)
    assert carry(hall, exchange) == [Result.NEVER_DIALLED]
    assert exchange.asked == []
    assert leg.state is LegState.ENDED
    assert call.state is CallState.WAITING


def test_an_order_under_way_is_taken_by_nobody_else(hall: Hall) -> None:
    offered(hall)
    taken = carrying_out.claim(now=hall.now, most=10, rings=15, rules=RULES)
    assert len(taken) == 1
    assert carrying_out.claim(now=hall.now, most=10, rings=15, rules=RULES) == []
    hall.later(31)
    again = carrying_out.claim(now=hall.now, most=10, rings=15, rules=RULES)
    assert [one.was_unsure for one in again] == [True]


def test_what_somebody_else_has_taken_up_is_not_written_down_twice(
    hall: Hall, exchange: Exchange
) -> None:
    _, leg = offered(hall)
    [slow] = carrying_out.claim(now=hall.now, most=10, rings=15, rules=RULES)
    hall.later(31)
    [quick] = carrying_out.claim(now=hall.now, most=10, rings=15, rules=RULES)
    answer = carrying_out.carry_out(carrier(exchange), quick)
    carrying_out.record(quick, answer, rules=RULES, at=hall.at)
    late = carrying_out.Answer(Result.REFUSED, error="late")
    carrying_out.record(slow, late, rules=RULES, at=hall.at)
    assert carried.note(slow, answer)  # the same id: nothing is left to do
    assert states(leg) == [("dial", "done")]
    assert leg.state is not LegState.ENDED


def test_a_carrier_that_is_away_is_tried_again_at_once_and_then_given_up(
    hall: Hall, exchange: Exchange
) -> None:
    call, leg = offered(hall)
    exchange.faults = [AWAY] * 20
    for _ in range(40):
        carry(hall, exchange)
        hall.later(0.5)
        if leg.state is LegState.ENDED:
            break
    assert [one[0] for one in exchange.asked] == ["dial"] * 5
    assert states(leg) == [("dial", "failed")]
    assert call.state is CallState.WAITING
    assert db.session.scalars(select(CarrierOrder.error)).all()[-1] == "ConnectionError"


def test_after_a_time_out_it_is_looked_for_before_it_is_dialled_again(
    hall: Hall, exchange: Exchange
) -> None:
    _, leg = offered(hall)
    exchange.faults, exchange.does_all_the_same = [UNSURE], True
    assert carry(hall, exchange) == [Result.UNSURE]
    hall.later(1)
    assert carry(hall, exchange) == [Result.DONE]
    assert [one[0] for one in exchange.asked] == ["dial", "find"]
    assert list(exchange.dialled) == [leg.provider_id]


def test_what_was_not_dialled_after_all_is_dialled(hall: Hall, exchange: Exchange) -> None:
    _, leg = offered(hall)
    exchange.faults = [UNSURE]
    carry(hall, exchange)
    hall.later(1)
    assert carry(hall, exchange) == [Result.DONE]
    assert [one[0] for one in exchange.asked] == ["dial", "find", "dial"]
    assert leg.provider_id is not None


def test_as_long_as_nobody_can_look_nothing_is_dialled_again(
    hall: Hall, exchange: Exchange
) -> None:
    call, leg = offered(hall)
    exchange.faults = [UNSURE]
    exchange.finding_faults = [CarrierRefused(404, "no list"), AWAY] * 10
    for _ in range(30):
        carry(hall, exchange)
        hall.later(0.5)
    assert [one[0] for one in exchange.asked].count("dial") == 1
    assert states(leg) == [("dial", "failed")]
    assert call.state is CallState.WAITING


def test_a_found_call_that_has_its_place_is_not_taken_twice(hall: Hall, exchange: Exchange) -> None:
    _, leg = offered(hall)
    citizen = finding.citizen_leg(hall.caller("+8613812345679"))
    assert citizen is not None
    [errand] = carrying_out.claim(now=hall.now, most=10, rings=15, rules=RULES)
    twice = carrying_out.Answer(Result.DONE, citizen.provider_id)
    assert not carried.note(errand, twice)
    carrying_out.record(errand, twice, rules=RULES, at=hall.at)
    assert leg.provider_id is None
    assert states(leg) == [("dial", "waiting")]
    hall.later(1)
    assert carry(hall, exchange) == [Result.DONE]


def test_the_legs_own_request_says_who_it_is(hall: Hall, exchange: Exchange) -> None:
    _, leg = offered(hall)
    exchange.faults = [UNSURE]
    carry(hall, exchange)
    leg.provider_id = "CA-told-by-its-webhook"
    hall.later(1)
    assert carry(hall, exchange) == [Result.DONE]
    assert len(exchange.asked) == 1


def test_an_unsure_dial_that_is_no_longer_wanted_is_hung_up_where_it_is_found(
    hall: Hall, exchange: Exchange
) -> None:
    _, leg = offered(hall)
    exchange.faults, exchange.does_all_the_same = [UNSURE], True
    carry(hall, exchange)
    orders.hang_up(leg, hall.now)
    hall.later(1)
    carry(hall, exchange)
    carry(hall, exchange)
    assert [one[0] for one in exchange.asked] == ["dial", "find", "hang_up"]


def test_an_unsure_dial_that_is_no_longer_wanted_is_not_dialled(
    hall: Hall, exchange: Exchange
) -> None:
    _, leg = offered(hall)
    exchange.faults = [UNSURE]
    carry(hall, exchange)
    orders.hang_up(leg, hall.now)
    hall.later(1)
    assert carry(hall, exchange) == [Result.NEEDLESS]
    assert carry(hall, exchange) == [Result.NEVER_DIALLED]
    assert leg.state is LegState.ENDED


def test_a_refused_dial_reaches_the_call_as_nobody_there(hall: Hall, exchange: Exchange) -> None:
    call, leg = offered(hall)
    exchange.faults = [CarrierRefused(21211, "no such number")]
    assert carry(hall, exchange) == [Result.REFUSED]
    assert leg.state is LegState.ENDED
    assert call.state is CallState.WAITING
    operator = db.session.get_one(Seat, leg.staff_id)
    assert operator.misses == 1
    assert operator.state is SeatState.READY


def test_a_busy_carrier_is_tried_again_when_it_says(hall: Hall, exchange: Exchange) -> None:
    _, leg = offered(hall)
    exchange.faults = [CarrierBusy(3.0)]
    assert carry(hall, exchange) == [Result.DOWN]
    hall.later(2)
    assert carry(hall, exchange) == []
    hall.later(1)
    assert carry(hall, exchange) == [Result.DONE]
    assert [one[0] for one in exchange.asked] == ["dial", "dial"]
    assert leg.provider_id is not None


def test_hanging_up_is_tried_for_minutes(hall: Hall, exchange: Exchange) -> None:
    citizen = finding.citizen_leg(hall.caller())
    assert citizen is not None
    orders.hang_up(citizen, hall.now)
    exchange.faults = [AWAY] * 12
    for _ in range(30):
        carry(hall, exchange)
        hall.later(15)
    assert len(exchange.asked) == 13
    assert states(citizen) == [("hang_up", "done")]


def test_what_can_not_be_hung_up_any_more_is_over(hall: Hall, exchange: Exchange) -> None:
    citizen = finding.citizen_leg(hall.caller())
    assert citizen is not None
    orders.hang_up(citizen, hall.now)
    exchange.faults = [CarrierRefused(21220, "not in progress")]
    assert carry(hall, exchange) == [Result.REFUSED]
    assert states(citizen) == [("hang_up", "done")]


def test_a_redirect_that_was_refused_has_the_call_looked_at_soon(
    hall: Hall, exchange: Exchange
) -> None:
    call = hall.caller()
    citizen = finding.citizen_leg(call)
    assert citizen is not None
    orders.redirect(citizen, Step.HOLD, hall.now)
    exchange.faults = [CarrierRefused(21220, "not in progress")]
    carry(hall, exchange)
    assert call.heard_at <= hall.now - carrying_out.SILENT_AFTER
    assert citizen.state is not LegState.ENDED


def test_no_more_is_dialled_a_second_than_the_carrier_takes(hall: Hall, exchange: Exchange) -> None:
    for number in range(3):
        hall.operator(f"op{number}")
        hall.caller(f"+861381234567{number}")
    hall.distribute()
    slow = CarryingRules(dials_per_second=2)
    assert len(carry(hall, exchange, slow)) == 2
    assert carry(hall, exchange, slow) == []
    hall.later(1.1)
    assert len(carry(hall, exchange, slow)) == 1


def test_machines_are_told_apart_where_a_machine_calls(hall: Hall, exchange: Exchange) -> None:
    call = dialling.survey("rating", "7", living.PHONE, ticket_id=None, now=hall.now)
    carry(hall, exchange)
    assert exchange.last["detect_machine"] is True
    assert exchange.last["timeout"] == carrying_out.RINGS[LegRole.CITIZEN]
    assert finding.citizen_leg(call) is not None


def test_old_orders_are_forgotten(hall: Hall, exchange: Exchange) -> None:
    offered(hall)
    carry(hall, exchange)
    hall.caller("+8613812345679")
    assert orders.forget(before=hall.now) == 0
    assert orders.forget(before=hall.now + timedelta(seconds=1)) == 1


def test_rules_of_carrying_out() -> None:
    soon = tried_until(Asked.DIAL, living.START, RULES)
    assert soon - living.START == timedelta(seconds=10)
    long = tried_until(Asked.HANG_UP, living.START, RULES)
    assert long - living.START == timedelta(minutes=10)
    assert [wait_after(n).total_seconds() for n in (1, 2, 3, 9)] == [0.5, 1.0, 2.0, 30.0]
    assert wait_after(1, 4.0).total_seconds() == 4.0
    with pytest.raises(ValueError, match="at least 1"):
        CarryingRules(dials_per_second=0)
