"""What callbacks does by the clock: fix answers whose time is over, let the machine call first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from callbacks import concluding, operations, planning, queries, voice_calls
from callbacks.terms import Terms
from callbacks.windows import CallbackRules, may_call
from hotline import clock, settings
from hotline.errors import Refused
from hotline.jobs import Entry, transaction
from hotline.tickets import modes
from hotline.tickets import queries as tickets
from hotline.tickets.operations import lock_by_id

BATCH = 200

log = structlog.get_logger(__name__)


def expire_plans() -> None:
    """Fix every answer whose link has ended, each in a transaction of its own.

    One that fails is logged, left for the next time, and holds up no other.
    """
    now, failed = clock.now(), set[int]()
    while due := set(queries.expired(now, BATCH + len(failed))) - failed:
        failed |= {plan_id for plan_id in sorted(due) if not _expired(plan_id, now)}


def _expired(plan_id: int, now: datetime) -> bool:
    try:
        with transaction():
            operations.expire(plan_id, now=now, book=tickets.rulebook())
    except Exception:
        log.exception("callbacks.expire_failed", plan_id=plan_id)
        return False
    return True


def release_held() -> None:
    """Ask whom emergency mode held back, once it is over; each in a transaction of its own."""
    now = clock.now()
    mode = modes.current(now)
    if mode is not None and mode.is_holding_callbacks:
        return
    for ticket_id, plan_id in queries.held(BATCH):
        _released(ticket_id, plan_id, now)


def _released(ticket_id: int, plan_id: int, now: datetime) -> None:
    try:
        with transaction():
            ticket, plan = lock_by_id(ticket_id), queries.by_id(plan_id)
            if plan is not None:
                terms = Terms(now, tickets.rulebook(), settings.read(CallbackRules))
                planning.release(ticket, plan, terms)
    except Exception:
        log.exception("callbacks.release_failed", plan_id=plan_id)


def call_first() -> None:
    """Have the machine make the first call where it is to; in the calling hours, a few at once."""
    now, numbers = clock.now(), settings.read(CallbackRules)
    if not numbers.machine_calls_first or not may_call(now, _zone(), numbers):
        return
    for ticket_id in voice_calls.to_call_first(now, BATCH):
        if voice_calls.under_way() >= numbers.machine_calls_at_once:
            return
        _called(ticket_id, now, numbers)


def _called(ticket_id: int, now: datetime, numbers: CallbackRules) -> None:
    try:
        with transaction():
            mode = modes.current(now)
            is_held = mode is not None and mode.is_holding_callbacks
            terms = Terms(now, tickets.rulebook(), numbers, is_held)
            voice_calls.order(lock_by_id(ticket_id), terms, by=concluding.SYSTEM)
    except Refused as refused:
        log.info("callbacks.not_called", ticket_id=ticket_id, code=refused.code)
    except Exception:
        log.exception("callbacks.call_failed", ticket_id=ticket_id)


def _zone() -> ZoneInfo:
    return tickets.rulebook().calendar.zone


SCHEDULE = [
    Entry("callbacks.expire", expire_plans, every=timedelta(minutes=1)),
    Entry("callbacks.release_held", release_held, every=timedelta(minutes=1)),
    Entry("callbacks.call_first", call_first, every=timedelta(minutes=1)),
]
