"""An answer is taken: kept as a row, told in the ticket's history, and what it sets off.

Decided here: the last answer counts, and sets something off only while its round is the
ticket's present one. Said later, when the ticket is with a unit again, it changes the rating
and is passed on to the unit, no more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callbacks import concluding, queries, rules
from callbacks.models import Answer, Plan
from callbacks.rules import Consequence, Ending, PlanState, Rating, Via
from callbacks.terms import Terms
from hotline.extensions import db
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import FINAL, State, Verb

BEING_RATED = frozenset({State.AWAITING_CALLBACK, State.CLOSED, State.MERGED})
LATER = "callback"
BY_PHONE = (Via.PERSON, Via.VOICE)
YES_NO = {True: "yes", False: "no", None: None}


@dataclass(frozen=True)
class Said:
    """An answer on its way in: what, why, through which door, from whom."""

    rating: Rating
    words: str | None
    via: Via
    by: str

    @property
    def acts(self) -> str:
        """In whose name its consequence happens: the agent's, or nobody's."""
        return self.by if self.via is Via.PERSON else concluding.SYSTEM


def still_counts(plan: Plan, now: datetime) -> bool:
    """Whether an answer by text or link is still taken."""
    is_open = plan.fixed_at is None and plan.state is not PlanState.CANCELLED
    return is_open and plan.expires_at is not None and now < plan.expires_at


def chosen(plan: Plan) -> dict[str, str]:
    """What was chosen before, as the page's form writes it."""
    said = {
        "satisfied": plan.satisfied,
        "solved": plan.solved,
        "responded": YES_NO[plan.was_contacted],
    }
    return {name: str(value) for name, value in said.items() if value is not None}


def take(ticket: Ticket, plan: Plan, said: Said, terms: Terms) -> None:
    """The answer replaces the one before, and the ticket goes its way."""
    _keep(plan, said, terms)
    rating = said.rating
    plan.was_contacted, plan.solved = rating.responded, rating.solved
    plan.satisfied = rating.satisfied
    plan.answered_at, plan.outcome = terms.now, Ending.ANSWERED
    concluding.keep_changeable(plan, terms)
    if not _is_present(ticket, plan):
        _tell_later(ticket, plan, said, terms)
        return
    facts = _facts(plan, said)
    advance(ticket, Verb.RECORD_CALLBACK, by=said.by, now=terms.now, facts=facts, words=said.words)
    _follow(ticket, plan, said, terms)


def add_words(ticket: Ticket, plan: Plan, said: Said, terms: Terms) -> None:
    """Words without a rating: the reason of the one before, or all the citizen says."""
    _keep(plan, said, terms)
    if not _is_present(ticket, plan):
        _tell_later(ticket, plan, said, terms)
        return
    facts = _facts(plan, said)
    advance(ticket, Verb.RECORD_CALLBACK, by=said.by, now=terms.now, facts=facts, words=said.words)


def _follow(ticket: Ticket, plan: Plan, said: Said, terms: Terms) -> None:
    redone = queries.redone(ticket.id) if ticket.round > 1 else 0
    what = rules.consequence(said.rating, redone=redone, completion=plan.completion)
    if what is Consequence.DECISION:
        concluding.ask_reviewer(ticket, plan, terms)
        return
    concluding.no_longer_ask_reviewer(ticket, plan, now=terms.now)
    if what is Consequence.REDO:
        concluding.redo(ticket, plan, terms, by=said.acts)
    else:
        concluding.close(ticket, plan, Ending.ANSWERED, terms, by=said.acts)


def _keep(plan: Plan, said: Said, terms: Terms) -> None:
    rating = said.rating
    db.session.add(
        Answer(
            plan_id=plan.id,
            at=terms.now,
            via=said.via,
            was_contacted=rating.responded,
            solved=rating.solved,
            satisfied=rating.satisfied,
            words=said.words,
            by=said.by,
        )
    )


def _is_present(ticket: Ticket, plan: Plan) -> bool:
    return plan.round == ticket.round and ticket.state in BEING_RATED


def _tell_later(ticket: Ticket, plan: Plan, said: Said, terms: Terms) -> None:
    """The unit reads the words; a rating alone is a note of the hotline's."""
    is_told = said.words is not None and ticket.state not in FINAL
    verb = Verb.SUPPLEMENT if is_told else Verb.NOTE
    facts = _facts(plan, said) | {"via": LATER}
    advance(ticket, verb, by=said.by, now=terms.now, facts=facts, words=said.words)


def told(rating: Rating) -> dict[str, Any]:
    """The answers as a ticket's history holds them; only those that were given."""
    given = {
        "responded": YES_NO.get(rating.responded),
        "solved": rating.solved.value if rating.solved else None,
        "satisfied": rating.satisfied,
    }
    return {name: value for name, value in given.items() if value is not None}


def _facts(plan: Plan, said: Said) -> dict[str, Any]:
    facts = {"plan_id": plan.id, "round": plan.round, "via": said.via.value}
    if said.via in BY_PHONE:
        facts["outcome"] = "reached"
    return facts | told(said.rating)
