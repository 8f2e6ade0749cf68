"""The unit's clocks stand still for a listed reason, with evidence and an end.

Decided here: what asking, granting, refusing and ending do to the ticket, its clocks and its
history. Not here: what may be asked (`time_rules`), who may decide (`requests`).
The surprise: a suspension belongs to the ticket and not to the assignment. Another unit, another
urgency, another limit: `timing.start` lets each new clock of a unit stand still until the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from dispatch import queries, requests, time_rules
from dispatch.models import Assignment
from dispatch.second_level_models import SubAssignment
from dispatch.time_models import Suspension
from dispatch.time_rules import DEFAULTS, EndedBecause, Standstill, SuspensionReason, TimeRules
from hotline.access import Viewer
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.going_on import GoneOn
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb
from hotline.words import N_

FAULTS = {
    "critical": N_(
        "A critical ticket is never suspended: act at once, and write what is in the way."
    ),
    "under_way": N_(
        "The ticket is suspended already. Resume it first; only litigation can be confirmed anew."
    ),
    "asked_already": N_("A suspension is asked for already; wait until the hotline has decided."),
    "limit_passed": N_(
        "The limit has passed; a suspension is asked for before it. Reply now, with a date for "
        "what is still to be done."
    ),
    "until_in_past": N_("Name the day on which work goes on: tomorrow or later."),
    "until_too_far": N_(
        "A suspension lasts thirty days at most. Name an earlier day; litigation can be confirmed "
        "anew before it ends."
    ),
    "until_over": N_("The day that was asked for has come meanwhile; refuse the request."),
}
ON_UNTIL = frozenset({"until_in_past", "until_too_far"})


@dataclass(frozen=True)
class Wish:
    """What the unit asks for: why, until when, and what proves it."""

    reason: SuspensionReason
    until: date
    evidence: str


def ask(
    ticket: Ticket,
    assignment: Assignment,
    wish: Wish,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: TimeRules = DEFAULTS,
) -> Suspension:
    """The hotline decides; until then the limit shows no red.

    Raises WrongState, Refused (`critical`, `under_way`, `asked_already`, `limit_passed`), Invalid
    (`until_in_past`, `until_too_far`).
    """
    states.move(ticket.state, Verb.ASK_SUSPENSION)
    row = requests.handling(ticket, assignment)
    if any(isinstance(one, Suspension) for one in requests.open_on(ticket.id)):
        _refuse("asked_already")
    asked = standstill(ticket, row, in_force(ticket.id), wish)
    today = now.astimezone(book.calendar.zone).date()
    _refuse(time_rules.suspension_fault(asked, now, today, numbers))
    made = Suspension(
        assignment_id=assignment.id,
        ticket_id=ticket.id,
        unit_id=assignment.unit_id,
        seq=ticket.last_seq + 1,
        reason=wish.reason,
        until_on=wish.until,
        asked_at=now,
        asked_by=by,
    )
    db.session.add(made)
    db.session.flush()
    advance(ticket, Verb.ASK_SUSPENSION, by=by, now=now, facts=_facts(made), words=wish.evidence)
    requests.begin(ticket, made, row, now=now, book=book)
    return made


def grant(
    ticket: Ticket, asked: Suspension, note: str, *, viewer: Viewer, now: datetime, book: Rulebook
) -> None:
    """The units' clocks stand still from now on; granted late, the lead's from the asking.

    Raises WrongState, Forbidden, Refused (`critical`, `until_over`).
    """
    assignment = requests.decidable(ticket, asked, Verb.GRANT_SUSPENSION, viewer)
    ends_at = time_rules.end_of(asked.until_on, book.calendar)
    if ticket.urgency is Urgency.CRITICAL:
        _refuse("critical")
    if ends_at <= now:
        _refuse("until_over")
    row = requests.handling(ticket, assignment)
    before = in_force(ticket.id)
    if before is not None:
        _end(before, now, EndedBecause.CONTINUED)
    facts = _facts(asked)
    advance(ticket, Verb.GRANT_SUSPENSION, by=viewer.actor, now=now, facts=facts, words=note)
    asked.is_granted, asked.decision_seq = True, ticket.last_seq
    asked.began_at, asked.ends_at = now, ends_at
    ticket.suspended_until = ends_at
    requests.close(ticket, asked, by=viewer.actor, now=now)
    if row.paused_at is None:
        since = time_rules.stands_from(asked.asked_at, now, row.due_at)
        timing.pause(ticket, [row], at=since)
    timing.pause(ticket, _ticking(ticket.id), at=now)
    requests.release(ticket, row, now=now, book=book)


def refuse(
    ticket: Ticket, asked: Suspension, note: str, *, viewer: Viewer, now: datetime, book: Rulebook
) -> None:
    """The clocks run on; a limit that has passed shows red at once.

    Raises WrongState, Refused, Forbidden.
    """
    assignment = requests.decidable(ticket, asked, Verb.REFUSE_SUSPENSION, viewer)
    row = requests.handling(ticket, assignment)
    facts = _facts(asked)
    advance(ticket, Verb.REFUSE_SUSPENSION, by=viewer.actor, now=now, facts=facts, words=note)
    asked.is_granted, asked.decision_seq = False, ticket.last_seq
    requests.close(ticket, asked, by=viewer.actor, now=now)
    requests.release(ticket, row, now=now, book=book)


def resume(
    ticket: Ticket, because: EndedBecause, *, by: str, now: datetime, book: Rulebook
) -> None:
    """The clocks run on with what they had left, counted from the end that was set or from now.

    Raises Refused (`not_suspended`).
    """
    found = in_force(ticket.id)
    if found is None or found.ends_at is None:
        raise Refused("not_suspended", "This ticket is not suspended; its limit runs.")
    at = min(now, found.ends_at)
    _end(found, at, because)
    ticket.suspended_until = None
    gone_on = {
        (row.kind, row.unit_id): timing.resume(
            ticket, row, at=max(at, row.paused_at or at), book=book
        )
        for row in _standing(ticket)
    }
    facts: dict[str, Any] = {"suspension_id": found.id, "ended": because.value}
    assignment = queries.active(ticket.id)
    if assignment is not None:
        lead = timing.running(ticket.id, Clock.HANDLE, assignment.unit_id)
        facts["new_due_at"] = lead.due_at.isoformat() if lead else None
        facts |= _besides(gone_on.get((Clock.HANDLE, assignment.unit_id)))
    advance(ticket, Verb.RESUME, by=by, now=now, facts=facts)


def before_reply(ticket: Ticket, *, by: str, now: datetime, book: Rulebook) -> None:
    """The unit answers: what it asked for falls away, and the clocks run until this moment."""
    if not _has_any(ticket.id):
        return
    lead = queries.active(ticket.id)
    if lead is not None:
        requests.fall_away(ticket, lead, now=now, book=book)
    if in_force(ticket.id) is not None:
        resume(ticket, EndedBecause.REPLIED, by=by, now=now, book=book)


def over(ticket: Ticket, *, at: datetime) -> None:
    """The ticket ended: what was asked for lapses, what stood still is over."""
    if not _has_any(ticket.id):
        return
    requests.lapse(ticket, now=at)
    found = in_force(ticket.id)
    if found is not None:
        _end(found, at, EndedBecause.OVER)


def in_force(ticket_id: int) -> Suspension | None:
    """The suspension that lets the ticket's clocks stand still, if there is one."""
    return db.session.scalars(select(Suspension).where(*_is_in_force(ticket_id))).one_or_none()


def ended_by(now: datetime, most: int) -> Sequence[int]:
    """The tickets whose suspension has reached its end, the earliest first; by index."""
    return db.session.scalars(
        select(Suspension.ticket_id)
        .where(
            Suspension.began_at.is_not(None),
            Suspension.ended_at.is_(None),
            Suspension.ends_at <= now,
        )
        .order_by(Suspension.ends_at, Suspension.id)
        .limit(most)
    ).all()


def standstill(ticket: Ticket, row: ClockRow, before: Suspension | None, wish: Wish) -> Standstill:
    """The wish as the rules look at it."""
    return Standstill(
        reason=wish.reason,
        until=wish.until,
        urgency=ticket.urgency,
        due_at=row.due_at,
        in_force=before.reason if before else None,
        ends_on=before.until_on if before else None,
    )


def _refuse(fault: str | None) -> None:
    if fault in ON_UNTIL:
        raise Invalid(fault, FAULTS[fault], field="until")
    if fault is not None:
        raise Refused(fault, FAULTS[fault])


def _is_in_force(ticket_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Suspension.ticket_id == ticket_id,
        Suspension.began_at.is_not(None),
        Suspension.ended_at.is_(None),
    )


def _has_any(ticket_id: int) -> bool:
    """Whether anything is asked for or in force, in one statement; mostly nothing is."""
    in_one = or_(requests.has_open(ticket_id), exists().where(*_is_in_force(ticket_id)))
    return bool(db.session.scalar(select(in_one)))


def _end(found: Suspension, at: datetime, because: EndedBecause) -> None:
    found.ended_at, found.ended_because = at, because
    db.session.flush()


def _besides(gone_on: GoneOn | None) -> dict[str, bool]:
    """What made the new limit, beside the time given back."""
    names = ("is_capped", "is_floored")
    return {name: True for name in names if gone_on is not None and getattr(gone_on, name)}


def _ticking(ticket_id: int) -> Sequence[ClockRow]:
    """The units' clocks that run and don't stand still."""
    return db.session.scalars(_of_units(ticket_id).where(ClockRow.paused_at.is_(None))).all()


def _standing(ticket: Ticket) -> Sequence[ClockRow]:
    """Those that stand still; a sub-unit's go on standing while a return is decided."""
    found = _of_units(ticket.id).where(ClockRow.paused_at.is_not(None))
    if ticket.state is State.RETURN_REQUESTED:
        below = select(SubAssignment.sub_unit_id).where(
            SubAssignment.ticket_id == ticket.id, SubAssignment.ended_at.is_(None)
        )
        found = found.where(ClockRow.unit_id.not_in(below))
    return db.session.scalars(found).all()


def _of_units(ticket_id: int) -> Any:
    return select(ClockRow).where(
        ClockRow.ticket_id == ticket_id,
        ClockRow.unit_id.is_not(None),
        ClockRow.stopped_at.is_(None),
    )


def _facts(asked: Suspension) -> dict[str, Any]:
    return {
        "assignment_id": asked.assignment_id,
        "suspension_id": asked.id,
        "reason": asked.reason.value,
        "until": asked.until_on.isoformat(),
    }
