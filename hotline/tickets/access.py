"""Which tickets a viewer may see, and how much of each.

The same predicate serves list, page, search, export and API. A unit sees what it holds; of a
confidential ticket only the words written for it, never the person. Whole phone numbers are
for `uncovering`.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, select, true
from sqlalchemy.orm import aliased

from hotline.access import Permission, Viewer
from hotline.citizens.models import Citizen
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.phone import mask
from hotline.tickets.intake import title_of
from hotline.tickets.kinds import Role
from hotline.tickets.models import Category, Holder, Ticket, TicketText
from hotline.tickets.view import HIDDEN, Person, TicketView

Lead = aliased(Holder, name="lead")


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The tickets this viewer may see at all."""
    if not viewer.may(Permission.READ):
        return false()
    if viewer.is_hotline:
        return true()
    held = select(Holder.ticket_id).where(
        Holder.unit_id.in_(viewer.unit_ids), Holder.until.is_(None)
    )
    return Ticket.id.in_(held)


def see(viewer: Viewer, number: str) -> TicketView:
    """One ticket as this viewer may see it. Raises NotFound."""
    found = db.session.execute(whole().where(Ticket.number == number, visible(viewer))).first()
    if found is None:
        raise NotFound("ticket_not_found", "There is no such ticket.", field="number")
    return view_of(found, viewer)


def must_see(viewer: Viewer, number: str) -> None:
    """Nothing when the viewer may see the ticket. Raises NotFound otherwise."""
    found = db.session.scalar(select(Ticket.id).where(Ticket.number == number, visible(viewer)))
    if found is None:
        raise NotFound("ticket_not_found", "There is no such ticket.", field="number")


def see_many(viewer: Viewer, tickets: Select[*tuple[Any, ...]]) -> list[TicketView]:
    """Tickets of a statement made from `whole`, as this viewer may see them."""
    return [view_of(row, viewer) for row in db.session.execute(tickets.where(visible(viewer)))]


def whole() -> Select[*tuple[Any, ...]]:
    """A ticket with its words, person, category and leading unit; one statement."""
    return (
        select(Ticket, TicketText, Citizen, Category.name, Unit.id, Unit.code, Unit.name)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(Citizen, Citizen.id == Ticket.citizen_id)
        .outerjoin(Category, Category.code == Ticket.category_code)
        .outerjoin(
            Lead, (Lead.ticket_id == Ticket.id) & Lead.until.is_(None) & (Lead.role == Role.LEAD)
        )
        .outerjoin(Unit, Unit.id == Lead.unit_id)
    )


def view_of(row: Row[*tuple[Any, ...]], viewer: Viewer) -> TicketView:
    """The row of `whole` as this viewer may see it."""
    ticket, texts, citizen, category, unit_id, unit_code, unit_name = row
    sees_words = viewer.is_hotline or not ticket.is_confidential
    unit_text = texts.unit_text or ""
    return TicketView(
        **_plain(ticket),
        category_name=category,
        lead_id=unit_id,
        lead_code=unit_code,
        lead_name=unit_name,
        title=texts.title if sees_words else title_of(unit_text) or HIDDEN,
        body=texts.body if sees_words else unit_text,
        unit_text=unit_text or None,
        place=texts.place if sees_words else "",
        lat=texts.lat if sees_words else None,
        lng=texts.lng if sees_words else None,
        person=_person(ticket, texts, citizen) if may_see_person(ticket, viewer) else None,
    )


def may_see_person(ticket: Ticket, viewer: Viewer) -> bool:
    """Whether the reporter is shown at all, masked: not to units or supervisors if confidential."""
    return not ticket.is_confidential or viewer.may(Permission.UNMASK)


def _plain(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in PLAIN}


PLAIN: Iterable[str] = (
    "id",
    "number",
    "state",
    "channel",
    "request_type",
    "category_code",
    "urgency",
    "is_confidential",
    "is_history",
    "district_code",
    "entered_by",
    "received_at",
    "entered_late_at",
    "sorted_at",
    "closed_at",
    "round",
    "due_at",
    "lamp",
    "suspended_until",
    "merged_into_id",
    "reopened_from",
    "urges",
    "urged_at",
    "upstream_system",
    "upstream_number",
)


def _person(ticket: Ticket, texts: TicketText, citizen: Citizen | None) -> Person:
    kept = json.loads(texts.reporter) if texts.reporter else {}
    name = kept.get("name") or (citizen.name if citizen else None)
    return Person(
        name=name,
        phone=mask(citizen.phone) if citizen and citizen.phone else None,
        citizen_id=ticket.citizen_id,
        alt_phone=mask(kept["alt_phone"]) if kept.get("alt_phone") else None,
        on_behalf_of=kept.get("on_behalf_of"),
        contact_wish=kept.get("contact_wish"),
    )
