"""What a unit may read and know of a ticket: the words written for it, and whether to call.

Decided here: a confidential ticket goes out only with words written for the unit, which name
nobody. Not here: what a viewer sees (`hotline.tickets.access`), who may not get a ticket at all
(`accusing`).
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from hotline.citizens.models import Citizen
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.tickets import clocks
from hotline.tickets.intake import index_words
from hotline.tickets.models import Ticket, TicketText

NO_CONTACT = "none"
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Words:
    """A ticket's own words, and whose they are."""

    title: str
    body: str
    place: str
    unit_text: str | None
    names: tuple[str, ...]
    phones: tuple[str, ...]
    contact_wish: str | None


def words_of(ticket: Ticket) -> Words:
    """The ticket's words with the names and numbers of its reporter; one statement."""
    texts, citizen = db.session.execute(
        select(TicketText, Citizen)
        .outerjoin(Citizen, Citizen.id == ticket.citizen_id)
        .where(TicketText.ticket_id == ticket.id)
    ).one()
    kept: dict[str, Any] = json.loads(texts.reporter) if texts.reporter else {}
    names = (citizen.name if citizen else None, kept.get("name"), kept.get("on_behalf_of"))
    phones = (citizen.phone if citizen else None, kept.get("alt_phone"))
    return Words(
        title=texts.title,
        body=texts.body,
        place=texts.place,
        unit_text=texts.unit_text,
        names=tuple(one for one in names if one),
        phones=tuple(one for one in phones if one),
        contact_wish=kept.get("contact_wish"),
    )


def may_be_contacted(ticket: Ticket, words: Words) -> bool:
    """Whether the unit owes the citizen a first contact; else it asks through the hotline.

    Whom no number reaches counts as anonymous, named or not.
    """
    return clocks.has_contact_clock(
        is_confidential=ticket.is_confidential,
        is_anonymous=not words.phones,
        may_be_contacted=words.contact_wish != NO_CONTACT,
    )


def write_for_unit(ticket: Ticket, words: Words, unit_text: str | None, note: str | None) -> None:
    """Keep what the unit is to read; of a confidential ticket it searches nothing else.

    Raises Invalid: `unit_text_needed`, `names_the_person`.
    """
    written = unit_text or words.unit_text
    if ticket.is_confidential:
        if not written:
            raise Invalid(
                "unit_text_needed",
                "This ticket is confidential: write down what the unit may know of it.",
                field="unit_text",
            )
        refuse_names("unit_text", written, words)
        refuse_names("note", note or "", words)
    if unit_text:
        own = () if ticket.is_confidential else (words.title, words.body, words.place)
        db.session.execute(
            update(TicketText)
            .where(TicketText.ticket_id == ticket.id)
            .values(unit_text=unit_text, unit_tokens=index_words(*own, unit_text))
        )


def check_words(ticket: Ticket, field: str, written: str | None) -> None:
    """Raise Invalid when words that a unit reads name the person of a confidential ticket."""
    if ticket.is_confidential and written:
        refuse_names(field, written, words_of(ticket))


def refuse_names(field: str, written: str, words: Words) -> None:
    """Raise Invalid when words for a unit name the person or their number."""
    digits = re.sub(r"\D", "", written)
    told = [one for one in words.phones if one.removeprefix("+86") in digits]
    told += [one for one in words.names if len(one) >= SHORTEST_NAME and one in written]
    if told:
        raise Invalid(
            "names_the_person",
            "It names the person or their number; the unit must not know them.",
            field=field,
        )
