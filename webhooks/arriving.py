"""A text on its way in: what it is, what is known of it, where it went. No decisions here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.messages.inbound import Inbound
from hotline.messages.models import Question
from hotline.messages.queries import Sender
from hotline.messages.rules import MessageRules
from hotline.tickets.rulebook import Rulebook


class Answer(Protocol):
    """Takes a text as the answer to a question; the kind of our reply, None if it is none."""

    def __call__(
        self, question: Question, text: str, *, by: str, now: datetime, book: Rulebook
    ) -> str | None: ...


@dataclass(frozen=True)
class Arrived:
    """A text as the carrier hands it over."""

    provider_id: str
    sender: str
    recipient: str
    body: str


@dataclass(frozen=True)
class Circumstances:
    """What routing looks up nowhere: time, rules, and who takes answers."""

    now: datetime
    book: Rulebook
    limits: MessageRules
    answer: Answer


@dataclass(frozen=True)
class Text:
    """A text with all that is known when it is routed; `callback` is its number in E.164."""

    arrived: Arrived
    read: Inbound
    whole: str
    address: str
    callback: str | None
    sender: Sender
    at: Circumstances


@dataclass(frozen=True)
class Place:
    """Where a text went: what it was taken for, and the ticket it is part of."""

    kind: str
    ticket_id: int | None = None
    citizen_id: int | None = None
