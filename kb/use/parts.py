"""What the knowledge base adds to a ticket: the articles that were used on it.

Decided here: the unit of a confidential ticket is not told, for that would say what it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.access import Viewer
from hotline.tickets.parts import Part
from hotline.tickets.view import TicketView
from hotline.words import N_
from kb.use import queries
from kb.use.kinds import UseKind
from kb.use.models import Use


@dataclass(frozen=True)
class UsedView:
    """An article, and what was done with it."""

    number: str
    title: str
    kind: UseKind
    at: datetime


def load(views: Sequence[TicketView], viewer: Viewer) -> Mapping[int, list[UsedView]]:
    """The articles used on these tickets, as this viewer may see them; one statement."""
    seen = [one.id for one in views if viewer.is_hotline or not one.is_confidential]
    found = queries.uses_of(seen) if seen else {}
    return {ticket_id: [UsedView(*row) for row in rows] for ticket_id, rows in found.items()}


PARTS = [
    Part(
        "articles",
        N_("Articles used"),
        list[UsedView],
        load,
        template="kb/_used.html",
        rows=Use.ticket_id,
    ),
]
