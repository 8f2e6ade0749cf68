"""Calls that nothing was heard of, looked up at the carrier."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hotline.calls import carrying_out, finding, orders, reaping, switchboard
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.kinds import Asked, LegState, OrderState, SeatState
from hotline.calls.models import Call, CarrierOrder
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.carrier import CarrierDown
from hotline.extensions import db
from tests.calls import living
from tests.calls.carriers import Exchange, carrier, now_in
from tests.calls.living import DIAL, Hall


@pytest.fixture
def hall(app: APIFlask) -> Hall:
    return Hall()


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


def reap(hall: Hall, exchange: Exchange) -> list[int]:
    """One look around; answers which calls were looked at."""
    db.session.flush()
    found = reaping.silent(hall.now)
    for call_id in found:
        reaping.reap(carrier(exchange), call_id, hall.at)
    db.session.expire_all()
    return found


def talking(hall: Hall, exchange: Exchange) -> Call:
    """An operator and a caller, both on the line."""
    hall.operator("op")
    call = hall.caller()
    hall.distribute()
    for errand in carrying_out.claim(now=hall.now, most=10, rings=15, rules=CarryingRules()):
        answer = carrying_out.carry_out(carrier(exchange), errand)
        carrying_out.record(errand, answer, rules=CarryingRules(), at=hall.at)
    hall.picks_up(call)
    return call


def waiting_orders(asked: Asked) -> int:
    found = select(CarrierOrder).where(
        CarrierOrder.asked == asked, CarrierOrder.state == OrderState.WAITING
    )
    return len(db.session.scalars(found).all())


def test_who_was_heard_of_lately_is_left_alone(hall: Hall, exchange: Exchange) -> None:
    call = hall.caller()
    hall.later(29)
    assert reap(hall, exchange) == []
    hall.later(2)
    assert reap(hall, exchange) == [call.id]


def test_what_goes_on_over_there_goes_on(hall: Hall, exchange: Exchange) -> None:
    call = talking(hall, exchange)
    hall.later(60)
    assert reap(hall, exchange) == [call.id]
    assert call.state is CallState.CONNECTED
    assert call.heard_at == hall.now
    assert reap(hall, exchange) == []


@pytest.mark.parametrize("over_there", ["completed", "no-answer", None])
def test_a_caller_who_is_gone_over_there_is_gone(
    hall: Hall, exchange: Exchange, over_there: str | None
) -> None:
    call = hall.caller()
    citizen = finding.citizen_leg(call)
    assert citizen is not None
    exchange.states[citizen.provider_id or ""] = now_in(over_there) if over_there else None
    hall.later(31)
    reap(hall, exchange)
    assert call.state is CallState.ABANDONED
    assert call.ended_at == hall.now
    assert reap(hall, exchange) == []


def test_a_talk_whose_caller_is_gone_is_written_up(hall: Hall, exchange: Exchange) -> None:
    call = talking(hall, exchange)
    citizen = finding.citizen_leg(call)
    assert citizen is not None
    exchange.states[citizen.provider_id or ""] = None
    hall.later(31)
    reap(hall, exchange)
    assert call.state is CallState.WRAP_UP
    assert waiting_orders(Asked.HANG_UP) == 1
    assert [one.state for one in db.session.scalars(select(Seat))] == [SeatState.WRAP_UP]


def test_a_carrier_that_is_away_ends_nothing(hall: Hall, exchange: Exchange) -> None:
    call = hall.caller()
    exchange.faults = [CarrierDown("ConnectionError", may_have_sent=False)]
    hall.later(31)
    reap(hall, exchange)
    assert call.state is CallState.WAITING
    assert reap(hall, exchange) == [call.id]


def test_an_end_left_over_is_hung_up_again(hall: Hall, exchange: Exchange) -> None:
    call = talking(hall, exchange)
    hall.citizen_hangs_up(call)
    lost = select(CarrierOrder).where(CarrierOrder.asked == Asked.HANG_UP)
    for order in db.session.scalars(lost):
        order.state = OrderState.FAILED
    hall.later(31)
    assert reap(hall, exchange) == [call.id]
    assert waiting_orders(Asked.HANG_UP) == 1


def test_an_end_whose_dialling_was_lost_is_over(hall: Hall, exchange: Exchange) -> None:
    hall.operator("op")
    call = hall.caller()
    hall.distribute()
    leg = hall.ringing(call)
    hall.later(31)
    assert reap(hall, exchange) == [call.id]
    assert finding.open_legs(call)[-1] is leg
    for order in db.session.scalars(select(CarrierOrder)):
        order.state = OrderState.VOID
    hall.later(31)
    reap(hall, exchange)
    assert leg.state is LegState.ENDED


def test_a_phone_rung_from_within_the_callers_end_is_not_taken_for_lost(
    app: APIFlask, exchange: Exchange
) -> None:
    hall = Hall(DIAL)
    hall.operator("op")
    call = hall.caller()
    hall.distribute()
    hall.picks_up(call)
    hall.later(300)
    reap(hall, exchange)
    assert call.state is CallState.CONNECTED


def test_a_call_that_is_owed_waits_without_a_line(hall: Hall, exchange: Exchange) -> None:
    call = hall.caller()
    hall.later(10)
    hall.citizen_hangs_up(call)
    assert len(living.owed()) == 1
    hall.later(600)
    assert reap(hall, exchange) == []


def test_a_live_call_without_any_end_is_over(hall: Hall, exchange: Exchange) -> None:
    call = talking(hall, exchange)
    for leg in finding.open_legs(call):
        orders.hang_up(leg, hall.now)
        leg.state = LegState.ENDED
    hall.later(31)
    reap(hall, exchange)
    assert call.state is CallState.WRAP_UP
    assert call.ended_at is not None


def test_an_operator_whose_phone_is_gone_takes_no_calls(hall: Hall) -> None:
    here, gone = hall.operator("here"), hall.operator("gone")
    hall.later(41)
    living.seat(here).registered_at = hall.now - timedelta(seconds=10)
    db.session.flush()
    switchboard.put_off(hall.at)
    assert living.seat(here).state is SeatState.READY
    assert living.seat(gone).state is SeatState.OFF


def test_a_desk_phone_needs_no_page(app: APIFlask) -> None:
    hall = Hall(DIAL)
    person = hall.operator("desk")
    hall.later(3600)
    switchboard.put_off(hall.at)
    assert living.seat(person).state is SeatState.READY
