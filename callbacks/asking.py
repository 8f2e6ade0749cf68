"""Calls that led to no answer, and what comes after the last of them: a text, or giving up."""

from dataclasses import dataclass
from typing import Any

from callbacks import answering, concluding, planning, queries, texting, windows
from callbacks.models import Attempt, Plan
from callbacks.rules import ENDS_CALLING, Ending, PlanState, Rating, Result, Via
from callbacks.terms import Terms
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb

SHOWN = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Missed:
    """A call that led to no answer, and whether the citizen had asked to be called then.

    `said`: what was answered before it broke off, too little for a result.
    """

    result: Result
    words: str | None = None
    is_asked_for: bool = False
    via: Via = Via.PERSON
    said: Rating = Rating()


def miss(ticket: Ticket, plan: Plan, call: Missed, terms: Terms, *, by: str) -> None:
    """A call without answers: call again at another time, ask by text, or end the round.

    Raises Refused when the citizen has answered already, was called often enough, or just now.
    """
    result = call.result
    if plan.outcome is not None:
        raise Refused("answered_already", "The citizen has answered already.", field="outcome")
    if plan.calls >= terms.numbers.most_calls:
        raise Refused("calls_used_up", "No more calls in this round.", field="outcome")
    if result not in ENDS_CALLING and not call.is_asked_for:
        refuse_too_soon(plan, terms)
    plan.calls += 1
    db.session.add(Attempt(plan_id=plan.id, at=terms.now, outcome=result, by=by))
    db.session.flush()
    told = {"outcome": result.value, "call": plan.calls, "via": call.via.value}
    facts: dict[str, Any] = {"plan_id": plan.id, "round": plan.round} | told
    facts |= answering.told(call.said)
    if call.is_asked_for:
        facts["asked_for"] = True
    advance(ticket, Verb.RECORD_CALLBACK, by=by, now=terms.now, facts=facts, words=call.words)
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


def refuse_too_soon(plan: Plan, terms: Terms) -> None:
    """Three calls are three tries only at different times; a second one right away is none."""
    made = queries.calls_of(plan.id)
    counts_from = windows.counts_from(made, terms.zone, terms.numbers)
    if counts_from is not None and terms.now < counts_from:
        raise Refused(
            "called_just_now",
            "The last call was at %(last)s. The next one counts from %(since)s, unless the citizen "
            "asked to be called now.",
            field="outcome",
            values={
                "last": made[-1].astimezone(terms.zone).strftime(SHOWN),
                "since": counts_from.astimezone(terms.zone).strftime(SHOWN),
            },
        )


def _ask_by_text(ticket: Ticket, plan: Plan, terms: Terms) -> None:
    """After the last call: a text, unless one stands already; no way left ends the round."""
    plan.next_call_at = None
    is_asked = plan.asked_at is not None
    if is_asked or texting.send(plan, texting.story_of(ticket.number), terms):
        planning.wait_for_citizen(ticket, now=terms.now)
    else:
        concluding.close(ticket, plan, Ending.UNREACHABLE, terms)
