"""Asking those whose ticket followed another, once that one is closed.

Decided here: they are asked by text, with digits and a link, for somebody spoke with the lead's
citizen about the same event. Whom no text reaches was told nothing so far: a person rings them, as
anybody on the list of calls, says what came of it and asks. Their rating stays out of the unit's
score, which counts the event once; a dissatisfied one has a ticket of their own done again, as
anybody has. Who answered is not asked again when the lead was redone meanwhile.
"""

from callbacks import concluding, planning, queries, rules, texting
from callbacks.models import Plan
from callbacks.rules import Ending, PlanState, Subject, Way
from callbacks.terms import Terms
from hotline.extensions import db
from hotline.messages import rules as message_rules
from hotline.messages.queries import Story
from hotline.tickets import clocks
from hotline.tickets.kinds import CallbackRule
from hotline.tickets.models import Ticket
from hotline.tickets.states import State


def ask(ticket: Ticket, ended: str | None, terms: Terms) -> Plan | None:
    """Ask the citizen of a follower what they think; None when they are not asked (again)."""
    known = queries.of_round(ticket.id, ticket.round)
    if ended != State.CLOSED or (known is not None and known.answered_at is not None):
        return None
    if known is not None:
        known.state = PlanState.CANCELLED
        concluding.fix(known, now=terms.now)
    story = texting.story_of(ticket.number)
    accepted = queries.accepted(ticket.merged_into_id or ticket.id)
    subject = _subject(ticket, story, accepted)
    if _rule(ticket, subject, terms) is CallbackRule.NONE:
        return None
    plan = Plan(
        ticket_id=ticket.id,
        round=ticket.round,
        rule=CallbackRule.FULL,
        is_drawn=True,
        completion=subject.completion,
        state=PlanState.OPEN,
        made_at=terms.now,
        due_at=clocks.last_call_due_at(terms.now, terms.book.calendar, terms.book.clocks),
        calls=0,
        is_undecided=False,
        is_counted=False,
    )
    db.session.add(plan)
    db.session.flush()
    if rules.first_way(subject) is Way.NONE:
        concluding.close(ticket, plan, Ending.NO_CONTACT, terms)
    elif not subject.is_textable or not texting.send(plan, story, terms):
        planning.call_next(plan, terms)
    return plan


def _subject(ticket: Ticket, story: Story, accepted: queries.Accepted | None) -> Subject:
    return Subject(
        request_type=ticket.request_type,
        round=ticket.round,
        completion=accepted.completion if accepted else None,
        channel=ticket.channel,
        wish=story.wish,
        has_phone=story.phone is not None,
        is_textable=story.phone is not None and message_rules.may_be_texted(story.phone),
    )


def _rule(ticket: Ticket, subject: Subject, terms: Terms) -> CallbackRule:
    of_type = CallbackRule.FULL
    if ticket.request_type is not None:
        of_type = terms.book.callbacks.get(ticket.request_type, CallbackRule.FULL)
    return rules.rule_for(subject, of_type)
