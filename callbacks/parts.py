"""What callbacks adds to a ticket: how each round was asked about, the calls, the answers.

One SELECT. A unit reads what the citizen said, but nothing of a confidential one's words; who
called is for the hotline alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from callbacks.models import Answer, Attempt, Plan
from callbacks.rules import (
    Consequence,
    Ending,
    PlanState,
    Rating,
    Result,
    Solved,
    Via,
    VoiceEnding,
    is_dissatisfied,
)
from callbacks.voice_models import VoiceCall
from hotline.access import Permission, Viewer
from hotline.calls.models import Call
from hotline.extensions import db
from hotline.tickets.kinds import CallbackRule, Completion
from hotline.tickets.models import EventWords
from hotline.tickets.next_steps import NextStep
from hotline.tickets.parts import Part
from hotline.tickets.states import State
from hotline.tickets.view import HIDDEN, TicketView
from hotline.words import N_


@dataclass(frozen=True)
class AttemptView:
    """One call; `by` for the hotline only."""

    at: datetime
    outcome: Result
    by: str | None


@dataclass(frozen=True)
class AnswerView:
    """What the citizen said."""

    at: datetime
    via: Via
    responded: bool | None
    solved: Solved | None
    satisfied: int | None
    reason: str | None
    by: str | None


@dataclass(frozen=True)
class VoiceCallView:
    """A call of the machine; `call` names it among the ticket's calls, with what was recorded."""

    call: str
    at: datetime
    ending: VoiceEnding | None
    ended_at: datetime | None


@dataclass(frozen=True)
class PlanView:
    """One round of asking; the answers of the last that counts stand on top."""

    id: int
    round: int
    rule: CallbackRule
    drawn: bool
    completion: Completion | None
    state: PlanState
    calls: int
    next_call_at: datetime | None
    asked_at: datetime | None
    expires_at: datetime | None
    answered_at: datetime | None
    outcome: Ending | None
    responded: bool | None
    solved: Solved | None
    satisfied: int | None
    consequence: Consequence | None
    needs_decision: bool
    reasonable: bool | None
    decision: str | None
    counted: bool
    fixed_at: datetime | None
    attempts: list[AttemptView] = field(default_factory=list)
    answers: list[AnswerView] = field(default_factory=list)
    machine_calls: list[VoiceCallView] = field(default_factory=list)

    @property
    def is_machine_calling(self) -> bool:
        """Whether the machine is on the phone with the citizen, or rings."""
        return any(one.ended_at is None for one in self.machine_calls)

    @property
    def is_asked(self) -> bool:
        """Whether the citizen is being asked right now."""
        return self.state is PlanState.OPEN and not self.needs_decision

    @property
    def is_waiting_for_text(self) -> bool:
        """Whether the text is out and the citizen's turn to answer it."""
        return self.is_asked and self.asked_at is not None and self.next_call_at is None

    @property
    def trail(self) -> list[AttemptView | AnswerView]:
        """Calls and answers, the newest first."""
        return sorted([*self.attempts, *self.answers], key=lambda one: one.at, reverse=True)

    @property
    def is_dissatisfied(self) -> bool:
        """Whether the last answer says so."""
        return is_dissatisfied(Rating(self.responded, self.solved, self.satisfied))

    @property
    def may_change(self) -> bool:
        """Whether another answer would still count."""
        return self.fixed_at is None and self.state is not PlanState.CANCELLED


def plans(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → its rounds of asking, the newest first, with calls and answers in order."""
    hidden = {one.id for one in tickets if one.is_confidential and not viewer.is_hotline}
    rows = db.session.execute(
        select(Plan, Attempt, Answer, EventWords.words, VoiceCall, Call.ref)
        .outerjoin(Attempt, Attempt.plan_id == Plan.id)
        .outerjoin(Answer, Answer.plan_id == Plan.id)
        .outerjoin(VoiceCall, VoiceCall.plan_id == Plan.id)
        .outerjoin(Call, Call.id == VoiceCall.call_id)
        .outerjoin(
            EventWords,
            (EventWords.ticket_id == Plan.ticket_id) & (EventWords.seq == Plan.decision_seq),
        )
        .where(Plan.ticket_id.in_([one.id for one in tickets]))
        .order_by(Plan.id.desc(), Attempt.id, Answer.id, VoiceCall.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, dict[int, PlanView]] = {}
    seen: set[tuple[str, int]] = set()
    for plan, attempt, answer, note, voice, ref in rows:
        is_hidden = plan.ticket_id in hidden
        views = found.setdefault(plan.ticket_id, {})
        view = views.setdefault(plan.id, view_of(plan, HIDDEN if is_hidden and note else note))
        if attempt is not None and _is_new(seen, "attempt", attempt.id):
            view.attempts.append(_attempt(attempt, viewer))
        if answer is not None and _is_new(seen, "answer", answer.id):
            view.answers.append(_answer(answer, viewer, is_hidden=is_hidden))
        if voice is not None and _is_new(seen, "voice", voice.id):
            called = VoiceCallView(ref, voice.ordered_at, voice.ending, voice.ended_at)
            view.machine_calls.append(called)
    return {ticket_id: list(views.values()) for ticket_id, views in found.items()}


def view_of(plan: Plan, note: str | None = None) -> PlanView:
    """A plan as pages and the API show it, without its calls and answers."""
    return PlanView(
        id=plan.id,
        round=plan.round,
        rule=plan.rule,
        drawn=plan.is_drawn,
        completion=plan.completion,
        state=plan.state,
        calls=plan.calls,
        next_call_at=plan.next_call_at,
        asked_at=plan.asked_at,
        expires_at=plan.expires_at,
        answered_at=plan.answered_at,
        outcome=plan.outcome,
        responded=plan.was_contacted,
        solved=plan.solved,
        satisfied=plan.satisfied,
        consequence=plan.consequence,
        needs_decision=plan.is_undecided,
        reasonable=plan.is_reasonable,
        decision=note,
        counted=plan.is_counted,
        fixed_at=plan.fixed_at,
    )


def _is_new(seen: set[tuple[str, int]], kind: str, row_id: int) -> bool:
    is_new = (kind, row_id) not in seen
    seen.add((kind, row_id))
    return is_new


def _attempt(attempt: Attempt, viewer: Viewer) -> AttemptView:
    return AttemptView(attempt.at, attempt.outcome, attempt.by if viewer.is_hotline else None)


def _answer(answer: Answer, viewer: Viewer, *, is_hidden: bool) -> AnswerView:
    return AnswerView(
        at=answer.at,
        via=answer.via,
        responded=answer.was_contacted,
        solved=answer.solved,
        satisfied=answer.satisfied,
        reason=HIDDEN if is_hidden and answer.words else answer.words,
        by=answer.by if viewer.is_hotline else None,
    )


CALL = NextStep(N_("Call the citizen"), "phone-call", endpoint="callbacks.call")
DECIDE = NextStep(N_("Decide whether it is done again"), "gavel", endpoint="callbacks.decision")


def lead_on(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """The call, or the decision about a dissatisfied citizen, where it is the viewer's turn."""
    if ticket.state is not State.AWAITING_CALLBACK:
        return None
    if any(plan.needs_decision for plan in content or ()):
        return DECIDE if viewer.may(Permission.REVIEW) else None
    return CALL if viewer.may(Permission.CALLBACK) else None


PARTS = [
    Part(
        "callbacks",
        N_("Callbacks"),
        list[PlanView],
        plans,
        "callbacks/_plans.html",
        leads_to=lead_on,
        rows=Plan.ticket_id,
    ),
]
