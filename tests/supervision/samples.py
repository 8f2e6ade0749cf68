"""People and tickets of supervision's tests, and time that passes with the sweep and the relay."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from hotline import relay
from hotline.access import Role
from hotline.events import OutboxRow
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import timing
from hotline.tickets.models import Ticket, TicketEvent
from supervision.models import Card, WarningRow
from tests import factories
from tests.worktime.calendars import at

__all__ = ["at"]


@dataclass(frozen=True)
class People:
    """One of each who is warned."""

    handler: Staff
    unit_head: Staff
    stranger: Staff
    supervisor: Staff
    leader: Staff


def people() -> People:
    """A handler and a head of D16, a handler of D14, a supervisor, a shift leader."""
    return People(
        factories.staff("han", Role.HANDLER, unit_code="D16"),
        factories.staff("uhe", Role.UNIT_HEAD, unit_code="D16"),
        factories.staff("str", Role.HANDLER, unit_code="D14"),
        factories.staff("sup", Role.SUPERVISOR),
        factories.staff("lea", Role.SHIFT_LEADER),
    )


def pass_until(moment: str | datetime) -> int:
    """The sweep runs at this moment until nothing is due, and the relay tells; how many taken."""
    now = at(moment) if isinstance(moment, str) else moment
    taken = 0
    while found := timing.sweep(now, factories.book()):
        taken += found
        db.session.commit()
    db.session.commit()
    relay.drain()
    return taken


def forget_facts() -> None:
    """What happened so far is read by nobody."""
    db.session.execute(delete(OutboxRow))
    db.session.commit()


def cards(ticket: Ticket) -> list[str]:
    """Clock and colour of each card, in order; a void one with its reason."""
    db.session.flush()
    db.session.expire_all()
    found = db.session.scalars(select(Card).where(Card.ticket_id == ticket.id).order_by(Card.id))
    return [
        f"{one.clock} {one.colour}" + (f" void: {one.void_reason}" if one.void_reason else "")
        for one in found
    ]


def warned(ticket: Ticket) -> dict[str, int]:
    """Username → how many warnings about the ticket."""
    names: dict[str, int] = {}
    rows = db.session.execute(
        select(Staff.username)
        .join(WarningRow, WarningRow.staff_id == Staff.id)
        .where(WarningRow.ticket_id == ticket.id)
    )
    for (name,) in rows:
        names[name] = names.get(name, 0) + 1
    return names


def events(ticket: Ticket) -> list[str]:
    """The kinds of the ticket's events, in order."""
    found = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id)
    return list(db.session.scalars(found.order_by(TicketEvent.seq)))
