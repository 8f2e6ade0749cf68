"""What citizen, agent and reviewer do in a round: calls, answers, decisions, and its end.

Decided here: who may record and decide, and until when. Not here: what counts as dissatisfied
(`rules`), what an answer sets off (`answering`, `concluding`), who is asked (`planning`).
Callers hold the lock of a ticket they pass; for an answer by question or link it is locked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callbacks import answering, asking, concluding, planning, queries, rules, texting
from callbacks.answering import Said
from callbacks.asking import Missed
from callbacks.models import Attempt, Plan
from callbacks.rules import Ending, PlanState, Rating, Result, Via
from callbacks.terms import Terms
from callbacks.windows import DEFAULTS, CallbackRules
from hotline.errors import Forbidden, Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.messages import inbound
from hotline.messages.models import Question
from hotline.tickets import operations as tickets
from hotline.tickets import states
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb

RATED, ASKS_WHY, REASON_NOTED, UNCLEAR = "rated", "rated_low", "reason_noted", "rating_unclear"
BY_LINK = "citizen:link"
DECIDED_ON = (*queries.OWN_WORK, Verb.RECORD_CALLBACK.value)


@dataclass(frozen=True)
class Call:
    """What an agent writes down of a call; `is_asked_for` when the citizen named its time."""

    outcome: Result
    rating: Rating = Rating()
    reason: str | None = None
    is_asked_for: bool = False


def record(
    ticket: Ticket,
    call: Call,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: CallbackRules = DEFAULTS,
) -> Plan:
    """Write down a call to the citizen, with the answers or why there are none.

    Raises WrongState; Forbidden for who took part; Invalid naming the field; Refused when the
    round is fixed, is not asked about, or was called about often enough.
    """
    states.move(ticket.state, Verb.RECORD_CALLBACK)
    _check(call)
    _refuse_who_took_part(ticket, by, queries.OWN_WORK)
    terms = Terms(now, book, numbers)
    plan = _plan_to_record(ticket, terms)
    if call.outcome is not Result.REACHED:
        asking.miss(
            ticket, plan, Missed(call.outcome, call.reason, call.is_asked_for), terms, by=by
        )
        return plan
    _refuse_too_early(call, plan)
    plan.calls += 1
    db.session.add(Attempt(plan_id=plan.id, at=now, outcome=call.outcome, by=by))
    answering.take(ticket, plan, Said(call.rating, call.reason, Via.PERSON, by), terms)
    return plan


def answer_by_text(
    question: Question,
    text: str,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
    numbers: CallbackRules = DEFAULTS,
) -> str | None:
    """Take a text as the answer to our question; the kind of our reply, None if it is none.

    A digit is a rating, words are its reason; words alone are kept for a reviewer. A 1 or 2 is
    confirmed back, and its reason asked for.
    """
    plan_id = texting.plan_id_of(question.reference)
    ticket = tickets.lock_by_id(question.ticket_id)
    plan = queries.by_id(plan_id) if plan_id is not None else None
    if plan is None or not answering.still_counts(plan, now):
        return None
    digit, terms = inbound.digit_of(text), Terms(now, book, numbers)
    if digit is None:
        has_rated = plan.answered_at is not None
        answering.add_words(ticket, plan, Said(Rating(), text, Via.SMS, by), terms)
        return REASON_NOTED if has_rated else UNCLEAR
    rating = Rating(satisfied=digit)
    answering.take(ticket, plan, Said(rating, None, Via.SMS, by), terms)
    return ASKS_WHY if rules.is_dissatisfied(rating) else RATED


def answer_by_link(
    token: str,
    rating: Rating,
    words: str | None,
    *,
    now: datetime,
    book: Rulebook,
    numbers: CallbackRules = DEFAULTS,
) -> Plan:
    """Take what the citizen chose on the link's page. Raises NotFound; Refused when it is over."""
    found = queries.by_token(token)
    if found is None:
        raise NotFound("unknown_link", "This link is not known here.")
    return answer_by_page(found.id, rating, words, now=now, book=book, numbers=numbers)


def answer_by_page(
    plan_id: int,
    rating: Rating,
    words: str | None,
    *,
    now: datetime,
    book: Rulebook,
    numbers: CallbackRules = DEFAULTS,
) -> Plan:
    """The same on the page of one's own ticket. Raises NotFound; Refused when it is over."""
    found = queries.by_id(plan_id)
    if found is None:
        raise NotFound("unknown_link", "This link is not known here.")
    ticket = tickets.lock_by_id(found.ticket_id)
    plan = queries.by_id(plan_id)
    if plan is None or not answering.still_counts(plan, now):
        raise Refused("link_over", "The time for this rating is over.")
    said = Said(rules.as_asked(rating, plan.completion), words, Via.LINK, BY_LINK)
    answering.take(ticket, plan, said, Terms(now, book, numbers))
    return plan


def decide(
    ticket: Ticket, note: str, *, is_reasonable: bool, by: str, now: datetime, book: Rulebook
) -> Plan:
    """A reviewer says whether the dissatisfaction is reasonable: done again, or closed.

    Reasonable the second time, a supervision order is owed. Unreasonable: closed with the note
    and out of the score. Raises Refused with nothing to decide; Forbidden for own work.
    """
    plan = queries.of_round(ticket.id, ticket.round)
    if plan is None or not plan.is_undecided:
        raise Refused("nothing_to_decide", "There is nothing to decide about this ticket.")
    _refuse_who_took_part(ticket, by, DECIDED_ON)
    terms = Terms(now, book)
    facts = {
        "plan_id": plan.id,
        "round": plan.round,
        "decision": "reasonable" if is_reasonable else "unreasonable",
    }
    advance(ticket, Verb.RECORD_CALLBACK, by=by, now=now, facts=facts, words=note)
    plan.decided_at, plan.decided_by, plan.decision_seq = now, by, ticket.last_seq
    plan.is_reasonable = is_reasonable
    if is_reasonable:
        is_second = queries.redone(ticket.id) > 0
        concluding.redo(ticket, plan, terms, by=by, owes_supervision=is_second)
    else:
        plan.is_counted = False
        concluding.no_longer_ask_reviewer(ticket, plan, now=now)
        concluding.close(ticket, plan, Ending.ANSWERED, terms, by=by)
    concluding.fix(plan, now=now)
    return plan


def expire(plan_id: int, *, now: datetime, book: Rulebook) -> None:
    """The link's time is over: the answer is fixed; without one the citizen was not reached.

    Who wrote words but gave no rating has them read by a reviewer.
    """
    found = queries.by_id(plan_id)
    if found is None:
        return
    ticket = tickets.lock_by_id(found.ticket_id)
    plan = queries.by_id(plan_id)
    if plan is None or plan.fixed_at or plan.expires_at is None or plan.expires_at > now:
        return
    terms = Terms(now, book)
    if plan.state is PlanState.OPEN and plan.outcome is None:
        if queries.has_words(plan.id):
            concluding.ask_reviewer(ticket, plan, terms)
        else:
            concluding.close(ticket, plan, Ending.UNREACHABLE, terms)
    concluding.fix(plan, now=now)


def _refuse_too_early(call: Call, plan: Plan) -> None:
    """Nobody is asked whether it is solved before the day for which it is promised."""
    if call.rating.solved is not None and not rules.asks_solved(plan.completion):
        raise Invalid(
            "promised_later",
            "The unit has promised the result for a later day; whether it is solved is asked "
            "then. Leave this answer out.",
            field="solved",
        )


def _check(call: Call) -> None:
    """Answers come from who was reached, and suffice. Raises Invalid."""
    if call.outcome is Result.REACHED:
        if not rules.may_conclude(call.rating):
            raise Invalid(
                "satisfied_needed", "Say how satisfied the citizen is, 1 to 5.", field="satisfied"
            )
    elif not call.rating.says_nothing:
        raise Invalid(
            "not_reached", "Only a citizen who was reached has answered.", field="outcome"
        )


def _refuse_who_took_part(ticket: Ticket, by: str, kinds: Sequence[str]) -> None:
    if queries.took_part(ticket.id, by, kinds):
        raise Forbidden("own_work", "You took part in this ticket yourself; a colleague does this.")


def _plan_to_record(ticket: Ticket, terms: Terms) -> Plan:
    """The round's plan, if a call may still be written down. Raises Refused."""
    plan = queries.of_round(ticket.id, ticket.round)
    if plan is None and ticket.state is State.AWAITING_CALLBACK:
        plan = planning.make(ticket, terms)
    if plan is None or plan.outcome in (Ending.NOT_ASKED, Ending.NO_CONTACT):
        raise Refused("not_asked", "The citizen is not asked about this round.")
    is_over = plan.expires_at is not None and plan.expires_at <= terms.now
    if plan.fixed_at is not None or (is_over and plan.outcome is not None):
        raise Refused("rating_fixed", "The result of this round is fixed already.")
    return plan
