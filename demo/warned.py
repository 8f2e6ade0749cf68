"""What people did with the cards that the sweep issued: one was voided, some have been opened.

Decided here: whose warnings were seen. Everybody else's wait for them at their first login.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from demo.handing import Unfinished
from demo.people import Cast
from hotline.extensions import db
from hotline.tickets.models import Ticket
from supervision import cards, warn
from supervision.models import Card

VOIDED = "33-fee-board"
WHY = "派单后的附加材料由热线补发晚了一天，不是承办单位的责任，予以撤销。"
OPENED_BY = ("d08", "d08h", "c05h")


def seed(cast: Cast, made: Mapping[str, Ticket], now: datetime) -> None:
    """Void the card of one story and open the warnings of some. Raises Unfinished without it."""
    ticket = made[VOIDED]
    card_id = db.session.scalar(select(Card.id).where(Card.ticket_id == ticket.id).limit(1))
    if card_id is None:
        raise Unfinished(f"{VOIDED}: no card was issued, so none can be voided")
    cards.void_by_hand(ticket, card_id, WHY, by=cast["supervisor1"].actor, now=now)
    for login in OPENED_BY:
        warn.open_all(cast[login].staff_id, now)
