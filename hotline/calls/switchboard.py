"""The process that keeps calls moving: hands them out, speaks with the carrier, ends what is over.

Decided here: the order of its duties and how often each is done. Several may run: orders are
claimed, the queue is handed out by one at a time, the rest changes nothing when done twice.
PostgreSQL or the carrier may be away: it waits and goes on.
"""

import gc
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import NamedTuple

import structlog
from flask import Flask, current_app
from sqlalchemy import exists, or_, select
from sqlalchemy.exc import DBAPIError

from hotline import clock, jobs, processes, settings
from hotline.calls import (
    carried,
    carrying_out,
    ending,
    finding,
    losing,
    offering,
    reaping,
    seating,
)
from hotline.calls.carrying_out import Errand
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.circumstances import present
from hotline.calls.ending import At
from hotline.calls.kinds import Device, OrderState, SeatState
from hotline.calls.models import Call, CarrierOrder
from hotline.calls.rules import CallRules
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.carrier import Carrier
from hotline.extensions import db

HANDS = 16
IDLE_SECONDS = 0.1
BUSY_SECONDS = 0.02
BROKEN_SECONDS = 1.0
LOOK_EVERY_SECONDS = 5.0

log = structlog.get_logger(__name__)


def run(app: Flask) -> None:
    """Keep calls moving until SIGTERM or SIGINT; what was asked of the carrier is finished."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    gc.freeze()  # what was imported stays: not to be walked through while calls wait
    with processes.heartbeat(app, "switchboard"), ThreadPoolExecutor(HANDS + 1) as hands:
        board = Switchboard(app, hands)
        while not stop.is_set():
            stop.wait(board.turn())


class ToDo(NamedTuple):
    """What there is: orders that are due, offers, callers who wait, times that are over."""

    orders: bool
    offers: bool
    waiting: bool
    wrap_ups: bool


class Switchboard:
    """One round after the other; what speaks with the carrier is given to a hand of its own."""

    def __init__(self, app: Flask, hands: ThreadPoolExecutor) -> None:
        self._app, self._hands = app, hands
        self._under_way: set[Future[None]] = set()
        self._looking: Future[None] | None = None
        self._look_at = 0.0

    def turn(self) -> float:
        """One round; answers how long to wait for the next."""
        try:
            with self._app.app_context():
                errands = self._claim() if keep_moving() else []
        except DBAPIError:
            log.warning("switchboard.database_away", exc_info=True)
            return BROKEN_SECONDS
        except Exception:
            log.exception("switchboard.round_failed")
            return BROKEN_SECONDS
        for errand in errands:
            self._under_way.add(self._hands.submit(self._alone, carry, errand))
        self._look_around()
        return BUSY_SECONDS if errands else IDLE_SECONDS

    def _claim(self) -> list[Errand]:
        self._under_way = {one for one in self._under_way if not one.done()}
        with jobs.transaction():
            return carrying_out.claim(
                now=clock.now(),
                most=HANDS - len(self._under_way),
                rings=settings.read(CallRules).ring_seconds,
                rules=settings.read(CarryingRules),
            )

    def _look_around(self) -> None:
        """Every few seconds, unless the last time still goes on."""
        is_busy = self._looking is not None and not self._looking.done()
        if not is_busy and monotonic() >= self._look_at:
            self._look_at = monotonic() + LOOK_EVERY_SECONDS
            self._looking = self._hands.submit(self._alone, look_around)

    def _alone(self, work: Callable[..., None], *given: object) -> None:
        """Do it in a context of its own; a failure is told, and done again by a later round."""
        with self._app.app_context():
            try:
                work(*given)
            except DBAPIError:
                log.warning("switchboard.database_away", exc_info=True)
            except Exception:
                log.exception("switchboard.work_failed", work=work.__name__)


def keep_moving() -> bool:
    """End what was not answered or is written up, hand out the queue.

    Answers whether anything may have to be asked of the carrier.
    """
    todo = _to_be_done()
    at = present() if any(todo) else None
    if at is None:
        return False
    if todo.offers:
        _duty(offering.end_offers, now=at.now, rules=at.rules)
    if todo.wrap_ups:
        _duty(ending.end_wrap_ups, at)
    if todo.waiting or todo.offers or todo.wrap_ups:
        _duty(offering.distribute, now=at.now, rules=at.rules, ways=at.ways)
    return todo.orders or todo.waiting or todo.offers


def carry(errand: Errand) -> None:
    """Ask the carrier, then write down what it said."""
    carrier: Carrier = current_app.extensions["carrier"]
    answer = carrying_out.carry_out(carrier, errand)
    if answer.error is not None:
        said = {"asked": errand.asked.value, "result": answer.result.value, "error": answer.error}
        log.warning("switchboard.carrier", order=errand.order_id, tries=errand.attempts, **said)
    db.session.rollback()
    if carried.note(errand, answer):
        return
    with jobs.transaction():
        carrying_out.record(errand, answer, rules=settings.read(CarryingRules), at=present())


def look_around() -> None:
    """Take operators off whose phone is gone, and end calls that are over, or were lost."""
    at = present()
    with jobs.transaction():
        put_off(at)
    losing.end_lost(at)
    carrier: Carrier = current_app.extensions["carrier"]
    for call_id in reaping.silent(at.now):
        if not reaping.reap(carrier, call_id, present()):
            log.warning("switchboard.carrier_away", call=call_id)
            return


def put_off(at: At) -> None:
    """Operators whose browser's phone was not heard of for long take no calls until it is back."""
    gone = select(Seat.staff_id).where(
        Seat.state == SeatState.READY,
        Seat.device == Device.BROWSER,
        or_(Seat.registered_at.is_(None), Seat.registered_at < at.now - seating.SEEN_WITHIN),
    )
    for staff_id in db.session.scalars(gone.order_by(Seat.staff_id)).all():
        seat = seating.locked(staff_id, at.now)
        is_seen = seat.registered_at and seat.registered_at >= at.now - seating.SEEN_WITHIN
        if seat.state is SeatState.READY and not is_seen:
            seating.change(seat, SeatState.OFF, now=at.now)
            log.info("switchboard.phone_gone", staff=staff_id)


def _duty(work: Callable[..., object], *given: object, **named: object) -> None:
    """One duty in a transaction of its own; one that fails doesn't keep the others from theirs."""
    try:
        with jobs.transaction():
            work(*given, **named)
    except DBAPIError:
        raise
    except Exception:
        log.exception("switchboard.duty_failed", duty=work.__name__)


def _to_be_done() -> ToDo:
    """One look for all: most rounds find nothing."""
    now = clock.now()
    is_due = or_(Call.not_before.is_(None), Call.not_before <= now)
    waits = CarrierOrder.state == OrderState.WAITING
    asked = select(
        exists().where(waits, CarrierOrder.next_try_at <= now),
        exists().where(Call.state == CallState.OFFERED),
        exists().where(Call.state == CallState.WAITING, is_due),
        or_(
            exists().where(Seat.state == SeatState.WRAP_UP, Seat.wrap_up_until <= now),
            exists().where(finding.is_left_behind()),
        ),
    )
    with jobs.transaction():
        return ToDo(*db.session.execute(asked).one())
