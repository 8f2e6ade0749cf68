"""Tickets whose citizens are asked, and those who ask, made by the real operations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from callbacks import operations, planning, queries
from callbacks.models import Plan
from callbacks.operations import Call
from callbacks.rules import Rating, Result, Solved
from callbacks.terms import Terms
from dispatch import assigning, reviewing, working
from dispatch.working import Wording
from hotline.access import Role
from hotline.extensions import db
from hotline.messages.models import Message, Question
from hotline.people.models import Staff
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Ticket, TicketEvent
from tests import factories
from tests.dispatch import samples as handling

NOW = factories.NOW + timedelta(hours=2)
AGENT, REVIEWER, HEAD = "staff:801", "staff:802", "staff:803"
GOOD = Call(Result.REACHED, Rating(responded=True, solved=Solved.YES, satisfied=5))
BAD = Call(Result.REACHED, Rating(responded=True, solved=Solved.NO, satisfied=1), "还是老样子")


@dataclass(frozen=True)
class People:
    """One of each who takes part in asking."""

    agent: Staff
    reviewer: Staff
    head: Staff
    handler: Staff


def people() -> People:
    """A callback agent, a reviewer, the head of the hotline, a handler of D16."""
    return People(
        factories.staff("age", Role.CALLBACK_AGENT),
        factories.staff("rev", Role.REVIEWER),
        factories.staff("hea", Role.HEAD),
        factories.staff("han", Role.HANDLER, unit_code="D16"),
    )


def wording(completion: Completion) -> Wording:
    """A reply that ends so."""
    promised = factories.NOW.date() + timedelta(days=30)
    is_promise = completion in (Completion.PLANNED, Completion.PARTLY_SOLVED)
    return Wording(
        completion,
        "已现场核实处理。",
        "《城市市容条例》",
        promised_on=promised if is_promise else None,
    )


def accepted(
    *, completion: Completion = Completion.SOLVED, now: datetime = NOW, **changes: Any
) -> Ticket:
    """A ticket whose reply was accepted; its citizen is to be asked."""
    ticket = handling.replied(wording=wording(completion), **changes)
    reviewing.accept(ticket, handling.open_of(ticket), by=REVIEWER, now=now)
    db.session.commit()
    return ticket


def asked(*, now: datetime = NOW, **changes: Any) -> tuple[Ticket, Plan]:
    """The same with its plan made."""
    ticket = accepted(now=now, **changes)
    plan = planning.make(ticket, terms(now))
    db.session.commit()
    return ticket, plan


def handled_again(ticket: Ticket, *, now: datetime, completion: Completion) -> Plan:
    """The next round handled, replied, accepted, and its plan made."""
    assigning.sign(ticket, handling.open_of(ticket), by=handling.HANDLER, now=now)
    said, unit = wording(completion), handling.open_of(ticket)
    working.reply(ticket, unit, said, by=handling.HANDLER, now=now, book=factories.book())
    reviewing.accept(ticket, unit, by=REVIEWER, now=now)
    plan = planning.make(ticket, terms(now))
    db.session.commit()
    return plan


def record(ticket: Ticket, call: Call, *, now: datetime = NOW, by: str = AGENT) -> Plan:
    """Write down a call as the agent."""
    plan = operations.record(ticket, call, by=by, now=now, book=factories.book())
    db.session.commit()
    return plan


def missed(result: Result = Result.NO_ANSWER, *, is_asked_for: bool = False) -> Call:
    """A call without answers, at a time that the citizen named or not."""
    return Call(result, is_asked_for=is_asked_for)


def terms(now: datetime = NOW) -> Terms:
    """The rules in force at this moment."""
    return Terms(now, factories.book())


def question_of(plan: Plan) -> Question:
    """The open question that asks for this plan."""
    found = db.session.query(Question).filter_by(reference=f"plan:{plan.id}", closed_at=None)
    return found.one()


def texts_of(ticket: Ticket, kind: str = "rate_request") -> list[Message]:
    """The texts of this kind about the ticket."""
    found = db.session.query(Message).filter_by(ticket_id=ticket.id, kind=kind)
    return list(found.order_by(Message.id))


def token_in(text: Message) -> str:
    """The link's secret in a text."""
    return text.body.split("/rate/", 1)[1].split(" ", 1)[0]


def events_of(ticket: Ticket) -> list[str]:
    """The kinds of the ticket's events, in order."""
    found = db.session.query(TicketEvent.kind).filter_by(ticket_id=ticket.id)
    return [kind for (kind,) in found.order_by(TicketEvent.seq)]


def plan_of(ticket: Ticket) -> Plan:
    """The plan of the ticket's present round."""
    found = queries.of_round(ticket.id, ticket.round)
    assert found is not None
    return found
