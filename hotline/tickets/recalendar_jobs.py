"""Carries a change of the calendar to the deadlines: in short turns, to be left and taken up.

A worker works on it for some seconds, commits each batch with how far it is, and lets others
take their turn. Killed in the middle, or with Redis away, the schedule takes it up where it was
left. Tickets that were held by somebody are looked at in another pass, and a minute later all of
them once more: until then a process may have counted with the calendar of before.
"""

import time
from datetime import timedelta

from hotline import clock, jobs
from hotline.calendar import queries as calendar
from hotline.calendar import recomputing
from hotline.calendar.calendars import Calendars
from hotline.calendar.recomputing import Recomputation, Stage
from hotline.events import Fact, Reader
from hotline.jobs import Entry, transaction
from hotline.tickets import queries, recalendar
from hotline.tickets.recalendar import Change

TURN_SECONDS = 8.0
REST = 0.6
"""So much of a batch's own time is left to others after it."""
QUEUE = "bulk"


class Turn:
    """What the batches of one turn go by: read once, and anew when the calendar changed again."""

    def __init__(self) -> None:
        self._calendars: Calendars | None = None
        self._change: Change | None = None

    def change(self, run: Recomputation) -> Change:
        """What is to be followed; the caller holds the calendar still."""
        calendars = calendar.as_stored()
        if self._change is None or calendars is not self._calendars:
            queries.forget_rulebook()
            self._calendars, self._change = calendars, Change.of(run, queries.rulebook())
        return self._change


def recompute(*ids: int) -> None:
    """Work on these for a while; whatever is not finished goes to the end of the queue."""
    until = time.monotonic() + TURN_SECONDS
    for one in ids:
        turn, is_left = Turn(), True
        while is_left and time.monotonic() < until:
            is_left = _work_on(one, turn)
        if is_left:
            jobs.enqueue(recompute, one, queue=QUEUE)


def take_up() -> None:
    """Enqueue what nobody works on; on most days there is nothing."""
    for one in recomputing.waiting(clock.now()):
        jobs.enqueue(recompute, one, queue=QUEUE)


def enqueue(fact: Fact) -> None:
    """The calendar changed: let a worker follow."""
    jobs.enqueue_after_commit(recompute, fact.subject_id, QUEUE)


def _work_on(row_id: int, turn: Turn) -> bool:
    """One batch; answers whether there is more to do right now."""
    began = time.monotonic()
    with transaction():
        run = recomputing.take(row_id, clock.now())
        is_left = run is not None and _batch(run, turn)
    time.sleep(REST * (time.monotonic() - began))
    return is_left


def _batch(run: Recomputation, turn: Turn) -> bool:
    recomputing.hold_still()
    change, now = turn.change(run), clock.now()
    if run.stage is Stage.WAITING:
        run.stage, run.total = Stage.RUNNING, recalendar.touched(change)
    after = (
        None
        if run.reached_at is None or run.reached_clock is None
        else (run.reached_at, run.reached_clock)
    )
    done = recalendar.follow(change, after, now=now)
    recomputing.went_on(run, done.looked_at, done.moved, now=now)
    run.was_passed_by = run.was_passed_by or done.was_passed_by
    run.reached_at, run.reached_clock = done.at or (None, None)
    if done.at is None:
        recomputing.end_pass(run, now=now)
    return done.at is not None


SCHEDULE = [Entry("tickets.recalendar", take_up, every=timedelta(seconds=15), queue="now")]
READERS: list[Reader] = [(recomputing.ASKED, "tickets.recalendar", enqueue)]
