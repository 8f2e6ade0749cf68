"""What a unit may ask for right now, said before it asks: how much, until when, or why not.

Decided here: what its forms offer. What is allowed is decided in `time_rules`; the words of
refusals stand in `extending` and `suspending`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext

from dispatch import extending, suspending, time_rules
from dispatch.part_views import AssignmentView
from dispatch.time_parts import ExtensionView, SuspensionView
from dispatch.time_rules import Limit, Standstill, SuspensionReason, TimeRules
from hotline import clock, settings
from hotline.labels import msgid
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.parts import Shown
from hotline.tickets.view import TicketView
from hotline.worktime import Calendar


@dataclass(frozen=True)
class TimeTerms:
    """The forms' limits; a `fault` is the msgid of why it can't be asked."""

    extend_until: datetime | None
    most_days: int
    is_second: bool
    extend_fault: str | None
    suspend_fault: str | None
    first_day: date
    last_day: date
    in_force: SuspensionView | None
    reasons: list[tuple[str, str]]


def of(ticket: TicketView, current: AssignmentView, parts: Iterable[Shown]) -> TimeTerms:
    """What the unit of this assignment may ask for; nothing is read."""
    content = {one.part.name: one.content or [] for one in parts}
    asked: list[ExtensionView] = content.get("extensions", [])
    stood: list[SuspensionView] = content.get("suspensions", [])
    book, numbers, now = tickets.rulebook(), settings.read(TimeRules), clock.now()
    calendar = book.calendar_of(current.unit_id)
    limit, today = _limit(ticket, current), now.astimezone(book.calendar.zone).date()
    in_force = next((one for one in stood if one.is_in_force), None)
    mine = [one for one in asked if one.assignment_id == current.id]
    ahead = _standstill(ticket, limit, in_force, today)
    return TimeTerms(
        extend_until=time_rules.extension_until(limit, calendar, numbers) if limit else None,
        most_days=time_rules.most_days(limit, numbers) if limit else 0,
        is_second=any(one.is_granted is not None for one in mine),
        extend_fault=_extend_fault(limit, mine, now, calendar, numbers),
        suspend_fault=_suspend_fault(ahead, stood, now, today, numbers),
        first_day=max(today, ahead.ends_on or today) + timedelta(days=1) if ahead else today,
        last_day=time_rules.last_day(ahead, today, numbers) if ahead else today,
        in_force=in_force,
        reasons=_reasons(in_force),
    )


def _limit(ticket: TicketView, current: AssignmentView) -> Limit | None:
    if current.due_at is None or not current.is_running:
        return None
    due = Due(current.due_at, current.is_provisional, current.pace or Pace.WORKING_DAYS)
    is_still = ticket.suspended_until is not None
    return Limit(due, current.limit_working_days, current.limit_hours, is_still)


def _standstill(
    ticket: TicketView, limit: Limit | None, before: SuspensionView | None, today: date
) -> Standstill | None:
    """What is asked for if the unit asks for as little as it can."""
    if limit is None:
        return None
    ends_on = before.until if before else None
    reason = SuspensionReason.LITIGATION
    until = max(today, ends_on or today) + timedelta(days=1)
    in_force = before.reason if before else None
    return Standstill(reason, until, ticket.urgency, limit.due.due_at, in_force, ends_on)


def _extend_fault(
    limit: Limit | None,
    mine: list[ExtensionView],
    now: datetime,
    calendar: Calendar,
    numbers: TimeRules,
) -> str | None:
    if any(one.is_open for one in mine):
        return extending.FAULTS["asked_already"]
    if limit is None:
        return None
    decided = sum(one.is_granted is not None for one in mine)
    fault = time_rules.extension_fault(limit, 1, decided, now, calendar, rules=numbers)
    return extending.FAULTS[fault] if fault else None


def _suspend_fault(
    ahead: Standstill | None,
    stood: list[SuspensionView],
    now: datetime,
    today: date,
    numbers: TimeRules,
) -> str | None:
    if any(one.is_open for one in stood):
        return suspending.FAULTS["asked_already"]
    if ahead is None:
        return None
    fault = time_rules.suspension_fault(ahead, now, today, numbers)
    return suspending.FAULTS[fault] if fault else None


def _reasons(in_force: SuspensionView | None) -> list[tuple[str, str]]:
    known = [SuspensionReason.LITIGATION] if in_force else list(SuspensionReason)
    return [(one.value, gettext(msgid("suspension_reason", one))) for one in known]
