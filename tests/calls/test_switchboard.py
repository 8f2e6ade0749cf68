"""The switchboard's rounds, on a database where what is committed stays."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import structlog
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from hotline import clock
from hotline.access import Role
from hotline.calls import arriving, carried, offering, queueing, seating, switchboard
from hotline.calls.arriving import Arrival
from hotline.calls.bridging import Ways
from hotline.calls.kinds import Asked, OrderState, SeatState
from hotline.calls.models import Call, CarrierOrder
from hotline.calls.rules import CallRules
from hotline.calls.states import CallState
from hotline.calls.switchboard import Switchboard
from hotline.carrier_voice import Leg
from hotline.extensions import db
from tests import committed, factories
from tests.calls.carriers import Exchange, carrier

WAYS = Ways(has_conference=True, has_client=True)


@pytest.fixture
def exchange(committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    made = Exchange()
    monkeypatch.setitem(committed_app.extensions, "carrier", carrier(made))
    return made


@pytest.fixture
def board(committed_app: APIFlask, exchange: Exchange) -> Iterator[Switchboard]:
    with ThreadPoolExecutor(switchboard.HANDS + 1) as hands:
        yield Switchboard(committed_app, hands)


def open_hall(operators: int, callers: int) -> None:
    """So many ready operators, and so many who wait."""
    now = clock.now()
    for number in range(operators):
        person = factories.staff(f"op{number}", Role.OPERATOR)
        seating.note_phone(person.id, now=now)
        seating.set_state(person.id, SeatState.READY, None, now=now, ways=WAYS)
    for number in range(callers):
        arrival = Arrival(f"CA{number:032d}", f"+86138123456{number:02d}", "+8633512345")
        call = arriving.arrive(arrival, now=now, rules=CallRules())
        arriving.greet(call, now=now)
        queueing.enter(call, now=now, rules=CallRules())
    db.session.commit()
    db.session.remove()


def turn_until(board: Switchboard, is_so: Callable[[], object]) -> None:
    def turned() -> object:
        board.turn()
        found = is_so()
        db.session.remove()
        return found

    committed.wait_for(turned)


def many(state: OrderState) -> int:
    asked = select(func.count()).select_from(CarrierOrder).where(CarrierOrder.state == state)
    return int(db.session.scalars(asked).one())


def in_state(state: CallState) -> int:
    asked = select(func.count()).select_from(Call).where(Call.state == state)
    return int(db.session.scalars(asked).one())


def test_who_waits_is_offered_and_rung(board: Switchboard, exchange: Exchange) -> None:
    open_hall(operators=2, callers=3)
    turn_until(board, lambda: many(OrderState.DONE) == 2)
    assert sorted(exchange.dialled.values()) == ["client:op0", "client:op1"]
    assert (in_state(CallState.OFFERED), in_state(CallState.WAITING)) == (2, 1)


def test_a_round_with_nothing_to_do_is_one_look(board: Switchboard) -> None:
    assert board.turn() == switchboard.IDLE_SECONDS


def test_two_switchboards_ring_nobody_twice(
    committed_app: APIFlask, exchange: Exchange, board: Switchboard
) -> None:
    open_hall(operators=6, callers=6)
    with ThreadPoolExecutor(switchboard.HANDS + 1) as hands:
        other = Switchboard(committed_app, hands)
        for _ in range(4):
            committed.together(committed_app, [board.turn, other.turn])
        turn_until(board, lambda: many(OrderState.DONE) == 6)
    dialled = [one for one in exchange.asked if one[0] == "dial"]
    assert len(dialled) == len(set(dialled)) == 6


def test_one_slow_answer_does_not_hold_up_the_others(
    board: Switchboard, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, dial = threading.Event(), exchange.dial

    def slow(to: str, **given: object) -> Leg:
        if to == "client:op0":
            assert gate.wait(20)
        return dial(to, **given)

    monkeypatch.setattr(exchange, "dial", slow)
    open_hall(operators=3, callers=3)
    turn_until(board, lambda: many(OrderState.DONE) == 2)
    assert "client:op0" not in exchange.dialled.values()
    gate.set()
    turn_until(board, lambda: many(OrderState.DONE) == 3)


def test_an_unanswered_offer_goes_on_and_is_hung_up(board: Switchboard, exchange: Exchange) -> None:
    open_hall(operators=1, callers=1)
    turn_until(board, lambda: many(OrderState.DONE) == 1)
    call = db.session.scalars(select(Call)).one()
    call.offered_at = clock.now() - timedelta(seconds=16)
    db.session.commit()
    turn_until(board, lambda: ("hang_up", next(iter(exchange.dialled))) in exchange.asked)
    hung_up = select(CarrierOrder.state).where(CarrierOrder.asked == Asked.HANG_UP)
    turn_until(board, lambda: OrderState.DONE in db.session.scalars(hung_up).all())


def test_a_database_that_is_away_is_waited_for(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise OperationalError("SELECT 1", {}, OSError("gone"))

    monkeypatch.setattr(switchboard, "keep_moving", away)
    with structlog.testing.capture_logs() as said:
        assert board.turn() == switchboard.BROKEN_SECONDS
    assert [one["event"] for one in said] == ["switchboard.database_away"]


def test_a_duty_that_fails_keeps_no_other_from_being_done(
    board: Switchboard, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> int:
        raise RuntimeError("a row that nobody foresaw")

    monkeypatch.setattr(offering, "end_offers", broken)
    open_hall(operators=2, callers=2)
    with structlog.testing.capture_logs() as said:
        turn_until(board, lambda: many(OrderState.DONE) == 2)
        board.turn()
    assert "switchboard.duty_failed" in {one["event"] for one in said}


def test_what_fails_in_a_hand_is_told_and_taken_up_again(
    board: Switchboard, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("not written down")

    open_hall(operators=1, callers=1)
    with structlog.testing.capture_logs() as said, monkeypatch.context() as patch:
        patch.setattr(carried, "note", broken)
        turn_until(board, lambda: exchange.asked)
        committed.wait_for(lambda: [one for one in said if one.get("work") == "carry"])
    order = db.session.scalars(select(CarrierOrder)).one()
    order.claimed_until = clock.now()
    db.session.commit()
    turn_until(board, lambda: many(OrderState.DONE) == 1)
    assert [one[0] for one in exchange.asked] == ["dial", "find"]


def test_a_call_whose_operator_was_sent_away_is_over_all_the_same(
    board: Switchboard, exchange: Exchange
) -> None:
    open_hall(1, 1)
    call = db.session.scalars(select(Call)).one()
    call.state = CallState.WRAP_UP
    db.session.commit()
    board.turn()
    db.session.expire_all()
    assert db.session.scalars(select(Call.state)).one() is CallState.ENDED
