"""Calls that led to no answer, and what comes after the last of them: a text, or giving up."""

from callbacks import concluding, planning, queries, texting
from callbacks.models import Attempt, Plan
from callbacks.rules import ENDS_CALLING, Ending, PlanState, Result, Via
from callbacks.terms import Terms
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb


def miss(
    ticket: Ticket, plan: Plan, result: Result, words: str | None, terms: Terms, *, by: str
) -> None:
    """A call without answers: call again at another time, ask by text, or end the round.

    Raises Refused when the citizen has answered already, or was called often enough.
    """
    if plan.outcome is not None:
        raise Refused("answered_already", "The citizen has answered already.", field="outcome")
    if plan.calls >= terms.numbers.most_calls:
        raise Refused("calls_used_up", "No more calls in this round.", field="outcome")
    plan.calls += 1
    db.session.add(Attempt(plan_id=plan.id, at=terms.now, outcome=result, by=by))
    db.session.flush()
    told = {"outcome": result.value, "call": plan.calls, "via": Via.PERSON.value}
    facts = {"plan_id": plan.id, "round": plan.round} | told
    advance(ticket, Verb.RECORD_CALLBACK, by=by, now=terms.now, facts=facts, words=words)
    if result in ENDS_CALLING:
        is_refusal = result is Result.REFUSED
        ending = Ending.REFUSED if is_refusal else Ending.UNREACHABLE
        concluding.close(ticket, plan, ending, terms, by=by)
    elif plan.calls < terms.numbers.most_calls:
        planning.call_next(plan, terms)
        if plan.asked_at is None:
            planning.watch_calls(ticket, plan, terms)
    else:
        _ask_by_text(ticket, plan, terms)


def text_failed(ticket: Ticket, terms: Terms) -> None:
    """The text that asks did not arrive: a person calls instead, while calls are left."""
    plan = queries.of_round(ticket.id, ticket.round)
    if plan is None or plan.asked_at is None or plan.outcome is not None:
        return
    if plan.state is not PlanState.OPEN or queries.has_words(plan.id):
        return
    texting.take_back(plan, now=terms.now)
    if plan.calls < terms.numbers.most_calls:
        planning.call_next(plan, terms)
        planning.watch_calls(ticket, plan, terms)
    else:
        concluding.close(ticket, plan, Ending.UNREACHABLE, terms)


def _ask_by_text(ticket: Ticket, plan: Plan, terms: Terms) -> None:
    """After the last call: a text, unless one stands already; no way left ends the round."""
    plan.next_call_at = None
    is_asked = plan.asked_at is not None
    if is_asked or texting.send(plan, texting.story_of(ticket.number), terms):
        planning.wait_for_citizen(ticket, now=terms.now)
    else:
        concluding.close(ticket, plan, Ending.UNREACHABLE, terms)
