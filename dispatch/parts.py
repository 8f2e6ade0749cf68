"""What dispatch adds to a ticket: its assignments with their replies, its returns, its promises.

One SELECT a part. The free words come from the ticket's events; a unit sees the same as the
hotline here, for none of it names the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.orm import aliased

from dispatch import accusing, leading, rules
from dispatch.models import Assignment, Promise, Reply, Return
from dispatch.part_views import (
    STATES,
    AssignmentView,
    PromiseView,
    ReplyView,
    ReturnView,
    in_order,
)
from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, EventWords
from hotline.tickets.parts import Part
from hotline.tickets.states import State
from hotline.tickets.view import TicketView
from hotline.words import N_

ReplyWords = aliased(EventWords, name="reply_words")
ReviewWords = aliased(EventWords, name="review_words")
PartWords = aliased(EventWords, name="part_words")
AskedWords = aliased(EventWords, name="asked_words")
DecidedWords = aliased(EventWords, name="decided_words")


def assignments(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → its assignments: the newest lead first, then who assists it, then older ones."""
    states = {one.id: one.state for one in tickets}
    rows = db.session.execute(
        select(
            Assignment,
            Unit,
            ClockRow,
            PartWords.words,
            Reply,
            ReplyWords.words,
            ReviewWords.words,
        )
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(ClockRow, ClockRow.id == _clock_of_unit())
        .outerjoin(PartWords, _words(PartWords, Assignment.ticket_id, Assignment.reply_seq))
        .outerjoin(Reply, Reply.assignment_id == Assignment.id)
        .outerjoin(ReplyWords, _words(ReplyWords, Reply.ticket_id, Reply.seq))
        .outerjoin(ReviewWords, _words(ReviewWords, Reply.ticket_id, Reply.review_seq))
        .where(Assignment.ticket_id.in_(states))
        .order_by(Assignment.id.desc(), Reply.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, dict[int, AssignmentView]] = {}
    for assignment, unit, clock, words, reply, text, reason in rows:
        held = found.setdefault(assignment.ticket_id, {})
        state = states[assignment.ticket_id]
        one = held.get(assignment.id) or _assignment(assignment, unit, clock, state, viewer)
        one = replace(one, text=words)
        if reply is not None:
            is_own = rules.is_own_work(viewer.actor, [reply.replied_by, assignment.dispatched_by])
            replies = (*one.replies, _reply(reply, text, reason))
            one = replace(one, replies=replies, is_own_work=is_own)
        held[assignment.id] = one
    return {ticket_id: in_order(held.values()) for ticket_id, held in found.items()}


def returns(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → its returns, the newest first."""
    rows = db.session.execute(
        select(
            Return,
            Unit,
            AskedWords.words,
            DecidedWords.words,
            Assignment.dispatched_by,
            Assignment.role,
        )
        .join(Unit, Unit.id == Return.unit_id)
        .join(Assignment, Assignment.id == Return.assignment_id)
        .outerjoin(AskedWords, _words(AskedWords, Return.ticket_id, Return.seq))
        .outerjoin(DecidedWords, _words(DecidedWords, Return.ticket_id, Return.decision_seq))
        .where(Return.ticket_id.in_([one.id for one in tickets]))
        .order_by(Return.id.desc())
    )
    return _by_ticket(
        (one.ticket_id, _return(one, unit, (role, basis, note), {by, one.asked_by}, viewer))
        for one, unit, basis, note, by, role in rows
    )


def promises(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → what was promised, the nearest first."""
    rows = db.session.execute(
        select(Promise, Unit)
        .join(Unit, Unit.id == Promise.unit_id)
        .where(Promise.ticket_id.in_([one.id for one in tickets]))
        .order_by(Promise.promised_on, Promise.id)
    )
    return _by_ticket(
        (
            one.ticket_id,
            PromiseView(unit.code, unit.name, one.promised_on, one.is_open, one.asked_again_at),
        )
        for one, unit in rows
    )


def _clock_of_unit() -> ScalarSelect[int]:
    """The unit's latest clock of what it has to do: sign, then handle.

    A redo ends one assignment at the moment at which the next one's clocks start.
    """
    kind = case((Assignment.signed_at.is_(None), Clock.SIGN.value), else_=Clock.HANDLE.value)
    latest = select(func.max(ClockRow.id)).where(
        ClockRow.ticket_id == Assignment.ticket_id,
        ClockRow.unit_id == Assignment.unit_id,
        ClockRow.kind == kind,
        ClockRow.started_at >= Assignment.dispatched_at,
        Assignment.ended_at.is_(None) | (ClockRow.started_at < Assignment.ended_at),
    )
    return latest.correlate(Assignment).scalar_subquery()


def _words(words: Any, ticket_id: Any, seq: Any) -> ColumnElement[bool]:
    both: ColumnElement[bool] = (words.ticket_id == ticket_id) & (words.seq == seq)
    return both


def _assignment(
    one: Assignment, unit: Unit, clock: ClockRow | None, state: State, viewer: Viewer
) -> AssignmentView:
    return AssignmentView(
        id=one.id,
        unit=unit.code,
        unit_name=unit.name,
        unit_id=unit.id,
        role=one.role,
        round=one.round,
        state=one.outcome or (STATES[one.stage] if one.role is Role.ASSIST else state),
        dispatched_at=one.dispatched_at,
        signed_at=one.signed_at,
        contacted_at=one.contacted_at,
        ended_at=one.ended_at,
        limit_working_days=one.limit_working_days,
        limit_hours=one.limit_hours,
        due_at=clock.due_at if clock else None,
        lamp=clock.lamp if clock else None,
        pace=clock.pace if clock else None,
        is_provisional=bool(clock and clock.is_provisional),
        is_running=bool(clock and clock.stopped_at is None),
        handler_staff_id=one.handler_staff_id,
        sent_back=one.sent_back,
        is_own_work=rules.is_own_work(viewer.actor, [one.dispatched_by]),
        stage=one.stage if one.ended_at is None else None,
        is_for_head=accusing.needs_head(unit.code, viewer),
        replied_at=one.replied_at,
        text=None,
    )


def _reply(one: Reply, text: str | None, reason: str | None) -> ReplyView:
    return ReplyView(
        id=one.id,
        completion=one.completion,
        text=text or "",
        basis=one.basis,
        contacted_at=one.contacted_at,
        contact_result=one.contact_result,
        promised_on=one.promised_on,
        replied_at=one.replied_at,
        reviewed_at=one.reviewed_at,
        is_accepted=one.is_accepted,
        review_reason=reason,
    )


def _return(
    one: Return,
    unit: Unit,
    words: tuple[Role, str | None, str | None],
    hands: set[str],
    viewer: Viewer,
) -> ReturnView:
    role, basis, note = words
    return ReturnView(
        id=one.id,
        assignment_id=one.assignment_id,
        unit=unit.code,
        unit_name=unit.name,
        reason=one.reason,
        basis=basis or "",
        role=role,
        is_late=one.is_late,
        asked_at=one.asked_at,
        decided_at=one.decided_at,
        is_upheld=one.is_upheld,
        note=note,
        is_own_work=rules.is_own_work(viewer.actor, hands),
    )


def _by_ticket(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for ticket_id, view in pairs:
        found.setdefault(ticket_id, []).append(view)
    return found


PARTS = [
    Part(
        "assignments",
        N_("Assignments"),
        list[AssignmentView],
        assignments,
        "dispatch/_assignments.html",
        leads_to=leading.lead_on,
        rows=Assignment.ticket_id,
    ),
    Part(
        "returns",
        N_("Returns"),
        list[ReturnView],
        returns,
        "dispatch/_returns.html",
        rows=Return.ticket_id,
    ),
    Part(
        "promises",
        N_("Promises"),
        list[PromiseView],
        promises,
        "dispatch/_promises.html",
        rows=Promise.ticket_id,
    ),
]
