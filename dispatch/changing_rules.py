"""What a change of type, category or urgency does to a clock that runs already; pure.

Decided here, for the rules are silent: the clock is computed anew from the dispatch by the new
limit, as if it had been dispatched so. What was added since (an extension, time given back) stays
added. It is never due earlier than the end of the next working day (clocks of hours: than their
new time counted from the change), unless it was due even before that: a change takes no time away
over night, and makes no overdue clock fresh again. Not here: which limit it is (`limits`).
"""

from dataclasses import dataclass
from datetime import datetime

from hotline.tickets import clocks
from hotline.tickets.clocks import Clock, ClockRules, Due, Pace
from hotline.tickets.kinds import Urgency
from hotline.tickets.limits import Limit
from hotline.worktime import Calendar

NEXT_WORKING_DAY = 1


@dataclass(frozen=True)
class Terms:
    """By what a unit's clock is computed; `runs_7x24`: it is on duty day and night."""

    urgency: Urgency
    limit: Limit
    runs_7x24: bool


def changed_due(
    kind: Clock,
    running: Due,
    dispatched_at: datetime,
    before: Terms,
    after: Terms,
    *,
    now: datetime,
    calendar: Calendar,
    rules: ClockRules,
) -> Due:
    """When a running clock is due once the new terms hold."""
    was = _from(kind, dispatched_at, before, calendar, rules)
    fresh = _from(kind, dispatched_at, after, calendar, rules)
    if fresh.pace is Pace.WORKING_DAYS:
        return carried(running, was, fresh, now=now, calendar=calendar)
    earliest = _from(kind, now, after, calendar, rules).due_at
    return _reached(running, was, fresh, earliest, calendar)


def carried(running: Due, was: Due, fresh: Due, *, now: datetime, calendar: Calendar) -> Due:
    """A running deadline that was to be `was` and is to be `fresh`, with all it was moved by."""
    earliest = calendar.end_of_working_days(now, NEXT_WORKING_DAY)
    return _reached(running, was, fresh, earliest, calendar)


def _reached(running: Due, was: Due, fresh: Due, earliest: datetime, calendar: Calendar) -> Due:
    added = _added(was, running, fresh, calendar)
    reached = max(added, min(running.due_at, earliest))
    last_on = reached.astimezone(calendar.zone).date()
    is_counted = fresh.pace is not Pace.NATURAL_HOURS
    return Due(reached, is_counted and calendar.is_provisional(last_on), fresh.pace)


def _from(kind: Clock, start: datetime, terms: Terms, calendar: Calendar, rules: ClockRules) -> Due:
    return clocks.due_at(
        kind,
        start,
        terms.urgency,
        calendar,
        limit=terms.limit,
        runs_7x24=terms.runs_7x24,
        rules=rules,
    )


def _added(was: Due, running: Due, fresh: Due, calendar: Calendar) -> datetime:
    """The new deadline with all that the old one had been moved by."""
    if running.due_at <= was.due_at:
        return fresh.due_at
    if fresh.pace is Pace.NATURAL_HOURS:
        return fresh.due_at + (running.due_at - was.due_at)
    return calendar.add_time(fresh.due_at, calendar.time_between(was.due_at, running.due_at))
