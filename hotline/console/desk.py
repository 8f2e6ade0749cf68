"""What lies on an operator's desk: the queue, the item that is open, the figures of the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import func, select, text

from hotline.access import Viewer
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.tickets import access as ticket_access
from hotline.tickets import clocks, lists, places, queries
from hotline.tickets.clocks import Clock, Due
from hotline.tickets.kinds import Channel
from hotline.tickets.models import DESK_EVENTS, ClockRow, Ticket, TicketEvent
from hotline.tickets.parts import Part
from hotline.tickets.states import State, Verb
from hotline.tickets.view import TicketView
from hotline.worktime import Remaining

SHOWN_PARTS: Final = frozenset({"messages", "attachments"})
CHANNELS: Final[Mapping[str, frozenset[Channel]]] = {
    "sms": frozenset({Channel.SMS}),
    "web": frozenset({Channel.WEB, Channel.WECHAT, Channel.APP}),
    "mailbox": frozenset({Channel.MAILBOX}),
}
OTHERS: Final = frozenset(Channel) - frozenset().union(*CHANNELS.values())
A_PAGE: Final = 40


@dataclass(frozen=True)
class Waiting:
    """One row of the queue, and what is left of its time."""

    ticket: TicketView
    left: Remaining | timedelta | None


@dataclass(frozen=True)
class Queue:
    """What is to be sorted, the nearest deadline first."""

    rows: list[Waiting]
    next: str | None


@dataclass(frozen=True)
class Item:
    """What is open in the middle: its words, its texts, and what they say of its place."""

    ticket: TicketView
    parts: dict[str, Any] = field(default_factory=dict)
    district: str = ""
    perhaps: Sequence[str] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether it still is to be sorted."""
        return self.ticket.state is State.RECEIVED


@dataclass(frozen=True)
class Figures:
    """What one operator did today."""

    taken_in: int = 0
    answered: int = 0
    sorted: int = 0


def queue(viewer: Viewer, channel: str, cursor: str | None, now: datetime) -> Queue:
    """The received tickets of these channels; two statements."""
    wanted = CHANNELS.get(channel, OTHERS) if channel else None
    where = () if wanted is None else (Ticket.channel.in_(wanted),)
    page = lists.by_deadline(viewer, [State.RECEIVED], limit=A_PAGE, cursor=cursor, where=where)
    left = _time_left([one.id for one in page.items], now)
    return Queue([Waiting(one, left.get(one.id)) for one in page.items], page.next)


def item(viewer: Viewer, number: str) -> Item | None:
    """The ticket of this number with its texts and files. Raises NotFound."""
    if not number:
        return None
    ticket = ticket_access.see(viewer, number)
    if not viewer.is_hotline:
        raise NotFound("ticket_not_found", "There is no such ticket.", field="number")
    return Item(ticket, _parts(ticket, viewer), _district(ticket), _perhaps(ticket.id))


def figures(viewer: Viewer, now: datetime) -> Figures:
    """Today's figures of the viewer; one statement over an index of its own."""
    zone = queries.rulebook().calendar.zone
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = db.session.execute(
        select(TicketEvent.kind, func.count())
        .where(TicketEvent.actor == viewer.actor, TicketEvent.at >= today, text(DESK_EVENTS))
        .group_by(TicketEvent.kind)
    )
    found = {kind: count for kind, count in rows}
    return Figures(
        taken_in=found.get(Verb.RECEIVE.value, 0),
        answered=found.get(Verb.ANSWER.value, 0),
        sorted=found.get(Verb.SORT.value, 0),
    )


def districts() -> list[tuple[str, str]]:
    """The districts as people say them."""
    names = queries.rulebook().districts
    return [(code, max(places.spellings(name), key=len)) for code, name in names.items()]


def _time_left(ticket_ids: list[int], now: datetime) -> dict[int, Remaining | timedelta]:
    if not ticket_ids:
        return {}
    calendar = queries.rulebook().calendar
    running = select(ClockRow).where(
        ClockRow.ticket_id.in_(ticket_ids),
        ClockRow.kind == Clock.SORT,
        ClockRow.stopped_at.is_(None),
    )
    return {
        one.ticket_id: clocks.remaining(
            Due(one.due_at, one.is_provisional, one.pace), now, calendar
        )
        for one in db.session.scalars(running)
    }


def _parts(ticket: TicketView, viewer: Viewer) -> dict[str, Any]:
    known: list[Part] = current_app.extensions.get("ticket_parts", [])
    return {
        one.name: one.load([ticket], viewer).get(ticket.id)
        for one in known
        if one.name in SHOWN_PARTS
    }


def _district(ticket: TicketView) -> str:
    """The district that was given, else the one that its words name."""
    if ticket.district_code:
        return ticket.district_code
    names = queries.rulebook().districts
    return places.district_in(f"{ticket.place}\n{ticket.title}\n{ticket.body}", names) or ""


def _perhaps(ticket_id: int) -> list[str]:
    """Open tickets of the sender to which a text may belong, as its first event says."""
    first = db.session.scalar(
        select(TicketEvent.facts).where(TicketEvent.ticket_id == ticket_id, TicketEvent.seq == 1)
    )
    return [str(number) for number in (first or {}).get("perhaps", [])]
