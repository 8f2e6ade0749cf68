"""What belongs to a ticket: its lead or who follows it, its whole or its parts.

Decided here: units see none of these tickets; they learn how many citizens report the same, for
their reply goes to all of them. Not here: the citizen's other tickets (`hotline.tickets.linked`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import Subquery, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.kinds import Role
from hotline.tickets.linked import Link
from hotline.tickets.models import Holder, Ticket, TicketEvent, TicketText
from hotline.tickets.parts import Part
from hotline.tickets.split_models import TicketPart
from hotline.tickets.splitting_rules import is_done
from hotline.tickets.states import State, Verb
from hotline.tickets.story import Told
from hotline.tickets.view import TicketView
from hotline.words import N_

MOST = 200
ORDER = (Link.LEAD, Link.PARENT, Link.PART, Link.SIBLING, Link.FOLLOWER)
JOINING = (Verb.MERGE.value, Verb.LEAD_CHANGED.value)


@dataclass(frozen=True)
class Related:
    """Another ticket and how it belongs; without a number when the viewer may not see it.

    `is_done`: it is over, and with it the ticket that it follows itself. `of_kind` says how many
    belong so.
    """

    link: Link
    number: str | None
    title: str | None
    state: State
    unit_name: str | None
    received_at: datetime
    joined_at: datetime | None
    is_done: bool
    of_kind: int


def load(views: Sequence[TicketView], viewer: Viewer) -> Mapping[int, list[Related]]:
    """What belongs to these tickets, the closest first; one statement."""
    found: dict[int, list[Related]] = {}
    for shown, *row in db.session.execute(_statement(_links([one.id for one in views]))):
        one = _related(row)
        if viewer.is_hotline:
            found.setdefault(shown, []).append(one)
        elif one.link is Link.FOLLOWER:
            found.setdefault(shown, []).append(_unnamed(one))
    return found


def leads_among(tickets: Sequence[TicketView]) -> list[tuple[TicketView, int]]:
    """Those that others could follow, the likeliest first, each with how many do already.

    That is whom most follow, then what a unit has already, then the oldest.
    """
    known = [one for one in tickets if not one.is_final and not one.is_confidential]
    followed = _counts([one.id for one in known])
    found = [(one, followed.get(one.id, 0)) for one in known]
    return sorted(found, key=lambda one: (-one[1], one[0].lead_id is None, one[0].id))


def told(related: list[Related]) -> Iterable[Told]:
    """The mergers into this ticket, for its story."""
    for one in related:
        if one.link is not Link.FOLLOWER or one.joined_at is None:
            continue
        title = gettext("Another citizen reports the same")
        if one.number is not None:
            title = gettext("Ticket %(number)s follows it from now on", number=one.number)
        yield Told(one.joined_at, title, "", "", "git-merge", is_strong=False, is_important=False)


def _counts(ticket_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Ticket.merged_into_id, func.count())
        .where(Ticket.merged_into_id.in_(ticket_ids))
        .group_by(Ticket.merged_into_id)
    )
    return {lead: count for lead, count in rows if lead is not None}


def _links(ids: Collection[int]) -> Subquery:
    """Which ticket is shown with which other, and how."""
    sibling = aliased(TicketPart)
    return union_all(
        select(
            Ticket.merged_into_id.label("shown"),
            Ticket.id.label("other"),
            literal(Link.FOLLOWER.value).label("link"),
        ).where(Ticket.merged_into_id.in_(ids)),
        select(Ticket.id, Ticket.merged_into_id, literal(Link.LEAD.value)).where(
            Ticket.id.in_(ids), Ticket.merged_into_id.is_not(None)
        ),
        select(TicketPart.parent_id, TicketPart.part_id, literal(Link.PART.value)).where(
            TicketPart.parent_id.in_(ids)
        ),
        select(TicketPart.part_id, TicketPart.parent_id, literal(Link.PARENT.value)).where(
            TicketPart.part_id.in_(ids)
        ),
        select(TicketPart.part_id, sibling.part_id, literal(Link.SIBLING.value))
        .join(sibling, sibling.parent_id == TicketPart.parent_id)
        .where(TicketPart.part_id.in_(ids), sibling.part_id != TicketPart.part_id),
    ).subquery("links")


def _statement(links: Subquery) -> Any:
    lead = aliased(Ticket)
    rank = case(*[(links.c.link == one.value, place) for place, one in enumerate(ORDER)])
    joined_at = (
        select(func.max(TicketEvent.at))
        .where(TicketEvent.ticket_id == Ticket.id, TicketEvent.kind.in_(JOINING))
        .scalar_subquery()
    )
    held = (Holder.ticket_id == Ticket.id) & Holder.until.is_(None) & (Holder.role == Role.LEAD)
    return (
        select(
            links.c.shown,
            links.c.link,
            Ticket.number,
            TicketText.title,
            Ticket.state,
            Unit.name,
            Ticket.received_at,
            case((links.c.link == Link.FOLLOWER.value, joined_at)),
            lead.state,
            func.count().over(partition_by=(links.c.shown, links.c.link)),
        )
        .join(Ticket, Ticket.id == links.c.other)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(lead, lead.id == Ticket.merged_into_id)
        .outerjoin(Holder, held)
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .order_by(links.c.shown, rank, Ticket.id)
        .limit(MOST)
    )


def _related(row: Sequence[Any]) -> Related:
    link, number, title, state, unit_name, received_at, joined_at, lead_state, of_kind = row
    return Related(
        link=Link(link),
        number=number,
        title=title,
        state=state,
        unit_name=unit_name,
        received_at=received_at,
        joined_at=joined_at,
        is_done=is_done(state, lead_state),
        of_kind=of_kind,
    )


def _unnamed(one: Related) -> Related:
    return Related(
        link=one.link,
        number=None,
        title=None,
        state=one.state,
        unit_name=None,
        received_at=one.received_at,
        joined_at=one.joined_at,
        is_done=one.is_done,
        of_kind=one.of_kind,
    )


PARTS = [
    Part("related", N_("Merger and parts"), list[Related], load, "dispatch/_related.html", told)
]
