"""The plan of a round: whether its citizen is asked, how, and from when.

Decided here: what is planned once a reply is accepted, and when a plan falls away. Not here:
who is drawn and which way comes first (`rules`), calling hours (`windows`), answers.
"""

import secrets
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from callbacks import concluding, queries, rules, texting, windows
from callbacks.models import DailyDraw, Plan
from callbacks.rules import Ending, PlanState, Subject, Way
from callbacks.terms import Terms
from hotline.extensions import db
from hotline.messages import rules as message_rules
from hotline.messages.queries import Story
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.kinds import CallbackRule, Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.states import State, Verb

SEED_BYTES = 16


def make(ticket: Ticket, terms: Terms) -> Plan:
    """The plan of the ticket's present round, made unless there is one already.

    Who is not drawn, not to be asked or can't be reached is closed at once. Else the text goes
    out or the first call is planned, and the callback clock starts. Raises WrongState.
    """
    known = queries.of_round(ticket.id, ticket.round)
    if known is not None:
        return known
    states.move(ticket.state, Verb.CLOSE)
    _supersede(ticket, terms.now)
    story = texting.story_of(ticket.number)
    subject = _subject(ticket, story)
    plan = _plan(ticket, subject, terms)
    db.session.add(plan)
    db.session.flush()
    _begin(ticket, plan, rules.first_way(subject), story, terms)
    return plan


def cancel(ticket: Ticket, *, now: datetime) -> None:
    """Plans that nobody needs any more: the ticket went another way, or on to the next round."""
    for plan in queries.open_plans(ticket.id):
        if plan.round == ticket.round and not _is_over(ticket, plan):
            continue
        concluding.no_longer_ask_reviewer(ticket, plan, now=now)
        plan.state = PlanState.CANCELLED
        concluding.fix(plan, now=now)


def call_next(plan: Plan, terms: Terms) -> None:
    """Plan the next call of the round."""
    made = queries.calls_of(plan.id)
    plan.next_call_at = windows.next_call_at(terms.now, made, terms.zone, terms.numbers)


def watch_calls(ticket: Ticket, plan: Plan, terms: Terms) -> None:
    """The clock of calling: first by when the first call is due, then by when all are.

    None runs for who followed a ticket: theirs is over, and whoever works the list comes to them.
    """
    if ticket.closed_at is not None:
        return
    calendar, now = terms.book.calendar, terms.now
    timing.stop(ticket, [Clock.CALLBACK], at=now)
    if plan.calls:
        # Anew, for the calendar may have changed since the plan was made.
        plan.due_at = clocks.last_call_due_at(plan.made_at, calendar, terms.book.clocks)
        last_on = plan.due_at.astimezone(terms.zone).date()
        due = Due(plan.due_at, calendar.is_provisional(last_on), Pace.WORKING_DAYS)
    else:
        rules_ = terms.book.clocks
        due = clocks.due_at(Clock.CALLBACK, now, ticket.urgency, calendar, rules=rules_)
    timing.start(ticket, Clock.CALLBACK, due, at=now, book=terms.book)


def wait_for_citizen(ticket: Ticket, *, now: datetime) -> None:
    """It is the citizen's turn: the hotline's clock stops, the ticket shows no limit."""
    timing.stop(ticket, [Clock.CALLBACK], at=now)
    ticket.due_at, ticket.lamp = None, clocks.Lamp.GREEN


def _subject(ticket: Ticket, story: Story) -> Subject:
    found = queries.accepted(ticket.id)
    return Subject(
        request_type=ticket.request_type,
        round=ticket.round,
        completion=found.completion if found else None,
        channel=ticket.channel,
        wish=story.wish,
        has_phone=story.phone is not None,
        is_textable=story.phone is not None and message_rules.may_be_texted(story.phone),
    )


def _plan(ticket: Ticket, subject: Subject, terms: Terms) -> Plan:
    of_type = CallbackRule.FULL
    if ticket.request_type is not None:
        of_type = terms.book.callbacks.get(ticket.request_type, CallbackRule.FULL)
    rule = rules.rule_for(subject, of_type)
    is_drawn = rule is CallbackRule.FULL
    if rule is CallbackRule.SAMPLE:
        draw = _draw(terms)
        is_drawn = rules.is_drawn(draw.seed, ticket.number, draw.percent)
    return Plan(
        ticket_id=ticket.id,
        round=ticket.round,
        rule=rule,
        is_drawn=is_drawn,
        completion=subject.completion,
        state=PlanState.OPEN,
        made_at=terms.now,
        due_at=clocks.last_call_due_at(terms.now, terms.book.calendar, terms.book.clocks),
        calls=0,
        is_undecided=False,
        is_counted=True,
    )


def _begin(ticket: Ticket, plan: Plan, way: Way, story: Story, terms: Terms) -> None:
    """Take the first step of a plan that was just made."""
    if not plan.is_drawn or way is Way.NONE:
        ending = Ending.NO_CONTACT if plan.is_drawn else Ending.NOT_ASKED
        concluding.close(ticket, plan, ending, terms)
        return
    watch_calls(ticket, plan, terms)
    if terms.is_held and ticket.urgency is Urgency.NORMAL:
        row = timing.running(ticket.id, Clock.CALLBACK)
        timing.pause(ticket, [row] if row else [], at=terms.now)
        return
    _ask(ticket, plan, way, story, terms)


def release(ticket: Ticket, plan: Plan, terms: Terms) -> None:
    """Emergency mode is over: whoever was held is asked now; gone or begun already is fine."""
    if ticket.state is not State.AWAITING_CALLBACK or plan.state is not PlanState.OPEN:
        return
    story = texting.story_of(ticket.number)
    subject = _subject(ticket, story)
    row = timing.running(ticket.id, Clock.CALLBACK)
    if row is not None:
        timing.resume(ticket, row, at=terms.now, book=terms.book)
    plan.due_at = clocks.last_call_due_at(terms.now, terms.book.calendar, terms.book.clocks)
    _ask(ticket, plan, rules.first_way(subject), story, terms)


def _ask(ticket: Ticket, plan: Plan, way: Way, story: Story, terms: Terms) -> None:
    if way is Way.TEXT and texting.send(plan, story, terms):
        wait_for_citizen(ticket, now=terms.now)
    else:
        plan.next_call_at = windows.next_opening(terms.now, terms.zone, terms.numbers)


def _draw(terms: Terms) -> DailyDraw:
    """The day's seed and share, drawn by whoever needs them first."""
    known = queries.draw_of(terms.today)
    if known is not None:
        return known
    drawn = {"seed": secrets.token_hex(SEED_BYTES), "percent": terms.numbers.sample_percent}
    row = insert(DailyDraw).values(drawn_on=terms.today, **drawn)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["drawn_on"]))
    return db.session.get_one(DailyDraw, terms.today)


def _supersede(ticket: Ticket, now: datetime) -> None:
    """A new round asks anew: answers to the rounds before are no longer taken."""
    if ticket.round == 1:
        return
    cancel(ticket, now=now)
    for plan in queries.earlier(ticket.id, ticket.round):
        if plan.fixed_at is None:
            concluding.fix(plan, now=now)


def _is_over(ticket: Ticket, plan: Plan) -> bool:
    """A closed ticket may still wait for a decision; nothing else waits in a final state."""
    if ticket.state is State.CLOSED:
        return not plan.is_undecided
    return ticket.state is not State.AWAITING_CALLBACK
