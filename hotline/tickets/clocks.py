"""The clocks of a ticket: when each is due, which lamp it shows, how it goes on after a stop.

Decided here: which clocks run day and night, when they end, the lamps. Not here: the numbers
(`clock_table`), which clock runs when (`operations`), the rows (`timing`), cards (supervision).

The surprise: a clock has one of three paces. Working days end at closing time; working hours run
while offices are open; natural hours run day and night. Clocks of critical tickets and of urgent
ones at units on duty round the clock take natural hours, a working day then being 24 of them at
most.
Source: the State Council's notices on 12345, GB/T 33358-2016, provincial practice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from hotline.hours import at_wall
from hotline.tickets.clock_table import DEFAULTS, Clock, ClockRules, Span, span_of
from hotline.tickets.kinds import Channel, Urgency
from hotline.tickets.limits import SAME_DAY, Limit
from hotline.worktime import Calendar, OutsideCalendar, Remaining

__all__ = [
    "Clock",
    "ClockRules",
    "Due",
    "Lamp",
    "Pace",
    "after_pause",
    "after_send_back",
    "due_at",
    "has_contact_clock",
    "lamp",
    "last_call_due_at",
    "next_change_at",
    "passed_between",
    "remaining",
    "standing",
    "upstream_cap",
]


class Lamp(StrEnum):
    """How a clock stands, in the order in which it changes."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PURPLE = "purple"


class Pace(StrEnum):
    """In what a clock counts."""

    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    NATURAL_HOURS = "natural_hours"


ROUND_THE_CLOCK_DESK: Final = frozenset(
    {Clock.SORT, Clock.DISPATCH, Clock.DECISION, Clock.EXTENSION, Clock.SUSPENSION}
)
"""The hotline's clocks that its desk keeps day and night when a matter is urgent."""


@dataclass(frozen=True)
class Due:
    """When a clock is due, whether unpublished days were counted, and its pace."""

    due_at: datetime
    is_provisional: bool
    pace: Pace

    @property
    def is_hour_clock(self) -> bool:
        """Whether the limit was given in hours or minutes, or runs day and night."""
        return self.pace is not Pace.WORKING_DAYS


def due_at(
    kind: Clock,
    start: datetime,
    urgency: Urgency,
    calendar: Calendar,
    *,
    limit: Limit | None = None,
    channel: Channel | None = None,
    runs_7x24: bool = False,
    rules: ClockRules = DEFAULTS,
) -> Due:
    """Decide when a clock started at `start` is due.

    `limit` is needed for HANDLE, `channel` for SORT. `runs_7x24` says that the unit is on duty
    round the clock or that a person marked this clock so; it matters to urgent tickets only.
    Raises ValueError when those are missing, and for WHOLE, which has no limit.
    """
    is_urgent_and_staffed = urgency is Urgency.URGENT and (
        runs_7x24 or kind in ROUND_THE_CLOCK_DESK
    )
    is_natural = urgency is Urgency.CRITICAL or is_urgent_and_staffed
    if kind is Clock.HANDLE:
        if limit is None:
            raise ValueError("the handle clock needs a limit")
        return _handled(start, limit, calendar, rules, is_natural=is_natural)
    return _after(start, span_of(kind, urgency, channel, rules), calendar, is_natural=is_natural)


def last_call_due_at(start: datetime, calendar: Calendar, rules: ClockRules = DEFAULTS) -> datetime:
    """By when all calls of a callback round are to be made; `start` is the review."""
    return calendar.end_of_working_days(start, rules.last_call_working_days)


def has_contact_clock(*, is_confidential: bool, is_anonymous: bool, may_be_contacted: bool) -> bool:
    """Say whether a first contact is owed; else the unit asks through the hotline."""
    return may_be_contacted and not is_confidential and not is_anonymous


def passed_between(pace: Pace, since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    """How much time of a clock's own pace passed: natural time, or working time; never negative."""
    if pace is Pace.NATURAL_HOURS:
        return max(timedelta(0), until - since)
    return max(timedelta(0), calendar.time_between(since, until))


def after_pause(due: Due, paused_at: datetime, now: datetime, calendar: Calendar) -> Due:
    """Let a clock that stood still go on with what it had left.

    Only time of its own pace that passed is given back, so a deadline keeps its minute (12:00
    stays 12:00).
    """
    passed = passed_between(due.pace, paused_at, now, calendar)
    if due.pace is Pace.NATURAL_HOURS:
        moved = due.due_at + passed
    else:
        moved = calendar.add_time(due.due_at, passed) if passed else due.due_at
    return _due(moved, due.pace, calendar)


def after_send_back(
    due: Due,
    stopped_at: datetime,
    now: datetime,
    calendar: Calendar,
    *,
    is_first: bool,
    rules: ClockRules = DEFAULTS,
) -> Due:
    """Let the handle clock go on with what was left when the reply stopped it (`after_pause`).

    The first time at least a working day is left (hour limits: two hours), counted to the same
    minute.
    """
    moved = after_pause(due, stopped_at, now, calendar)
    if not is_first:
        return moved
    if due.pace is Pace.NATURAL_HOURS:
        least = now + timedelta(hours=rules.sent_back_hours)
    else:
        least = calendar.shift(now, rules.sent_back_working_days)
    return _due(max(moved.due_at, least), due.pace, calendar)


def lamp(
    due: Due,
    started_at: datetime,
    now: datetime,
    calendar: Calendar,
    rules: ClockRules = DEFAULTS,
) -> Lamp:
    """Say which lamp a running clock shows at `now`."""
    return standing(due, started_at, now, calendar, rules)[0]


def next_change_at(
    due: Due,
    started_at: datetime,
    now: datetime,
    calendar: Calendar,
    rules: ClockRules = DEFAULTS,
) -> datetime | None:
    """Say when the lamp changes next; None once it is purple."""
    return standing(due, started_at, now, calendar, rules)[1]


def standing(
    due: Due, started_at: datetime, now: datetime, calendar: Calendar, rules: ClockRules
) -> tuple[Lamp, datetime | None]:
    """Which lamp a running clock shows at `now`, and when that changes next."""
    shown, next_at = Lamp.GREEN, None
    for changes_at, colour in _changes(due, started_at, calendar, rules):
        if now >= changes_at:
            shown = colour
        elif next_at is None:
            next_at = changes_at
    return shown, next_at


def remaining(due: Due, now: datetime, calendar: Calendar) -> Remaining | timedelta:
    """What is left: working days and minutes, or for natural hours the bare time."""
    if due.pace is Pace.NATURAL_HOURS:
        return due.due_at - now
    return calendar.remaining(now, due.due_at)


def _after(start: datetime, span: Span, calendar: Calendar, *, is_natural: bool) -> Due:
    """End of a span; what runs day and night never ends later than it would in working days."""
    if span.days:
        working = calendar.end_of_working_days(start, span.days)
        natural = min(working, start + timedelta(days=span.days))
        pace = Pace.NATURAL_HOURS if is_natural else Pace.WORKING_DAYS
        return _due(natural if is_natural else working, pace, calendar)
    if is_natural or span.is_natural:
        return _due(start + span.time, Pace.NATURAL_HOURS, calendar)
    return _due(calendar.add_time(start, span.time), Pace.WORKING_HOURS, calendar)


def _handled(
    start: datetime, limit: Limit, calendar: Calendar, rules: ClockRules, *, is_natural: bool
) -> Due:
    """The earliest of working days, natural hours, and what upstream leaves."""
    if limit.working_days == SAME_DAY:
        due = _same_day(start, calendar, is_natural=is_natural)
    else:
        due = _after(start, Span(days=limit.working_days), calendar, is_natural=is_natural)
    reached, pace = due.due_at, due.pace
    if limit.hours is not None:
        reached = min(reached, start + timedelta(hours=limit.hours))
        pace = Pace.NATURAL_HOURS
    cap = upstream_cap(limit.upstream_due_at, start, calendar, rules)
    return _due(min(reached, cap) if cap else reached, pace, calendar)


def _same_day(start: datetime, calendar: Calendar, *, is_natural: bool) -> Due:
    """Closing time of a working day that is not past noon yet, else noon of the next one."""
    today = start.astimezone(calendar.zone).date()
    if calendar.is_working(today) and start <= _noon(today, calendar) < calendar.closing(today):
        reached = calendar.closing(today)
    else:
        next_on = calendar.nth_working_day_after(today, 1)
        noon = calendar.floor(_noon(next_on, calendar))
        is_open_before = noon.astimezone(calendar.zone).date() == next_on
        reached = noon if is_open_before else calendar.closing(next_on)
    if is_natural:
        return _due(min(reached, start + timedelta(days=1)), Pace.NATURAL_HOURS, calendar)
    return _due(reached, Pace.WORKING_DAYS, calendar)


def _noon(day: date, calendar: Calendar) -> datetime:
    return at_wall(day, timedelta(hours=12), calendar.zone)


def upstream_cap(
    upstream_due_at: datetime | None, start: datetime, calendar: Calendar, rules: ClockRules
) -> datetime | None:
    """One working day before the upstream's limit; when that is past already, the limit itself."""
    if upstream_due_at is None:
        return None
    try:
        early = calendar.shift(upstream_due_at, -rules.upstream_margin_working_days)
    except OutsideCalendar:
        return None  # decades away: no bound on any limit of ours
    return early if early > start else upstream_due_at


def _due(reached: datetime, pace: Pace, calendar: Calendar) -> Due:
    last_on = reached.astimezone(calendar.zone).date()
    is_provisional = pace is not Pace.NATURAL_HOURS and calendar.is_provisional(last_on)
    return Due(reached, is_provisional, pace)


def _changes(
    due: Due, started_at: datetime, calendar: Calendar, rules: ClockRules
) -> tuple[tuple[datetime, Lamp], ...]:
    """When the lamp turns to which colour, in order."""
    if due.pace is Pace.NATURAL_HOURS:
        whole = max(timedelta(0), due.due_at - started_at)
        yellow = due.due_at - _last_part(whole, rules)
        purple = due.due_at + whole * (rules.purple_times - 1)
        return (yellow, Lamp.YELLOW), (due.due_at, Lamp.RED), (purple, Lamp.PURPLE)
    whole = max(timedelta(0), calendar.time_between(started_at, due.due_at))
    yellow = calendar.subtract_time(due.due_at, _last_part(whole, rules))
    if due.pace is Pace.WORKING_DAYS:
        yellow = max(yellow, calendar.shift(due.due_at, -rules.yellow_working_days))
        purple = calendar.shift(due.due_at, rules.purple_working_days)
    else:
        purple = calendar.add_time(due.due_at, whole * (rules.purple_times - 1))
    return (yellow, Lamp.YELLOW), (due.due_at, Lamp.RED), (purple, Lamp.PURPLE)


def _last_part(whole: timedelta, rules: ClockRules) -> timedelta:
    return whole * rules.yellow_percent / 100
