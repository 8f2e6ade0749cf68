"""What messages adds to a ticket: the texts from and to its citizen, and how far each is.

Decided here: numbers are masked, query codes and rating links covered (who reads them could
act as the citizen), and the unit of a confidential ticket sees no text at all, for it would
learn who wrote and what.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from flask_babel import gettext

from hotline.access import Viewer
from hotline.labels import msgid
from hotline.messages import queries
from hotline.messages.models import Message
from hotline.messages.rules import Delivery, Direction
from hotline.phone import mask
from hotline.tickets.parts import Part
from hotline.tickets.story import Told
from hotline.tickets.view import HIDDEN, TicketView
from hotline.words import N_

bp = Blueprint("messages", __name__, template_folder="templates")

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
LINK = re.compile(r"(?<=/rate/)[\w-]+")
COVERED = "******"
ENDED_BADLY = frozenset({Delivery.FAILED, Delivery.UNKNOWN})


@dataclass(frozen=True)
class TextView:
    """One text as it is shown."""

    id: int
    direction: Direction
    kind: str
    phone: str
    body: str
    state: Delivery
    error: str | None
    created_at: datetime
    sent_at: datetime | None

    @property
    def is_from_citizen(self) -> bool:
        """Whether the citizen wrote it."""
        return self.direction is Direction.IN

    @property
    def is_lost(self) -> bool:
        """Whether somebody should reach the citizen another way."""
        return self.state in ENDED_BADLY


def load(views: Sequence[TicketView], viewer: Viewer) -> Mapping[int, list[TextView]]:
    """The texts of these tickets, as this viewer may see them."""
    seen = {one.id: one for one in views if viewer.is_hotline or not one.is_confidential}
    found = queries.of_tickets(list(seen)) if seen else {}
    return {
        ticket_id: [_shown(one, has_person=seen[ticket_id].person is not None) for one in texts]
        for ticket_id, texts in found.items()
    }


def _shown(message: Message, *, has_person: bool) -> TextView:
    is_out = message.direction is Direction.OUT
    return TextView(
        id=message.id,
        direction=message.direction,
        kind=message.kind,
        phone=mask(message.phone) if has_person else HIDDEN,
        body=_covered(message.body) if is_out else message.body,
        state=message.state,
        error=message.error,
        created_at=message.created_at,
        sent_at=message.sent_at,
    )


def _covered(body: str) -> str:
    return CODE.sub(COVERED, LINK.sub(COVERED, body))


def tell(texts: Sequence[TextView]) -> Iterator[Told]:
    """The texts as moments of the ticket's story."""
    for one in texts:
        kind = gettext(msgid("text_kind", one.kind))
        state = gettext(msgid("delivery", one.state.value))
        to = gettext("Text to %(phone)s", phone=one.phone)
        yield Told(
            at=one.created_at,
            title=gettext("Text from the citizen") if one.is_from_citizen else kind,
            text=one.body,
            actor="",
            icon="message" if one.is_from_citizen else "device-mobile",
            is_strong=one.is_lost,
            lines=() if one.is_from_citizen else (to, state),
            quote=one.body,
            key=f"text-{one.id}",
            is_important=one.is_from_citizen or one.is_lost,
        )


PARTS = [
    Part(
        "messages",
        N_("Text messages"),
        list[TextView],
        load,
        template="messages/_texts.html",
        tells=tell,
        rows=Message.ticket_id,
    ),
]
