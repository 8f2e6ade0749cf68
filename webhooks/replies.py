"""What we answer to a text at once: the progress of a ticket, thanks for a rating.

Decided here: progress is told to the phone the ticket was made with, or to any phone with the
query code; of a confidential matter only with the code. Who tries codes gets no answer after
a few. An unknown number and a wrong code look the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext
from sqlalchemy import select

from hotline import crypto, labels
from hotline.extensions import db
from hotline.messages import inbound, queries, texts
from hotline.messages.inbound import Inbound, Intent
from hotline.messages.models import Question
from hotline.messages.queries import Story
from hotline.messages.rules import MessageRules
from hotline.tickets.models import Ticket
from hotline.tickets.numbers import is_same_code
from hotline.tickets.states import FINAL

ASKS_WHY = "rated_low"
NOT_UNDERSTOOD = "rating_unclear"
FAILED = "lookup_failed"
TRIES_WITHIN = timedelta(hours=1)


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
    tried = queries.count_written(crypto.blind_index(address), FAILED, now - TRIES_WITHIN)
    if tried >= limits.wrong_codes_hour:
        return None
    story = queries.story_of(read.number)
    if story is None or not _may_ask(story, read, address):
        return Reply(FAILED)
    if story.is_private and read.code is None:
        return Reply("lookup_code_needed", {"number": story.number}, story.ticket_id)
    return Reply("progress", _progress(story, read, zone), story.ticket_id)


def for_answer(question: Question, words: str) -> Mapping[str, str]:
    """What the reply to a rating is made of."""
    number = db.session.scalars(select(Ticket.number).where(Ticket.id == question.ticket_id)).one()
    digit = inbound.digit_of(words)
    with force_locale(texts.locale_for(words)):
        said = gettext(labels.msgid("satisfaction", digit)) if digit else ""
    return {"number": number, "words": said}


def _may_ask(story: Story, read: Inbound, address: str) -> bool:
    if read.code is not None:
        return is_same_code(read.code, story.query_code)
    return story.phone is not None and story.phone == address


def _progress(story: Story, read: Inbound, zone: ZoneInfo) -> Mapping[str, str]:
    locale = texts.locale_for(read.text)
    with force_locale(locale):
        said = gettext(labels.msgid("citizen_state", story.state.value))
    is_told = not story.is_private and story.state not in FINAL
    return {
        "number": story.number,
        "words": said,
        "unit": story.unit if is_told else "",
        "due": texts.moment(story.due_at, zone, locale) if is_told else "",
    }
