"""Giving a ticket to a unit: dispatch, sign, redo.

Decided here: which clocks a unit gets with a ticket, and that a redo goes to the same unit.
Not here: whom it suits (`routing`), what the unit may read (`wording`), replies, returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch import accusing, joint, queries, tally, wording
from dispatch.models import Assignment
from dispatch.rules import Outcome
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import clocks, limits, merging, sorting, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import leaf_of
from hotline.tickets.kinds import RequestType, Role, Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance, hand_to
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.sorting import Sorting
from hotline.tickets.states import Verb


@dataclass(frozen=True)
class Order:
    """What a dispatcher says: the leading unit, who assists it, and what else changes."""

    lead: Unit
    unit_text: str | None = None
    category: str | None = None
    urgency: Urgency | None = None
    note: str | None = None
    assist: tuple[Unit, ...] = ()
    part_of: str | None = None
    """The number of the ticket that this one is split off just now."""
    not_about: str | None = None
    """Why a complaint that seems to be about the lead's own people isn't."""


def dispatch(ticket: Ticket, order: Order, *, by: str, now: datetime, book: Rulebook) -> Assignment:
    """pending_dispatch → pending_signature: the unit holds it, its clocks start.

    Raises WrongState, Invalid (`needs_type`, `needs_category`, `not_dispatchable`,
    `unit_text_needed`, `names_the_person`, `about_this_unit`, `needs_joint`, units that can't be
    named together).
    """
    states.move(ticket.state, Verb.DISPATCH)
    _correct(ticket, order, by=by, now=now, book=book)
    words = wording.words_of(ticket)
    is_overruled = accusing.refuse_lead(ticket, order.lead, words, order.not_about)
    joint.refuse_naming(order.lead, order.assist)
    joint.refuse_alone(ticket, order.assist)
    wording.write_for_unit(ticket, words, order.unit_text, order.note)
    if is_overruled and order.not_about:
        accusing.overrule(ticket, order.lead, order.not_about, by=by, now=now)
    made = _assignment(ticket, order.lead, _limit(ticket, book), by=by, now=now)
    facts = _facts(made, order.lead)
    if order.assist:
        facts["assist"] = [one.code for one in order.assist]
    if order.part_of is not None:
        facts["part_of"] = order.part_of
    advance(ticket, Verb.DISPATCH, by=by, now=now, facts=facts, words=order.note)
    hand_to(ticket, order.lead.id, Role.LEAD, at=now)
    is_owed = wording.may_be_contacted(ticket, words)
    _start_clocks(ticket, made, order.lead, now=now, book=book, has_contact=is_owed)
    if order.assist:
        joint.add(ticket, made, order.assist, None, by=by, now=now, book=book)
    return made


def redo(
    ticket: Ticket, facts: Mapping[str, Any], *, by: str, now: datetime, book: Rulebook
) -> Assignment:
    """awaiting_callback or closed → pending_signature: the same unit again, one round later.

    The lead alone: whether it needs others again is seen when it works on it (`joint.add`).
    Who follows another ticket leaves it, and goes to the unit that handled the lead. `facts`
    say why, in ids and codes. Raises WrongState; Invalid when no unit ever had it.
    """
    states.move(ticket.state, Verb.REDO)
    why = dict(facts)
    last = queries.latest(ticket.merged_into_id or ticket.id)
    if last is None:
        raise Invalid("never_dispatched", "No unit has handled it; dispatch it first.")
    unit = last.unit
    if ticket.merged_into_id is not None:
        end_merged(ticket, at=now)
        why |= merging.leave(ticket, merging.lead_of(ticket), at=now)
    elif last.ended_at is None:
        tally.end(last, Outcome.REDONE, at=now)
        db.session.flush()
    joint.end_all(ticket, Outcome.REDONE, at=now)
    ticket.round += 1
    made = _assignment(ticket, unit, _limit(ticket, book, is_redo=True), by=by, now=now)
    made.handler_staff_id = last.handler_staff_id
    advance(ticket, Verb.REDO, by=by, now=now, facts=why | _facts(made, unit))
    hand_to(ticket, unit.id, Role.LEAD, at=now)
    is_owed = wording.may_be_contacted(ticket, wording.words_of(ticket))
    _start_clocks(ticket, made, unit, now=now, book=book, has_contact=is_owed)
    return made


def end_merged(ticket: Ticket, *, at: datetime) -> None:
    """The unit that had it before the merger is through with it, if that wasn't told yet."""
    own = queries.active(ticket.id)
    if own is not None:
        tally.end(own, Outcome.MERGED, at=at)
        db.session.flush()


def sign(ticket: Ticket, assignment: Assignment, *, by: str, now: datetime) -> None:
    """pending_signature → in_progress: the unit confirms receipt, the sign clock stops."""
    before = assignment.stage
    advance(ticket, Verb.SIGN, by=by, now=now, facts={"assignment_id": assignment.id})
    assignment.signed_at, assignment.signed_by = now, by
    timing.stop(ticket, [Clock.SIGN], at=now, unit_id=assignment.unit_id)
    show_handle_clock(ticket, assignment)
    tally.moved(assignment, before)


def show_handle_clock(ticket: Ticket, assignment: Assignment) -> None:
    """The ticket's lamp is the handle clock's from now on; it runs since dispatch."""
    row = timing.running(ticket.id, Clock.HANDLE, assignment.unit_id)
    if row is not None:
        ticket.due_at, ticket.lamp = row.due_at, row.lamp


def _correct(ticket: Ticket, order: Order, *, by: str, now: datetime, book: Rulebook) -> None:
    """Category and urgency as the dispatcher sees them, with an event of their own."""
    category = order.category or sorting.category_of(ticket)
    is_same = category == ticket.category_code
    urgency = order.urgency or (ticket.urgency if is_same else None)
    request_type = sorting.type_of(ticket)
    if request_type is RequestType.OTHER:
        raise Invalid(
            "not_dispatchable",
            "“Other” is filed or sorted again, never dispatched.",
            field="request_type",
        )
    if not is_same or urgency is not ticket.urgency:
        wanted = Sorting(request_type, category, urgency)
        sorting.change(ticket, wanted, order.note, by=by, now=now, book=book)


def _limit(ticket: Ticket, book: Rulebook, *, is_redo: bool = False) -> limits.Limit:
    leaf = leaf_of(sorting.category_of(ticket), book)
    return limits.limit_for(
        sorting.type_of(ticket),
        leaf.limits if leaf else limits.LeafLimits(),
        is_redo=is_redo,
        upstream_due_at=ticket.upstream_due_at,
        type_limits=book.type_limits,
        redo_working_days=book.clocks.redo_working_days,
    )


def _assignment(
    ticket: Ticket, unit: Unit, limit: limits.Limit, *, by: str, now: datetime
) -> Assignment:
    made = Assignment(
        ticket_id=ticket.id,
        unit_id=unit.id,
        role=Role.LEAD,
        round=ticket.round,
        seq=ticket.last_seq + 1,
        limit_working_days=limit.working_days,
        limit_hours=limit.hours,
        dispatched_at=now,
        dispatched_by=by,
    )
    db.session.add(made)
    db.session.flush()
    tally.begun(made, unit.code)
    return made


def _facts(made: Assignment, unit: Unit) -> dict[str, Any]:
    return {
        "assignment_id": made.id,
        "unit_id": unit.id,
        "unit": unit.code,
        "role": made.role.value,
        "round": made.round,
        "limit_working_days": made.limit_working_days,
        "limit_hours": made.limit_hours,
    }


def _start_clocks(
    ticket: Ticket,
    made: Assignment,
    unit: Unit,
    *,
    now: datetime,
    book: Rulebook,
    has_contact: bool,
) -> None:
    limit = limits.Limit(made.limit_working_days, made.limit_hours, ticket.upstream_due_at)
    kinds = (Clock.SIGN, Clock.CONTACT, Clock.HANDLE)
    for kind in kinds if has_contact else (Clock.SIGN, Clock.HANDLE):
        due = clocks.due_at(
            kind,
            now,
            ticket.urgency,
            book.calendar_of(unit.id),
            limit=limit,
            runs_7x24=unit.has_duty_24h,
            rules=book.clocks,
        )
        timing.start(ticket, kind, due, at=now, book=book, unit_id=unit.id)
