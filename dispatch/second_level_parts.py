"""What the second level adds to a ticket: what was handed down, what waits for the head.

One SELECT a part; the free words come from the ticket's events. A sub-unit's lamp and lateness
are its own clock's. The page asks here, too, what the viewer may do next about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.orm import aliased

from dispatch.rules import ContactResult, ReturnReason
from dispatch.second_level_models import SubAssignment, SubmittedReply
from dispatch.second_level_rules import SubOutcome, SubStage
from hotline.access import Permission, Role, Viewer
from hotline.extensions import db
from hotline.people.models import Staff, Unit
from hotline.tickets.clocks import Clock, Lamp, Pace
from hotline.tickets.kinds import Completion
from hotline.tickets.models import ClockRow, EventWords
from hotline.tickets.next_steps import NextStep
from hotline.tickets.parts import Part
from hotline.tickets.states import Verb
from hotline.tickets.view import TicketView
from hotline.words import N_

DownWords = aliased(EventWords, name="down_words")
ReplyWords = aliased(EventWords, name="reply_words")
EndWords = aliased(EventWords, name="end_words")
DecisionWords = aliased(EventWords, name="decision_words")
SIGN = NextStep(N_("Confirm receipt"), "signature", endpoint="dispatch.sign", is_post=True)
HAND_DOWN = NextStep(N_("Hand it down"), "send", anchor="inside")
REPLY = NextStep(N_("Reply to your unit"), "message", anchor="sub-reply")
APPROVE = NextStep(N_("Approve the reply"), "clipboard-check", anchor="approval")


@dataclass(frozen=True)
class SubView:
    """A ticket handed down to a sub-unit; `due_at` and `lamp` are those of its own clock."""

    id: int
    assignment_id: int
    sub_unit: str
    sub_unit_name: str
    sub_unit_id: int
    parent_id: int | None
    stage: SubStage | SubOutcome
    limit_working_days: int
    limit_hours: int | None
    handed_at: datetime
    signed_at: datetime | None
    replied_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    lamp: Lamp | None
    pace: Pace | None
    is_provisional: bool
    is_running: bool
    is_paused: bool
    note: str | None
    text: str | None
    completion: Completion | None
    basis: str | None
    contacted_at: datetime | None
    contact_result: ContactResult | None
    promised_on: date | None
    return_reason: ReturnReason | None
    end_note: str | None

    @property
    def is_open(self) -> bool:
        """Whether the sub-unit still has it."""
        return self.ended_at is None


@dataclass(frozen=True)
class SubmittedView:
    """A reply put before the head of the unit, and what the head said."""

    id: int
    assignment_id: int
    text: str
    completion: Completion
    basis: str
    contacted_at: datetime | None
    contact_result: ContactResult | None
    promised_on: date | None
    submitted_at: datetime
    by_name: str
    is_own: bool
    decided_at: datetime | None
    is_approved: bool | None
    reason: str | None


def handdowns(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → what was handed down, the newest first."""
    rows = db.session.execute(
        select(SubAssignment, Unit, ClockRow, DownWords.words, ReplyWords.words, EndWords.words)
        .join(Unit, Unit.id == SubAssignment.sub_unit_id)
        .outerjoin(ClockRow, ClockRow.id == clock_of())
        .outerjoin(DownWords, _words(DownWords, SubAssignment, SubAssignment.seq))
        .outerjoin(ReplyWords, _words(ReplyWords, SubAssignment, SubAssignment.reply_seq))
        .outerjoin(EndWords, _words(EndWords, SubAssignment, SubAssignment.end_seq))
        .where(SubAssignment.ticket_id.in_([one.id for one in tickets]))
        .order_by(SubAssignment.id.desc())
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[SubView]] = {}
    for sub, unit, clock, note, text, end_note in rows:
        view = _sub(sub, unit, clock, (note, text, end_note))
        found.setdefault(sub.ticket_id, []).append(view)
    return found


def submitted(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → the replies put before the head, the newest first."""
    name = (
        select(Staff.name)
        .where(SubmittedReply.submitted_by == func.concat("staff:", Staff.id))
        .correlate(SubmittedReply)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(SubmittedReply, name, ReplyWords.words, DecisionWords.words)
        .outerjoin(ReplyWords, _words(ReplyWords, SubmittedReply, SubmittedReply.seq))
        .outerjoin(
            DecisionWords, _words(DecisionWords, SubmittedReply, SubmittedReply.decision_seq)
        )
        .where(SubmittedReply.ticket_id.in_([one.id for one in tickets]))
        .order_by(SubmittedReply.id.desc())
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[SubmittedView]] = {}
    for one, by_name, text, reason in rows:
        view = _submitted(one, by_name or "", (text, reason), viewer)
        found.setdefault(one.ticket_id, []).append(view)
    return found


def clock_of() -> ScalarSelect[int]:
    """The sub-unit's latest clock of what it has to do: sign, then handle."""
    kind = case((SubAssignment.signed_at.is_(None), Clock.SIGN.value), else_=Clock.HANDLE.value)
    latest = select(func.max(ClockRow.id)).where(
        ClockRow.ticket_id == SubAssignment.ticket_id,
        ClockRow.unit_id == SubAssignment.sub_unit_id,
        ClockRow.kind == kind,
        ClockRow.started_at >= SubAssignment.handed_at,
        SubAssignment.ended_at.is_(None) | (ClockRow.started_at < SubAssignment.ended_at),
    )
    return latest.correlate(SubAssignment).scalar_subquery()


def sub_leads_on(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """What the sub-unit that has it does next, or the dispatcher of the unit above."""
    if not content and Role.UNIT_DISPATCHER in viewer.roles and ticket.allows(Verb.HAND_DOWN):
        return HAND_DOWN
    own = next((one for one in content or () if is_own(one, viewer)), None)
    if own is None or not ticket.allows(Verb.SUB_SIGN):
        return None
    return {SubStage.TO_SIGN: SIGN, SubStage.IN_PROGRESS: REPLY}.get(own.stage)


def head_leads_on(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """What the head does next while a reply waits for them."""
    waits = any(one.decided_at is None and not one.is_own for one in content or ())
    return APPROVE if waits and ticket.lead_id and heads(viewer, ticket.lead_id) else None


def is_own(one: SubView, viewer: Viewer) -> bool:
    """Whether the viewer's own sub-unit has it."""
    handles = viewer.may(Permission.HANDLE)
    return one.is_open and handles and one.sub_unit_id in viewer.unit_ids


def heads(viewer: Viewer, unit_id: int) -> bool:
    """Whether the viewer is the head of this unit right now, be it as a stand-in."""
    return "unit_head" in viewer.roles_in(unit_id)


def _words(words: Any, model: Any, seq: Any) -> ColumnElement[bool]:
    both: ColumnElement[bool] = (words.ticket_id == model.ticket_id) & (words.seq == seq)
    return both


def _sub(
    one: SubAssignment,
    unit: Unit,
    clock: ClockRow | None,
    words: tuple[str | None, str | None, str | None],
) -> SubView:
    note, text, end_note = words
    return SubView(
        id=one.id,
        assignment_id=one.assignment_id,
        sub_unit=unit.code,
        sub_unit_name=unit.name,
        sub_unit_id=unit.id,
        parent_id=unit.parent_id,
        stage=one.outcome or one.stage,
        limit_working_days=one.limit_working_days,
        limit_hours=one.limit_hours,
        handed_at=one.handed_at,
        signed_at=one.signed_at,
        replied_at=one.replied_at,
        ended_at=one.ended_at,
        due_at=clock.due_at if clock else None,
        lamp=clock.lamp if clock else None,
        pace=clock.pace if clock else None,
        is_provisional=bool(clock and clock.is_provisional),
        is_running=bool(clock and clock.stopped_at is None),
        is_paused=bool(clock and clock.paused_at is not None),
        note=note,
        text=text,
        completion=one.completion,
        basis=one.basis,
        contacted_at=one.contacted_at,
        contact_result=one.contact_result,
        promised_on=one.promised_on,
        return_reason=one.return_reason,
        end_note=end_note,
    )


def _submitted(
    one: SubmittedReply, by_name: str, words: tuple[str | None, str | None], viewer: Viewer
) -> SubmittedView:
    text, reason = words
    return SubmittedView(
        id=one.id,
        assignment_id=one.assignment_id,
        text=text or "",
        completion=one.completion,
        basis=one.basis,
        contacted_at=one.contacted_at,
        contact_result=one.contact_result,
        promised_on=one.promised_on,
        submitted_at=one.submitted_at,
        by_name=by_name,
        is_own=one.submitted_by == viewer.actor,
        decided_at=one.decided_at,
        is_approved=one.is_approved,
        reason=reason,
    )


PARTS = [
    Part(
        "handdowns",
        N_("Inside the unit"),
        list[SubView],
        handdowns,
        "dispatch/_inside.html",
        leads_to=sub_leads_on,
        rows=SubAssignment.ticket_id,
    ),
    Part(
        "submitted_replies",
        N_("Before the head of the unit"),
        list[SubmittedView],
        submitted,
        "dispatch/_approval.html",
        leads_to=head_leads_on,
        rows=SubmittedReply.ticket_id,
    ),
]
