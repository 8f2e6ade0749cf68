"""A message as the citizen's phone shows it; words are the template's."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from phonebooth import segments
from phonebooth.store import Handover, Message, Way

_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_SENTENCE_ENDS = ".,;:!?)]'"
_ARRIVED = frozenset({"delivered", "undelivered"})


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """`state` is a Handover for the citizen's own text, else delivered or undelivered."""

    sid: str
    is_mine: bool
    text: Markup
    at: datetime
    is_today: bool
    state: str
    problem: str
    parts: int


def bubbles(messages: list[Message], now: datetime, zone: ZoneInfo) -> list[Bubble]:
    """What the phone shows: its own texts at once, the hotline's when they have arrived."""
    return [_bubble(message, now, zone) for message in messages if is_shown(message)]


def is_shown(message: Message) -> bool:
    """Whether the phone knows of it; a text of the hotline is nowhere before it arrives."""
    return message.way is Way.INBOUND or message.status in _ARRIVED


def linked(text: str) -> Markup:
    """The text with its web addresses as links that open beside the phone."""
    pieces: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(_SENTENCE_ENDS)
        pieces.append(escape(text[end : found.start()]))
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>')
        pieces.append(link.format(address))
        end = found.start() + len(address)
    return Markup("").join([*pieces, escape(text[end:])])


def _bubble(message: Message, now: datetime, zone: ZoneInfo) -> Bubble:
    is_mine = message.way is Way.INBOUND
    moment = message.created_at if is_mine else message.updated_at
    at = moment.astimezone(zone)
    return Bubble(
        sid=message.sid,
        is_mine=is_mine,
        text=linked(message.body),
        at=at,
        is_today=at.date() == now.astimezone(zone).date(),
        state=message.handover if is_mine else message.status,
        problem=message.problem if message.handover is Handover.FAILED else "",
        parts=segments.count(message.body),
    )
