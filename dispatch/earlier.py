"""A unit's own earlier replies to the same subject, to write the next one by.

Decided here: only replies that were accepted, of this very unit, never those of confidential
tickets; names and numbers of the people who had asked are masked. The words are encrypted, so
they are read first and searched then: at most the latest few dozen.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dispatch.models import Assignment, Reply
from hotline.access import Viewer
from hotline.citizens.models import Citizen
from hotline.extensions import db
from hotline.tickets.kinds import Completion
from hotline.tickets.models import EventWords, Ticket, TicketText
from hotline.tickets.view import TicketView

LOOKED_AT = 60
SHOWN = 8
SHORTEST_NAME = 2
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1\d{2})[- ]?\d{4}[- ]?(\d{4})(?!\d)|0\d{2,3}-?\d{7,8}")
MASK = "***"


@dataclass(frozen=True)
class EarlierReply:
    """What the unit answered before, without whom it answered."""

    replied_at: datetime
    completion: Completion
    title: str
    text: str
    basis: str


def of(ticket: TicketView, viewer: Viewer, words: str = "") -> list[EarlierReply]:
    """The viewer's units' accepted replies in the ticket's category, newest first; one SELECT."""
    if ticket.category_code is None:
        return []
    rows = db.session.execute(
        select(Reply, EventWords.words, TicketText.title, TicketText.reporter, Citizen)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Ticket, Ticket.id == Reply.ticket_id)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .join(EventWords, _said())
        .outerjoin(Citizen, Citizen.id == Ticket.citizen_id)
        .where(
            Assignment.unit_id.in_(viewer.unit_ids),
            Reply.is_accepted.is_(True),
            Ticket.category_code == ticket.category_code,
            Ticket.is_confidential.is_(False),
            Ticket.id != ticket.id,
        )
        .order_by(Reply.id.desc())
        .limit(LOOKED_AT)
    )
    wanted = words.lower().split()
    found = [_masked(*row) for row in rows]
    fitting = [one for one in found if all(word in _whole(one) for word in wanted)]
    return fitting[:SHOWN]


def _said() -> Any:
    return (EventWords.ticket_id == Reply.ticket_id) & (EventWords.seq == Reply.seq)


def _whole(one: EarlierReply) -> str:
    return f"{one.title}\n{one.text}\n{one.basis}".lower()


def _masked(
    reply: Reply, text: str, title: str, reporter: str | None, citizen: Citizen | None
) -> EarlierReply:
    kept = json.loads(reporter) if reporter else {}
    told = (kept.get("name"), kept.get("on_behalf_of"), citizen.name if citizen else None)
    names = [name for name in told if name and len(name) >= SHORTEST_NAME]
    return EarlierReply(
        replied_at=reply.replied_at,
        completion=reply.completion,
        title=_without(names, title),
        text=_without(names, text),
        basis=_without(names, reply.basis),
    )


def _without(names: list[str], text: str) -> str:
    for name in names:
        text = text.replace(name, MASK)
    return PHONE.sub(lambda found: f"{found[1]}****{found[2]}" if found[1] else MASK, text)
