"""The parts of a citizen's ticket that was split, as far as they are; one SELECT."""

from dataclasses import dataclass

from sqlalchemy import select
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


def parts_of(ticket_id: int) -> list[PartStory]:
    """The parts of the ticket in their order; none for a ticket that was not split."""
    lead = aliased(Ticket)
    held = (Holder.ticket_id == Ticket.id) & Holder.until.is_(None) & (Holder.role == Role.LEAD)
    rows = db.session.execute(
        select(Ticket.number, TicketText.title, Ticket.state, Unit.name, lead.state)
        .join(TicketPart, TicketPart.part_id == Ticket.id)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(lead, lead.id == Ticket.merged_into_id)
        .outerjoin(Holder, held)
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .where(TicketPart.parent_id == ticket_id)
        .order_by(TicketPart.position)
    )
    return [
        PartStory(number, title, state, unit_name, is_done(state, of_lead))
        for number, title, state, unit_name, of_lead in rows
    ]
