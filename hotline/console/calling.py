"""Who is calling: the citizen's earlier tickets with what may be done to them, notes and flags.

The citizen's key is sealed into the page, so that nobody can go through them by counting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hotline import crypto, phone
from hotline.access import Permission, Viewer
from hotline.calls import clicking
from hotline.citizens import queries as citizens
from hotline.citizens.models import Citizen
from hotline.citizens.rules import Flag
from hotline.errors import Invalid
from hotline.people import queries as people
from hotline.tickets import access as ticket_access
from hotline.tickets import again
from hotline.tickets.again import Way
from hotline.tickets.models import Ticket
from hotline.tickets.view import TicketView

MOST: Final = 8
CITIZEN: Final = "citizen"
SEALED_FOR: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Past:
    """An earlier ticket of the caller, and the ways that are open with it."""

    ticket: TicketView
    ways: list[Way]
    may_repeat: bool


@dataclass(frozen=True)
class Mark:
    """A note or a flag, who set it and when."""

    id: int
    words: str
    by: str
    at: datetime
    flag: Flag | None = None


@dataclass(frozen=True)
class Caller:
    """What is known of whoever is calling."""

    who: str
    name: str | None
    phone: str | None
    dial: str | None
    tickets: list[Past]
    notes: list[Mark]
    flags: list[Mark]

    @property
    def unset(self) -> list[Flag]:
        """The flags that could be set."""
        held = {one.flag for one in self.flags}
        return [one for one in Flag if one not in held]


def by_phone(viewer: Viewer, typed: str, now: datetime) -> Caller | None:
    """The citizen of a number as it was typed, if one has it."""
    try:
        number = phone.normalise(typed)
    except phone.PhoneError:
        return None
    found = citizens.by_phone(number)
    return _caller(viewer, found, now, "") if found else None


def of(viewer: Viewer, ticket: TicketView | None, now: datetime) -> Caller | None:
    """The citizen of the open item, as far as the viewer may see them."""
    if ticket is None or ticket.person is None or ticket.person.citizen_id is None:
        return None
    found = citizens.by_id(ticket.person.citizen_id)
    return _caller(viewer, found, now, ticket.number) if found else None


def by_key(viewer: Viewer, citizen_id: int | None, now: datetime) -> Caller | None:
    """The citizen of a call, if we know them."""
    found = citizens.by_id(citizen_id) if citizen_id is not None else None
    return _caller(viewer, found, now, "") if found else None


def by_seal(viewer: Viewer, who: str, now: datetime) -> Caller | None:
    """The citizen that a page named."""
    found = citizens.by_id(unsealed(who))
    return _caller(viewer, found, now, "") if found else None


def unsealed(who: str) -> int:
    """The citizen's key. Raises Invalid for what no page of ours sent today."""
    try:
        return int(crypto.taken_back(CITIZEN, who, within=SEALED_FOR))
    except crypto.BadToken as wrong:
        raise Invalid("bad_seal", "Please load the page again.", field="who") from wrong


def _caller(viewer: Viewer, citizen: Citizen, now: datetime, besides: str) -> Caller:
    asked = ticket_access.whole().where(Ticket.citizen_id == citizen.id, Ticket.number != besides)
    if not viewer.may(Permission.UNMASK):
        asked = asked.where(~Ticket.is_confidential)
    seen = ticket_access.see_many(viewer, asked.order_by(Ticket.id.desc()).limit(MOST))
    notes, flags = citizens.notes_of(citizen.id), citizens.flags_of(citizen.id)
    actors = [one.added_by for one in notes] + [one.added_by for one in flags]
    names = people.names_of({_staff_id(actor) for actor in actors})
    return Caller(
        who=crypto.handed_out(CITIZEN, citizen.id),
        name=citizen.name,
        phone=phone.mask(citizen.phone) if citizen.phone else None,
        dial=clicking.sealed(citizen.phone) if citizen.phone else None,
        tickets=[_past(one, now) for one in seen],
        notes=[
            Mark(one.id, one.words, names.get(_staff_id(one.added_by), ""), one.added_at)
            for one in notes
        ],
        flags=[
            Mark(one.id, "", names.get(_staff_id(one.added_by), ""), one.added_at, one.flag)
            for one in flags
        ],
    )


def _past(ticket: TicketView, now: datetime) -> Past:
    ways = again.ways(ticket.state, ticket.closed_at, now)
    return Past(ticket, ways, again.may_repeat(ticket.state, ticket.closed_at, now))


def _staff_id(actor: str) -> int:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "staff" and number.isdigit() else 0
