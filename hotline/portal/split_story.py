"""The parts of a citizen's ticket that was split, or the whole of a part; one SELECT."""

from dataclasses import dataclass

from sqlalchemy import case, or_, select
from sqlalchemy.orm import aliased

from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.kinds import Role
from hotline.tickets.models import Holder, Ticket, TicketText
from hotline.tickets.split_models import TicketPart
from hotline.tickets.splitting_rules import is_done
from hotline.tickets.states import State


@dataclass(frozen=True)
class PartStory:
    """One part: its own number, and where it is."""

    number: str
    title: str
    state: State
    unit_name: str | None
    is_done: bool


@dataclass(frozen=True)
class Belonging:
    """The parts of a ticket, or the number of the whole that it is a part of."""

    parts: list[PartStory]
    whole: str | None


def of(ticket_id: int) -> Belonging:
    """What the ticket was split into, in order, or from; neither for most tickets."""
    lead = aliased(Ticket)
    is_part = TicketPart.parent_id == ticket_id
    other = case((is_part, TicketPart.part_id), else_=TicketPart.parent_id)
    held = (Holder.ticket_id == Ticket.id) & Holder.until.is_(None) & (Holder.role == Role.LEAD)
    rows = db.session.execute(
        select(is_part, Ticket.number, TicketText.title, Ticket.state, Unit.name, lead.state)
        .select_from(TicketPart)
        .join(Ticket, Ticket.id == other)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(lead, lead.id == Ticket.merged_into_id)
        .outerjoin(Holder, held)
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .where(or_(is_part, TicketPart.part_id == ticket_id))
        .order_by(TicketPart.position)
    ).all()
    parts = [
        PartStory(number, title, state, unit_name, is_done(state, of_lead))
        for is_of_it, number, title, state, unit_name, of_lead in rows
        if is_of_it
    ]
    return Belonging(parts, next((row[1] for row in rows if not row[0]), None))
