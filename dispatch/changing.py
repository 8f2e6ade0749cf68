"""A change of type, category or urgency after dispatch, and what it does to the unit's limit.

Decided here: which clocks are computed anew (the handle clock by a new limit or urgency, sign and
contact by a new urgency), that a suspended one stays suspended, and that what becomes
confidential needs words for the unit. How they are computed says `changing_rules`; before dispatch
`hotline.tickets.sorting` does it. A category of another unit changes no unit: that is a return or
a new dispatch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dispatch import accusing, changing_rules, depending, queries, wording
from dispatch.changing_rules import Terms
from dispatch.depending import Hanging, Turn
from dispatch.models import Assignment
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import intake, limits, sorting, states, timing
from hotline.tickets.clocks import Clock, Due
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.limits import LeafLimits, Limit
from hotline.tickets.models import ClockRow, Ticket, TicketEvent
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.sorting import Sorting
from hotline.tickets.states import Verb

ALL_KINDS = (Clock.SIGN, Clock.CONTACT, Clock.HANDLE)


@dataclass(frozen=True)
class Moved:
    """A running clock of the unit, and when it is due by the new rules."""

    row: ClockRow
    due: Due

    @property
    def is_moved(self) -> bool:
        """Whether anything changes for it."""
        return self.due != Due(self.row.due_at, self.row.is_provisional, self.row.pace)


@dataclass(frozen=True)
class Outlook:
    """What a change would do: the limit before and after, the clocks, what is confidential.

    `hanging` are the clocks of those whose deadlines hang on the unit's own.
    """

    wanted: Sorting
    before: Limit
    after: Limit
    moved: Sequence[Moved]
    hanging: Sequence[Hanging]
    becomes_confidential: bool

    @property
    def is_other_limit(self) -> bool:
        """Whether the unit gets another limit."""
        return self.before != self.after


def outlook(
    ticket: Ticket, assignment: Assignment, wanted: Sorting, *, now: datetime, book: Rulebook
) -> Outlook:
    """What the change would do to the running assignment; nothing is changed yet.

    Raises Invalid for an unknown category, for `other` and when nothing changes; Refused when a
    suspended ticket is to become critical.
    """
    leaf = intake.leaf_of(wanted.category, book)
    _refuse_empty(ticket, wanted)
    rows = _running(ticket, assignment)
    if wanted.urgency is Urgency.CRITICAL and any(one.paused_at for one in rows):
        raise Refused(
            "suspended",
            "It is suspended, and nothing critical stands still: let its clock run again first.",
            field="urgency",
        )
    before = Limit(assignment.limit_working_days, assignment.limit_hours, ticket.upstream_due_at)
    after = _limit(ticket, assignment, wanted, book)
    is_private = intake.is_confidential(
        wanted.request_type, leaf, is_asked=wanted.is_confidential or ticket.is_confidential
    )
    was = Terms(ticket.urgency, before, assignment.unit.has_duty_24h)
    terms = Terms(wanted.urgency or ticket.urgency, after, assignment.unit.has_duty_24h)
    moved = [
        Moved(row, _due(row, assignment, was, terms, now=now, book=book))
        for row in rows
        if row.kind is Clock.HANDLE or terms.urgency is not was.urgency
    ]
    return Outlook(
        wanted,
        before,
        after,
        moved,
        _hanging(ticket, assignment, moved, (was, terms), now=now, book=book),
        is_private and not ticket.is_confidential,
    )


def change(
    ticket: Ticket,
    assignment: Assignment,
    wanted: Sorting,
    reason: str,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    unit_text: str | None = None,
    not_about: str | None = None,
) -> Outlook:
    """Change type, category or urgency of a ticket that a unit has, with its limit.

    Raises what `outlook` does; WrongState; Invalid (`unit_text_needed`, `names_the_person`,
    `about_this_unit`).
    """
    states.move(ticket.state, Verb.CHANGE)
    found = outlook(ticket, assignment, wanted, now=now, book=book)
    facts = _before(ticket)
    sorting.describe(ticket, wanted, book)
    words = wording.words_of(ticket)
    is_overruled = accusing.refuse_lead(ticket, assignment.unit, words, not_about)
    wording.write_for_unit(ticket, words, unit_text, None)
    if is_overruled and not_about:
        accusing.overrule(ticket, assignment.unit, not_about, by=by, now=now)
    facts = {"before": facts} | intake.sorting_facts(ticket) | _limits(found)
    assignment.limit_working_days = found.after.working_days
    assignment.limit_hours = found.after.hours
    facts["deadlines"] = [_deadline(one) for one in found.moved if one.is_moved]
    facts["followed"] = depending.told(found.hanging)
    for one in found.moved:
        timing.move(ticket, one.row, one.due, at=now, book=book)
    depending.move(ticket, found.hanging, at=now, book=book)
    depending.give_limits(ticket, found.after)
    if found.becomes_confidential:
        timing.stop(ticket, [Clock.CONTACT], at=now, unit_id=assignment.unit_id)
    advance(ticket, Verb.CHANGE, by=by, now=now, facts=facts, words=reason)
    return found


def running_assignment(ticket: Ticket) -> Assignment:
    """The unit's own, open one. Raises Invalid where no unit has it."""
    found = queries.active(ticket.id)
    if found is None:
        raise Invalid(
            "no_unit_has_it",
            "No unit has this ticket itself: change the part of it that a unit has.",
            field="reason",
        )
    return found


def _refuse_empty(ticket: Ticket, wanted: Sorting) -> None:
    if wanted.request_type is RequestType.OTHER:
        raise Invalid(
            "not_dispatchable",
            "“Other” is filed or sorted again, never dispatched.",
            field="request_type",
        )
    is_same = (
        wanted.request_type is ticket.request_type
        and wanted.category == ticket.category_code
        and wanted.urgency in (None, ticket.urgency)
    )
    if is_same:
        raise Invalid(
            "nothing_changed",
            "Nothing would change: choose another type, category or urgency.",
            field="request_type",
        )


def _limit(ticket: Ticket, assignment: Assignment, wanted: Sorting, book: Rulebook) -> Limit:
    kind = db.session.scalar(
        select(TicketEvent.kind).where(
            TicketEvent.ticket_id == ticket.id, TicketEvent.seq == assignment.seq
        )
    )
    leaf = book.leaves.get(wanted.category)
    return limits.limit_for(
        wanted.request_type,
        leaf.limits if leaf else LeafLimits(),
        is_redo=kind == Verb.REDO,
        upstream_due_at=ticket.upstream_due_at,
        type_limits=book.type_limits,
        redo_working_days=book.clocks.redo_working_days,
    )


def _running(ticket: Ticket, assignment: Assignment) -> Sequence[ClockRow]:
    return db.session.scalars(
        select(ClockRow)
        .where(
            ClockRow.ticket_id == ticket.id,
            ClockRow.unit_id == assignment.unit_id,
            ClockRow.kind.in_(ALL_KINDS),
            ClockRow.stopped_at.is_(None),
        )
        .order_by(ClockRow.id)
    ).all()


def _due(
    row: ClockRow,
    assignment: Assignment,
    before: Terms,
    after: Terms,
    *,
    now: datetime,
    book: Rulebook,
) -> Due:
    running = Due(row.due_at, row.is_provisional, row.pace)
    if row.kind is Clock.HANDLE and replace(after, runs_7x24=before.runs_7x24) == before:
        return running
    return changing_rules.changed_due(
        row.kind,
        running,
        assignment.dispatched_at,
        before,
        after,
        now=now,
        calendar=book.calendar_of(row.unit_id),
        rules=book.clocks,
    )


def _hanging(
    ticket: Ticket,
    assignment: Assignment,
    moved: Sequence[Moved],
    terms: tuple[Terms, Terms],
    *,
    now: datetime,
    book: Rulebook,
) -> list[Hanging]:
    handle = next((one for one in moved if one.row.kind is Clock.HANDLE), None)
    if handle is None:
        return []
    running = Due(handle.row.due_at, handle.row.is_provisional, handle.row.pace)
    turn = Turn(running, handle.due, *terms)
    return depending.changed(ticket, assignment, turn, now=now, book=book)


def _before(ticket: Ticket) -> dict[str, Any]:
    return {
        "request_type": ticket.request_type.value if ticket.request_type else None,
        "category": ticket.category_code,
        "urgency": ticket.urgency.value,
    }


def _limits(found: Outlook) -> dict[str, Any]:
    return {
        "limit": {
            name: {"working_days": one.working_days, "hours": one.hours}
            for name, one in (("before", found.before), ("after", found.after))
        }
    }


def _deadline(one: Moved) -> dict[str, Any]:
    return {
        "clock": one.row.kind.value,
        "before": one.row.due_at.isoformat(timespec="minutes"),
        "after": one.due.due_at.isoformat(timespec="minutes"),
    }
