"""A citizen's objection to a refusal, and the second look by somebody else.

Decided here: one objection a refusal, within thirty days; never who refused decides on it; upheld,
the matter is taken up and goes to dispatch, else the refusal stands and the citizen is told why.
Source: the hotline's rules on sorting at intake.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from hotline.errors import Forbidden, Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.tickets import beside, clocks, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.desk_models import Objection
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb

OBJECT_WITHIN: Final = timedelta(days=30)


@dataclass(frozen=True)
class Decision:
    """What the second person says."""

    is_upheld: bool
    note: str


def object_to(ticket: Ticket, text: str, *, by: str, now: datetime, book: Rulebook) -> Objection:
    """The citizen objects; the decision clock runs until a second person has looked.

    Raises WrongState unless it was refused, Refused the second time and after thirty days.
    """
    states.move(ticket.state, Verb.OBJECT)
    if of_ticket(ticket.id) is not None:
        raise Refused(
            "objected_already",
            "One objection is looked at, and there was one. With new facts, report it anew.",
        )
    if ticket.closed_at is not None and now - ticket.closed_at > OBJECT_WITHIN:
        raise Refused(
            "too_late_to_object",
            "An objection is possible for thirty days. With new facts, report it anew.",
        )
    advance(ticket, Verb.OBJECT, by=by, now=now, words=text)
    made = Objection(
        ticket_id=ticket.id,
        seq=ticket.last_seq,
        refused_by=_refused_by(ticket.id),
        objected_at=now,
        objected_by=by,
    )
    db.session.add(made)
    db.session.flush()
    due = clocks.due_at(Clock.DECISION, now, ticket.urgency, book.calendar, rules=book.clocks)
    timing.start(ticket, Clock.DECISION, due, at=now, book=book)
    return made


def decide(
    ticket: Ticket,
    objection: Objection,
    decision: Decision,
    *,
    by: str,
    now: datetime,
    book: Rulebook,
) -> None:
    """Take the matter up, or let the refusal stand.

    Raises Refused once it was decided, Forbidden for who refused it or wrote the objection down.
    """
    if objection.decided_at is not None:
        raise Refused(
            "decided_already",
            "This objection was decided already: load the ticket again to see the decision.",
        )
    if by in (objection.refused_by, objection.objected_by):
        raise Forbidden(
            "own_work", "You refused it or wrote the objection down: a colleague decides on it."
        )
    timing.stop(ticket, [Clock.DECISION], at=now)
    if decision.is_upheld:
        beside.take_up(ticket, decision.note, by=by, now=now, book=book)
    else:
        advance(ticket, Verb.KEEP_REFUSAL, by=by, now=now, words=decision.note)
    objection.decided_at, objection.decided_by = now, by
    objection.decision_seq, objection.is_upheld = ticket.last_seq, decision.is_upheld


def settle_by_reopening(ticket: Ticket, *, by: str, now: datetime) -> None:
    """The matter was taken up without a decision: an open objection is upheld by that."""
    objection = of_ticket(ticket.id)
    if objection is not None and objection.decided_at is None:
        objection.decided_at, objection.decided_by = now, by
        objection.decision_seq, objection.is_upheld = ticket.last_seq, True


def of_ticket(ticket_id: int) -> Objection | None:
    """The ticket's objection, decided or not."""
    return db.session.scalars(
        select(Objection)
        .where(Objection.ticket_id == ticket_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def numbered(ticket: Ticket, objection_id: int) -> Objection:
    """The ticket's objection of this number. Raises NotFound."""
    found = of_ticket(ticket.id)
    if found is None or found.id != objection_id:
        raise NotFound("unknown_objection", "There is no such objection.", field="objection")
    return found


def _refused_by(ticket_id: int) -> str:
    found = db.session.scalar(
        select(TicketEvent.actor)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == Verb.REFUSE.value)
        .order_by(TicketEvent.seq.desc())
        .limit(1)
    )
    if found is None:
        raise Invalid("never_refused", "It was never refused: there is nothing to object to.")
    return found
