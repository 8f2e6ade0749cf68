"""How a round of asking ends: the ticket closes, goes back to its unit, or waits for a reviewer.

Decided here: what each ending does to plan, ticket and clocks. Which one follows from an answer
is decided in `rules`; who may say so in `operations`.
"""

from datetime import datetime, timedelta
from typing import Any

from callbacks import texting
from callbacks.models import Plan
from callbacks.rules import Consequence, Ending, PlanState
from callbacks.terms import Terms
from dispatch import assigning
from hotline.messages import operations as messages
from hotline.tickets import clocks, operations, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.models import Ticket
from hotline.tickets.states import State

SYSTEM = "system"


def close(ticket: Ticket, plan: Plan, ending: Ending, terms: Terms, *, by: str = SYSTEM) -> None:
    """The round is over and the ticket closes, unless it is closed already."""
    now = terms.now
    _done(plan, ending, Consequence.CLOSE, now)
    if ticket.state is State.AWAITING_CALLBACK:
        facts = _facts(plan) | {"outcome": ending.value}
        operations.close(ticket, by=by, now=now, facts=facts)
    if ending is not Ending.ANSWERED:
        fix(plan, now=now)


def redo(ticket: Ticket, plan: Plan, terms: Terms, *, by: str = SYSTEM, **facts: Any) -> None:
    """The ticket goes back to the same unit, one round later."""
    timing.stop(ticket, [Clock.DECISION], at=terms.now)
    _done(plan, Ending.ANSWERED, Consequence.REDO, terms.now)
    why = _facts(plan) | {"because": "dissatisfied"} | facts
    assigning.redo(ticket, why, by=by, now=terms.now, book=terms.book)


def ask_reviewer(ticket: Ticket, plan: Plan, terms: Terms) -> None:
    """A reviewer decides whether it is done again; the hotline's decision clock starts."""
    if plan.is_undecided:
        return
    plan.state, plan.outcome, plan.done_at = PlanState.OPEN, Ending.ANSWERED, None
    plan.consequence, plan.is_undecided = Consequence.DECISION, True
    plan.next_call_at = None
    now, book = terms.now, terms.book
    timing.stop(ticket, [Clock.CALLBACK], at=now)
    due = clocks.due_at(Clock.DECISION, now, ticket.urgency, book.calendar, rules=book.clocks)
    timing.start(ticket, Clock.DECISION, due, at=now, book=book)


def no_longer_ask_reviewer(ticket: Ticket, plan: Plan, *, now: datetime) -> None:
    """The citizen thought better of it before anybody decided."""
    if plan.is_undecided:
        plan.is_undecided = False
        timing.stop(ticket, [Clock.DECISION], at=now)


def keep_changeable(plan: Plan, terms: Terms) -> None:
    """The citizen may think again until the link ends; without a link, as long as one lasts."""
    if plan.expires_at is None:
        plan.expires_at = terms.now + timedelta(hours=terms.numbers.link_hours)


def fix(plan: Plan, *, now: datetime) -> None:
    """No answer of this round changes anything any more."""
    plan.fixed_at = plan.fixed_at or now
    plan.next_call_at = None
    messages.close_question(texting.reference(plan.id), now=now)


def _done(plan: Plan, ending: Ending, consequence: Consequence, now: datetime) -> None:
    plan.state, plan.outcome, plan.consequence = PlanState.DONE, ending, consequence
    plan.is_undecided, plan.next_call_at = False, None
    plan.done_at = now


def _facts(plan: Plan) -> dict[str, Any]:
    return {"plan_id": plan.id, "round": plan.round}
