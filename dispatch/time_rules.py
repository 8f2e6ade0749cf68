"""When a unit may ask for more time or for its clocks to stand still, and for how long; pure.

Decided here: until when and how much may be asked, when an extended limit ends, what ends a
suspension. Not here: who decides (`requests`), what the clocks do (`extending`, `suspending`).
Source: document 1 of the hotline's rules, "Extension" and "Suspension".
The surprise: a suspension ends when its last day begins, not when it is over: on that day the
unit works on the matter again.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from hotline.tickets.clocks import Due, Pace
from hotline.tickets.kinds import Urgency
from hotline.worktime import Calendar


class SuspensionReason(StrEnum):
    """Why a clock may stand still; there are no others."""

    LITIGATION = "litigation"
    WAITING_FOR_CITIZEN = "waiting_for_citizen"
    FORCE_MAJEURE = "force_majeure"
    SEASON_BOUND = "season_bound"


class EndedBecause(StrEnum):
    """What ended a suspension."""

    DATE = "date"
    CITIZEN = "citizen"
    UNIT = "unit"
    REPLIED = "replied"
    CONTINUED = "continued"
    CRITICAL = "critical"
    OVER = "over"


@dataclass(frozen=True)
class TimeRules:
    """The numbers, all settings. Raises ValueError unless each is at least 1."""

    most_extension_days: int = 10
    extension_ahead_days: int = 1
    extension_ahead_working_hours: int = 2
    extension_ahead_hours: int = 1
    short_limit_days: int = 2
    most_suspended_days: int = 30
    longest_promise_days: int = 1095
    ask_promises_at_hour: int = 8

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 1:
                raise ValueError(f"{one.name} must be at least 1")


DEFAULTS: Final = TimeRules()
DECIDED_AT_MOST: Final = 2
"""Extensions that may be asked for one assignment; the second is for the head of the hotline."""


@dataclass(frozen=True)
class Limit:
    """The unit's handling as it stands: when it is due, and what it was given at first."""

    due: Due
    working_days: int
    hours: int | None
    is_standing_still: bool = False


def extension_until(limit: Limit, calendar: Calendar, rules: TimeRules = DEFAULTS) -> datetime:
    """The last moment to ask for more time."""
    due_at = limit.due.due_at
    if limit.hours is not None or limit.due.pace is Pace.NATURAL_HOURS:
        return due_at - timedelta(hours=rules.extension_ahead_hours)
    if limit.working_days <= rules.short_limit_days:
        ahead = timedelta(hours=rules.extension_ahead_working_hours)
        return calendar.subtract_time(due_at, ahead)
    return calendar.shift(due_at, -rules.extension_ahead_days)


def most_days(limit: Limit, rules: TimeRules = DEFAULTS) -> int:
    """How many working days may be asked for: the original limit once more, ten at most."""
    return min(limit.working_days, rules.most_extension_days)


def extended(due: Due, working_days: int, calendar: Calendar) -> Due:
    """The new limit: closing time of the n-th working day after the old one's day."""
    reached = calendar.end_of_working_days(due.due_at, working_days)
    last_on = reached.astimezone(calendar.zone).date()
    return Due(reached, calendar.is_provisional(last_on), Pace.WORKING_DAYS)


def extension_fault(
    limit: Limit,
    working_days: int,
    asked_before: int,
    now: datetime,
    calendar: Calendar,
    *,
    rules: TimeRules = DEFAULTS,
) -> str | None:
    """Why it can't be asked: standing_still, asked_twice, too_late, days_out_of_range; or None."""
    if limit.is_standing_still:
        return "standing_still"
    if asked_before >= DECIDED_AT_MOST:
        return "asked_twice"
    if now > extension_until(limit, calendar, rules):
        return "too_late"
    if not 1 <= working_days <= most_days(limit, rules):
        return "days_out_of_range"
    return None


def needs_consent(due: Due, upstream_due_at: datetime | None) -> bool:
    """Whether a limit lies beyond the one that the upstream set."""
    return upstream_due_at is not None and due.due_at > upstream_due_at


@dataclass(frozen=True)
class Standstill:
    """A suspension as it is asked for."""

    reason: SuspensionReason
    until: date
    urgency: Urgency
    due_at: datetime
    in_force: SuspensionReason | None = None
    ends_on: date | None = None


def last_day(standstill: Standstill, today: date, rules: TimeRules = DEFAULTS) -> date:
    """The latest day that may be named: thirty days on; of litigation, from the present end."""
    start = standstill.ends_on if is_continued(standstill) else None
    return (start or today) + timedelta(days=rules.most_suspended_days)


def is_continued(standstill: Standstill) -> bool:
    """Whether litigation goes on that the clocks stand still for already."""
    litigation = SuspensionReason.LITIGATION
    return standstill.in_force is litigation and standstill.reason is litigation


def suspension_fault(
    asked: Standstill, now: datetime, today: date, rules: TimeRules = DEFAULTS
) -> str | None:
    """Why it can't be asked: critical, under_way, limit_passed, until_in_past, until_too_far."""
    if asked.urgency is Urgency.CRITICAL:
        return "critical"
    if asked.in_force is not None and not is_continued(asked):
        return "under_way"
    if asked.in_force is None and now >= asked.due_at:
        return "limit_passed"
    if asked.until <= max(today, asked.ends_on or today):
        return "until_in_past"
    return "until_too_far" if asked.until > last_day(asked, today, rules) else None


def stands_from(asked_at: datetime, now: datetime, due_at: datetime) -> datetime:
    """From when the clocks stand still: the grant; the asking, when the limit passed meanwhile."""
    return now if now < due_at else asked_at


def end_of(until: date, calendar: Calendar) -> datetime:
    """When a suspension ends by itself: as its day begins."""
    return datetime(until.year, until.month, until.day, tzinfo=calendar.zone)


def promise_fault(promised_on: date, today: date, rules: TimeRules = DEFAULTS) -> str | None:
    """What is wrong with a promise's day: promise_in_past, promise_too_far; or None."""
    if promised_on <= today:
        return "promise_in_past"
    is_far = promised_on > today + timedelta(days=rules.longest_promise_days)
    return "promise_too_far" if is_far else None


def promises_due_on(now: datetime, calendar: Calendar, rules: TimeRules = DEFAULTS) -> date:
    """The latest day whose promises are asked for by now: today from the morning on."""
    local = now.astimezone(calendar.zone)
    is_morning = local.hour >= rules.ask_promises_at_hour
    return local.date() if is_morning else local.date() - timedelta(days=1)
