"""What a clock's deadline was made of, kept on its row so that it can follow the calendar.

Decided here: from which day on a clock counts, and that one which stood still goes on as the
calendar stands now. Not here: the arithmetic (`recalendar_rules`), who is moved (`recalendar`).
"""

from datetime import date, datetime, timedelta

from hotline.tickets.clocks import Due, Pace
from hotline.tickets.models import ClockRow
from hotline.tickets.recalendar_rules import Counted, counted, due_at_of
from hotline.worktime import Calendar, OutsideCalendar


def keep(row: ClockRow, calendar: Calendar, *, since_on: date | None = None) -> None:
    """Keep what the deadline is made of: its days after the start, or after `since_on`."""
    found = None
    if row.pace is Pace.WORKING_DAYS:
        since_on = since_on or row.counted_from or _local(row.started_at, calendar)
        found = counted(row.due_at, since_on, calendar)
    row.counted_from = found.since_on if found else None
    row.counted_days = found.days if found else None
    row.counted_minute = found.minute if found else None


def kept(row: ClockRow) -> Counted | None:
    """What the deadline is made of; None for one that no calendar moves."""
    if row.counted_from is None or row.counted_days is None:
        return None
    return Counted(row.counted_from, row.counted_days, row.counted_minute)


def standing(row: ClockRow, calendar: Calendar) -> Due:
    """When a clock that stood still would be due had it not: by the calendar as it is now."""
    made_of, due_at = kept(row), row.due_at
    if made_of is not None:
        try:
            due_at = due_at_of(made_of, calendar)
        except OutsideCalendar:
            due_at = row.due_at
    return Due(due_at, row.is_provisional, row.pace)


def day_before(at: datetime, calendar: Calendar) -> date:
    """A clock that goes on at a moment counts that day already."""
    return _local(at, calendar) - timedelta(days=1)


def _local(at: datetime, calendar: Calendar) -> date:
    return at.astimezone(calendar.zone).date()
