"""The tickets that belong to one: followers and lead, its earlier life, the citizen's others.

Decided here: units see none of them, for a citizen's other tickets would tell who it is; of a
confidential ticket only who may see its person is led to the same citizen's others, or to it.
Whole and parts stand in a section of their own, which dispatch gives.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, false, or_, select

from hotline.access import Permission, Viewer
from hotline.extensions import db
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from hotline.tickets.view import TicketView

MOST = 40


class Link(StrEnum):
    """How another ticket belongs to this one, the closest first."""

    LEAD = "lead"
    FOLLOWER = "follower"
    PARENT = "parent"
    PART = "part"
    SIBLING = "sibling"
    BEFORE = "before"
    AFTER = "after"
    SAME_CITIZEN = "same_citizen"


@dataclass(frozen=True)
class Linked:
    """Another ticket, and how it belongs to this one."""

    link: Link
    number: str
    title: str
    state: State
    received_at: datetime


def to(ticket: TicketView, viewer: Viewer) -> list[Linked]:
    """The tickets that belong to this one, the closest first; one statement, none for units."""
    if not viewer.is_hotline:
        return []
    ways = {
        Link.LEAD: Ticket.id == ticket.merged_into_id,
        Link.FOLLOWER: Ticket.merged_into_id == ticket.id,
        Link.BEFORE: Ticket.number == ticket.reopened_from,
        Link.AFTER: Ticket.reopened_from == ticket.number,
        Link.SAME_CITIZEN: _of_same_citizen(ticket, viewer),
    }
    rank = case(*[(way, place) for place, way in enumerate(ways.values())])
    rows = db.session.execute(
        select(Ticket, TicketText.title, rank)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .where(or_(*ways.values()), Ticket.id != ticket.id)
        .order_by(rank, Ticket.id.desc())
        .limit(MOST)
    )
    links = list(ways)
    return [
        Linked(
            link=links[place],
            number=other.number,
            title=title,
            state=other.state,
            received_at=other.received_at,
        )
        for other, title, place in rows
    ]


def _of_same_citizen(ticket: TicketView, viewer: Viewer) -> ColumnElement[bool]:
    """Confidential ones only for who may see their person: the link would tell who it is."""
    if ticket.person is None or ticket.person.citizen_id is None:
        return false()
    same = Ticket.citizen_id == ticket.person.citizen_id
    return same if viewer.may(Permission.UNMASK) else same & ~Ticket.is_confidential
