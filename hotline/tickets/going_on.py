"""When a clock that stood still is due once it goes on; pure.

Decided here: beside the time that passed, which is given back, what holds for every deadline holds
again: another system's limit is kept, and where the calendar was changed meanwhile none becomes
earlier by it than the end of the next working day. The floor wins over the limit: nobody is told
of one that has passed. Not here: the time that passed (`clocks`), the rows (`timing`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.tickets.clocks import Due, Pace, after_pause, passed_between
from hotline.worktime import Calendar, OutsideCalendar


@dataclass(frozen=True)
class GoneOn:
    """When it is due, the time given back of its pace, and what besides made it so."""

    due: Due
    given: timedelta
    is_capped: bool = False
    is_floored: bool = False


def going_on(
    kept: Due,
    standing: Due,
    since: datetime,
    at: datetime,
    calendar: Calendar,
    *,
    latest: datetime | None = None,
) -> GoneOn:
    """`kept` is the deadline as it was when the clock stopped, `standing` as the calendar is now.

    One that another system's limit lay before already, by consent, is not drawn to it.
    """
    plain = after_pause(standing, since, at, calendar)
    given = passed_between(standing.pace, since, at, calendar)
    if standing.pace is not Pace.WORKING_DAYS:
        return GoneOn(plain, given)
    due_at = plain.due_at if latest is None else min(plain.due_at, max(latest, kept.due_at))
    most = max(plain.due_at, after_pause(kept, since, at, calendar).due_at)
    try:
        floor = min(most, calendar.end_of_working_days(at, 1))
    except OutsideCalendar:
        floor = due_at
    reached = max(due_at, floor)
    due = replace(
        plain,
        due_at=reached,
        is_provisional=calendar.is_provisional(reached.astimezone(calendar.zone).date()),
    )
    return GoneOn(due, given, reached < plain.due_at, reached > due_at)
