"""Deadlines that hang on the lead's: those of assisting units and of sub-units move with it.

Decided here: more time for the lead is as many working days more for each of them; another
category or urgency reaches them too. None is moved beyond what it hangs on, and what had passed
before more time was asked for stays: its lamp and card are the unit's own. Not here: the lead's
own limit (`extending`, `changing`), how a deadline is drawn from another (`joint_rules`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dispatch import changing_rules, joint_queries, joint_rules, second_level_queries, time_rules
from dispatch.changing_rules import Terms
from dispatch.models import Assignment
from dispatch.second_level_models import SubAssignment
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import timing
from hotline.tickets.clocks import Clock, Due
from hotline.tickets.limits import Limit
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.rulebook import Rulebook


@dataclass(frozen=True)
class Hanging:
    """A running clock of a further unit, and when it is due from now on."""

    row: ClockRow
    unit: Unit
    due: Due

    @property
    def is_moved(self) -> bool:
        """Whether anything changes for it."""
        return self.due != _due(self.row)


@dataclass(frozen=True)
class Turn:
    """What a deadline hangs on, before and after: its own moment, its limit, the urgency."""

    was: Due
    due: Due
    before: Terms
    after: Terms


def extended(
    ticket: Ticket,
    lead: Assignment,
    due: Due,
    working_days: int,
    *,
    asked_at: datetime,
    book: Rulebook,
) -> list[Hanging]:
    """The lead's limit ends at `due`, so many working days later; nothing is moved yet."""
    found = _under(ticket, lead, due, working_days, asked_at=asked_at, book=book)
    for part in joint_queries.assisting(ticket.id):
        row = _handling(ticket, part)
        if row is None:
            continue
        theirs = _later(row, due, working_days, asked_at, book)
        found.append(Hanging(row, part.unit, theirs))
        found += _under(ticket, part, theirs, working_days, asked_at=asked_at, book=book)
    return [one for one in found if one.is_moved]


def changed(
    ticket: Ticket, lead: Assignment, turn: Turn, *, now: datetime, book: Rulebook
) -> list[Hanging]:
    """The lead's limit or urgency became another one; nothing is moved yet."""
    found = list(_changed_under(ticket, lead, turn, now=now, book=book))
    for part in joint_queries.assisting(ticket.id):
        mine = _changed(ticket, part.unit, part.dispatched_at, turn, now=now, book=book)
        found += mine
        handle = next((one for one in mine if one.row.kind is Clock.HANDLE), None)
        if handle is not None:
            theirs = Turn(
                _due(handle.row),
                handle.due,
                _shortened(turn.before),
                _shortened(turn.after),
            )
            found += _changed_under(ticket, part, theirs, now=now, book=book)
    return [one for one in found if one.is_moved]


def _handling(ticket: Ticket, part: Assignment) -> ClockRow | None:
    """The assisting unit's limit; while its return is undecided the one that stopped for that."""
    if part.return_asked_at is None:
        return timing.running(ticket.id, Clock.HANDLE, part.unit_id)
    return db.session.scalars(
        select(ClockRow)
        .where(
            ClockRow.ticket_id == ticket.id,
            ClockRow.unit_id == part.unit_id,
            ClockRow.kind == Clock.HANDLE,
            ClockRow.stopped_at == part.return_asked_at,
        )
        .order_by(ClockRow.id.desc())
        .limit(1)
    ).one_or_none()


def give_limits(ticket: Ticket, limit: Limit) -> None:
    """The assisting units' limits follow the lead's new one."""
    own = joint_rules.assist_limit(limit)
    for part in joint_queries.assisting(ticket.id):
        part.limit_working_days, part.limit_hours = own.working_days, own.hours


def move(ticket: Ticket, hanging: Iterable[Hanging], *, at: datetime, book: Rulebook) -> None:
    """Let the clocks be due as was found; one that stopped goes on from there some day."""
    for one in hanging:
        if one.row.stopped_at is not None:
            timing.set_due(one.row, one.due, book)
        else:
            timing.move(ticket, one.row, one.due, at=at, book=book)


def told(hanging: Sequence[Hanging]) -> list[dict[str, Any]]:
    """How the event names them."""
    return [
        {
            "clock": one.row.kind.value,
            "clock_id": one.row.id,
            "unit_id": one.unit.id,
            "unit": one.unit.name,
            "before": one.row.due_at.isoformat(timespec="minutes"),
            "after": one.due.due_at.isoformat(timespec="minutes"),
        }
        for one in hanging
    ]


def _under(
    ticket: Ticket,
    assignment: Assignment,
    due: Due,
    working_days: int,
    *,
    asked_at: datetime,
    book: Rulebook,
) -> list[Hanging]:
    sub = _sub_of(assignment)
    row = timing.running(ticket.id, Clock.HANDLE, sub.sub_unit_id) if sub else None
    if sub is None or row is None:
        return []
    return [Hanging(row, sub.sub_unit, _later(row, due, working_days, asked_at, book))]


def _later(row: ClockRow, last: Due, working_days: int, asked_at: datetime, book: Rulebook) -> Due:
    running = _due(row)
    if row.due_at <= (row.stopped_at or row.paused_at or asked_at):
        return running
    due = time_rules.extended(running, working_days, book.calendar_of(row.unit_id))
    return min(due, last, key=lambda one: one.due_at)


def _changed_under(
    ticket: Ticket, assignment: Assignment, turn: Turn, *, now: datetime, book: Rulebook
) -> Iterator[Hanging]:
    sub = _sub_of(assignment)
    if sub is not None:
        yield from _changed(ticket, sub.sub_unit, sub.handed_at, turn, now=now, book=book)


def _changed(
    ticket: Ticket, unit: Unit, since: datetime, turn: Turn, *, now: datetime, book: Rulebook
) -> list[Hanging]:
    calendar = book.calendar_of(unit.id)
    found = []
    sign = timing.running(ticket.id, Clock.SIGN, unit.id)
    if sign is not None and turn.before.urgency is not turn.after.urgency:
        before, after = (
            Terms(one.urgency, one.limit, unit.has_duty_24h) for one in (turn.before, turn.after)
        )
        due = changing_rules.changed_due(
            Clock.SIGN,
            _due(sign),
            since,
            before,
            after,
            now=now,
            calendar=calendar,
            rules=book.clocks,
        )
        found.append(Hanging(sign, unit, due))
    handle = timing.running(ticket.id, Clock.HANDLE, unit.id)
    if handle is not None and (turn.was, turn.before.limit) != (turn.due, turn.after.limit):
        was, fresh = (
            joint_rules.assist_due(due, limit, since, calendar)
            for due, limit in ((turn.was, turn.before.limit), (turn.due, turn.after.limit))
        )
        due = changing_rules.carried(_due(handle), was, fresh, now=now, calendar=calendar)
        found.append(Hanging(handle, unit, min(due, turn.due, key=lambda one: one.due_at)))
    return found


def _shortened(terms: Terms) -> Terms:
    return Terms(terms.urgency, joint_rules.assist_limit(terms.limit), terms.runs_7x24)


def _sub_of(assignment: Assignment) -> SubAssignment | None:
    """The sub-unit that still works on it."""
    return second_level_queries.active(assignment.id)


def _due(row: ClockRow) -> Due:
    return Due(row.due_at, row.is_provisional, row.pace)
