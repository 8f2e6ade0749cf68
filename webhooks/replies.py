"""What we answer to a text at once: the progress of a ticket, thanks for a rating.

Decided here: what is written back. Not here: who is told of a ticket (`messages.progress`), and
how many wrong tries are too many (`webhooks.tries`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext
from sqlalchemy import select

from hotline import labels
from hotline.extensions import db
from hotline.messages import inbound, progress, texts
from hotline.messages.inbound import Inbound, Intent
from hotline.messages.models import Question
from hotline.messages.rules import MessageRules
from hotline.tickets.models import Ticket
from webhooks import tries

ASKS_WHY = "rated_low"
NOT_UNDERSTOOD = "rating_unclear"
FAILED = "lookup_failed"


@dataclass(frozen=True)
class Reply:
    """A text to be queued: its kind and values, and the ticket it tells of."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    ticket_id: int | None = None


def look_up(
    read: Inbound, address: str, *, now: datetime, zone: ZoneInfo, limits: MessageRules
) -> Reply | None:
    """The progress asked for, why it isn't told, or nothing after too many wrong tries."""
    if read.intent is Intent.HOW_TO_LOOK_UP or read.number is None:
        return Reply("how_to_look_up")
    if tries.are_too_many(address, read.number, now=now, limits=limits):
        return None
    story = progress.find(read.number, read.code, address)
    if story is None:
        return Reply(FAILED)
    if progress.needs_code(story, read.code):
        return Reply("lookup_code_needed", {"number": story.number}, story.ticket_id)
    told = progress.told(story, zone, texts.locale_for(read.text))
    return Reply("progress", told, story.ticket_id)


def for_answer(question: Question, words: str) -> Mapping[str, str]:
    """What the reply to a rating is made of."""
    number = db.session.scalars(select(Ticket.number).where(Ticket.id == question.ticket_id)).one()
    digit = inbound.digit_of(words)
    with force_locale(texts.locale_for(words)):
        said = gettext(labels.msgid("satisfaction", digit)) if digit else ""
    return {"number": number, "words": said}
