"""A ticket as the JSON API writes it."""

from typing import Any

from hotline.access import Viewer
from hotline.tickets import parts, queries
from hotline.tickets.history_view import shown_to
from hotline.tickets.models import Category, Ticket
from hotline.tickets.view import TicketView


def brief(ticket: TicketView) -> dict[str, Any]:
    """The ticket without its history and parts, as lists hold it."""
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "channel": ticket.channel.value,
        "request_type": ticket.request_type.value if ticket.request_type else None,
        "category": ticket.category_code,
        "urgency": ticket.urgency.value,
        "confidential": ticket.is_confidential,
        "title": ticket.title,
        "round": ticket.round,
        "received_at": ticket.received_at.isoformat(),
        "is_late_entry": ticket.entered_late_at is not None,
        "urges": ticket.urges,
        "closed_at": ticket.closed_at.isoformat() if ticket.closed_at else None,
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "lamp": ticket.lamp.value,
        "unit": ticket.lead_code,
    }


def receipt(ticket: Ticket, query_code: str) -> dict[str, Any]:
    """What the maker of a ticket gets: the number, the code and where it stands."""
    return {
        "number": ticket.number,
        "query_code": query_code,
        "state": ticket.state.value,
        "channel": ticket.channel.value,
        "urgency": ticket.urgency.value,
        "received_at": ticket.received_at.isoformat(),
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
    }


def for_citizen(ticket: Ticket) -> dict[str, Any]:
    """What a citizen gets after a step of theirs."""
    return {"number": ticket.number, "state": ticket.state.value}


def category(node: Category) -> dict[str, Any]:
    """A node of the subject tree."""
    return {
        "code": node.code,
        "parent": node.parent_code,
        "name": node.name,
        "is_leaf": node.is_leaf,
        "limit_working_days": node.limit_working_days,
        "limit_hours": node.limit_hours,
        "urgency": node.urgency.value,
        "confidential": node.is_confidential,
    }


def full(ticket: TicketView, viewer: Viewer) -> dict[str, Any]:
    """All of the ticket that the viewer may see, with its history and every part."""
    events = shown_to(viewer, ticket, queries.history(ticket.id))
    return (
        brief(ticket)
        | {
            "body": ticket.body,
            "unit_text": ticket.unit_text,
            "citizen": _person(ticket),
            "place": {
                "text": ticket.place,
                "district": ticket.district_code,
                "lat": ticket.lat,
                "lng": ticket.lng,
            },
            "events": [
                {
                    "seq": one.seq,
                    "at": one.at.isoformat(),
                    "actor": one.actor,
                    "kind": one.kind,
                    "facts": one.facts,
                    "text": one.words,
                }
                for one in events
            ],
        }
        | parts.wire(parts.of(ticket, viewer))
    )


def _person(ticket: TicketView) -> dict[str, Any] | None:
    if ticket.person is None:
        return None
    person = ticket.person
    return {
        "name": person.name,
        "phone": person.phone,
        "alt_phone": person.alt_phone,
        "on_behalf_of": person.on_behalf_of,
        "contact_wish": person.contact_wish,
    }
