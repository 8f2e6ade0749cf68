"""What a clock's deadline was made of, kept on its row so that it can follow the calendar.

Decided here: from which day on a clock counts, and that one which stood still goes on as the
calendar stands now. Not here: the arithmetic (`recalendar_rules`), who is moved (`recalendar`).
"""

from datetime import date, datetime, timedelta

from hotline.tickets.clock_batches import Running
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.models import ClockRow
from hotline.tickets.recalendar_rules import Counted, counted, due_at_of
from hotline.worktime import Calendar, OutsideCalendar


def keep(row: ClockRow, calendar: Calendar) -> None:
    """Keep what the deadline is made of: its days after the start, or after it went on."""
    put(row, found_in(row, calendar))


def found_in(row: ClockRow | Running, calendar: Calendar) -> Counted | None:
    """What the deadline is made of when it was set by this calendar."""
    if row.pace is not Pace.WORKING_DAYS:
        return None
    return counted(row.due_at, row.counted_from or _local(row.started_at, calendar), calendar)


def put(row: ClockRow | Running, made_of: Counted | None) -> None:
    """Lay down what the deadline is made of."""
    row.counted_from = made_of.since_on if made_of else None
    row.counted_days = made_of.days if made_of else None
    row.counted_minute = made_of.minute if made_of else None


def kept(row: ClockRow | Running) -> Counted | None:
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
