"""What a working-day deadline is made of, and where it lies in a calendar that has changed.

Decided here: a deadline is so many counted days after a day, at closing time or at a minute of the
last of them; with that kept, it can be found again in any calendar. So a change and its reverse
give back every deadline, and finding it twice moves it once. Not here: which clocks are looked at
(`recalendar`), when a clock is due in the first place (`clocks`).

The surprise: a calendar that shortens a limit gives at least until the end of the next working
day, and what was lengthened before comes back to exactly where it lay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline import hours as office
from hotline.hours import TICK
from hotline.worktime import Calendar, OutsideCalendar


@dataclass(frozen=True)
class Counted:
    """So many working days after `since_on`, at this minute of the last one or at closing time."""

    since_on: date
    days: int
    minute: time | None = None


def counted(due_at: datetime, since_on: date, calendar: Calendar) -> Counted | None:
    """What a deadline is made of in the calendar in which it was set.

    None for one that counts no day, and for one that can't be found again from its days: another
    system's limit on a Sunday, or one beyond the calendar. Nor is one within a Saturday's office
    hours: open it may be, but no limit counts it as a day, and only time given back by a pause
    ends there. Such a deadline never moves: which of the days around it the change belongs to
    can't be said, and what was told to the unit and the citizen stays true.
    """
    day = (due_at - TICK).astimezone(calendar.zone).date()
    try:
        days = calendar.working_days_between(since_on, day)
        if days < 1 or not calendar.is_working(day):
            return None
        is_closing = calendar.closing(day) == due_at
        minute = None if is_closing else due_at.astimezone(calendar.zone).time()
        found = Counted(since_on, days, minute)
        return found if due_at_of(found, calendar) == due_at else None
    except OutsideCalendar:
        return None


def due_at_of(made_of: Counted, calendar: Calendar) -> datetime:
    """Where the deadline lies in this calendar; a minute is drawn to the nearest open one.

    In a break it is drawn back to its beginning. Raises OutsideCalendar.
    """
    day = calendar.nth_working_day_after(made_of.since_on, made_of.days)
    closing = calendar.closing(day)
    if made_of.minute is None:
        return closing
    minute = made_of.minute
    since_midnight = timedelta(
        hours=minute.hour,
        minutes=minute.minute,
        seconds=minute.second,
        microseconds=minute.microsecond,
    )
    same = min(office.at_wall(day, since_midnight, calendar.zone), closing)
    floor = calendar.floor(same)
    is_before_opening = floor.astimezone(calendar.zone).date() < day
    return calendar.add_time(same, timedelta(0)) if is_before_opening else floor


def moved(
    made_of: Counted,
    due_at: datetime,
    calendar: Calendar,
    *,
    asked_at: datetime,
    now: datetime,
    latest: datetime | None = None,
    find: Callable[[Counted, Calendar], datetime] = due_at_of,
) -> datetime:
    """When a running deadline is due in the calendar as it is now.

    One that had expired when the change was made stays. None becomes earlier than the end of the
    next working day, none later than another system's limit allows (`latest`). `find` is for those
    who keep what they found.
    """
    if due_at <= asked_at:
        return due_at
    try:
        reached = find(made_of, calendar)
        if latest is not None:
            reached = min(reached, max(latest, due_at))
        if reached >= due_at:
            return reached
        return max(reached, min(due_at, calendar.end_of_working_days(now, 1)))
    except OutsideCalendar:
        return due_at
