"""What dispatch does by the clock: suspensions end, promises are asked for.

Each ticket in a transaction of its own; what was missed in a standstill is caught up by index.
One that fails is logged, left for the next time, and holds up no other.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from dispatch import promises, suspending, time_rules
from dispatch.time_rules import EndedBecause, TimeRules
from hotline import clock, settings
from hotline.jobs import Entry, transaction
from hotline.tickets import queries as tickets
from hotline.tickets.operations import lock_by_id

BATCH = 200
SYSTEM = "system"
T = TypeVar("T", int, tuple[int, int])

log = structlog.get_logger(__name__)


def end_suspensions() -> None:
    """Let the clocks run on wherever the end of a suspension has come."""
    now = clock.now()
    _each(lambda most: suspending.ended_by(now, most), lambda one: _resume(one, now))


def ask_promises() -> None:
    """Ask the units again whose promised day has come."""
    now, numbers = clock.now(), settings.read(TimeRules)
    today = time_rules.promises_due_on(now, tickets.rulebook().calendar, numbers)

    def wake(one: tuple[int, int]) -> None:
        ticket_id, promise_id = one
        ticket = lock_by_id(ticket_id)
        promise = promises.still_open(promise_id, today)
        if promise is not None:
            promises.wake(ticket, promise, now=now, book=tickets.rulebook())

    _each(lambda most: promises.due(today, most), wake)


def _resume(ticket_id: int, now: datetime) -> None:
    ticket = lock_by_id(ticket_id)
    found = suspending.in_force(ticket_id)
    if found is not None and found.ends_at is not None and found.ends_at <= now:
        book = tickets.rulebook()
        suspending.resume(ticket, EndedBecause.DATE, by=SYSTEM, now=now, book=book)


def _each(find: Callable[[int], Sequence[T]], do: Callable[[T], None]) -> None:
    """Do it to everything found, in batches, until nothing is left but what failed."""
    failed: set[T] = set()
    while due := set(find(BATCH + len(failed))) - failed:
        for one in sorted(due):
            try:
                with transaction():
                    do(one)
            except Exception:
                log.exception("dispatch.job_failed", about=one)
                failed.add(one)


SCHEDULE = [
    Entry("dispatch.end_suspensions", end_suspensions, every=timedelta(minutes=1)),
    Entry("dispatch.ask_promises", ask_promises, every=timedelta(minutes=5)),
]
