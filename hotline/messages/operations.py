"""Texts are written here, and kept that came in; wishes are minded, questions opened.

Decided here: a text is a row before it is anything else, at most once an event; who opted out
gets none. Not here: handing it to the carrier (`sending`), what the carrier says of it
(`reports`), what is said when (`readers`).
Callers pass `now` and the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from hotline import crypto
from hotline.events import Fact, publish
from hotline.extensions import beside, db
from hotline.messages import queries, rules, texts
from hotline.messages.models import Message, OptOut, Question
from hotline.messages.queries import Standing
from hotline.messages.rules import Delivery, Direction, MessageRules

TO_BE_SENT = "text_queued"
SENT_SOON = timedelta(seconds=30)


@dataclass(frozen=True)
class Outgoing:
    """A text to be written: its kind, whom it goes to, what it is about.

    `phone` in E.164; `event_key` lets it be written once; `template` where it isn't the kind's.
    """

    kind: str
    phone: str
    values: Mapping[str, Any] = field(default_factory=dict)
    ticket_id: int | None = None
    citizen_id: int | None = None
    event_key: str | None = None
    locale: str = texts.CHINESE
    template: str | None = None
    standing: Standing | None = None
    """What is known of the number, where that was read with the story."""


@dataclass(frozen=True)
class Incoming:
    """A text that came in, with what routing made of it."""

    kind: str
    phone: str
    body: str
    provider_id: str
    ticket_id: int | None = None
    citizen_id: int | None = None


def queue_text(
    text: Outgoing, *, now: datetime, zone: ZoneInfo, limits: MessageRules
) -> int | None:
    """Write a text and have a worker told; for requests. None when it may not be written."""
    message_id = write_text(text, now=now, zone=zone, limits=limits)
    if message_id is not None:
        publish([Fact(TO_BE_SENT, f"message:{message_id}", {}, now)])
    return message_id


def write_text(
    text: Outgoing, *, now: datetime, zone: ZoneInfo, limits: MessageRules
) -> int | None:
    """Write a text; the caller enqueues it. None for landlines, opted out, written already.

    A number that was written very much lately gets the rest an hour later: two machines that
    answer each other must not keep each other busy.
    """
    if not rules.may_be_texted(text.phone):
        return None
    index = crypto.blind_index(text.phone)
    known = text.standing or queries.standing(index, now - queries.LATELY)
    if known.is_opted_out:
        return None
    exempt = rules.exempt_until(text.kind, now, limits)
    at = now if known.recent < limits.per_phone_hour else now + timedelta(hours=1)
    goes_at = rules.goes_at(at, exempt, zone, limits)
    body = texts.render(text.template or text.kind, text.values, text.locale)
    row = insert(Message).values(
        direction=Direction.OUT,
        kind=text.kind,
        ticket_id=text.ticket_id,
        citizen_id=text.citizen_id,
        phone=text.phone,
        phone_index=index,
        body=body,
        segments=rules.segments(body),
        event_key=text.event_key,
        state=Delivery.QUEUED if goes_at == at else Delivery.HELD,
        created_at=now,
        exempt_until=exempt,
        next_try_at=goes_at,
        claimed_until=goes_at + SENT_SOON,
    )
    return db.session.scalar(
        row.on_conflict_do_nothing(index_elements=["event_key"]).returning(Message.id)
    )


def lock_sender(phone: str) -> None:
    """Take texts of one number one after the other: parts and repeats come at the same time."""
    key = int.from_bytes(crypto.blind_index(phone)[:8], "big", signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(key)))


def receive(text: Incoming, *, now: datetime) -> None:
    """Keep a text that came in, with the ticket it became or joined."""
    db.session.execute(
        insert(Message).values(
            direction=Direction.IN,
            kind=text.kind,
            ticket_id=text.ticket_id,
            citizen_id=text.citizen_id,
            phone=text.phone,
            phone_index=crypto.blind_index(text.phone),
            body=text.body,
            segments=rules.segments(text.body),
            provider_id=text.provider_id,
            state=Delivery.RECEIVED,
            created_at=now,
        )
    )


def opt_out(phone_index: bytes, word: str, *, now: datetime) -> None:
    """Write nothing more to this number, and give up what still waits for it."""
    row = insert(OptOut).values(phone_index=phone_index, word=word[:20], at=now)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["phone_index"]))
    db.session.execute(
        update(Message)
        .where(
            Message.phone_index == phone_index,
            Message.state.in_([Delivery.QUEUED, Delivery.HELD]),
        )
        .values(state=Delivery.FAILED, error="opted_out", next_try_at=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )


def opt_in(phone_index: bytes) -> None:
    """The number wants texts again."""
    gone = delete(OptOut).where(OptOut.phone_index == phone_index)
    db.session.execute(gone.execution_options(synchronize_session=False))


def ask(
    phone: str, ticket_id: int, reference: str, *, now: datetime, expires_at: datetime
) -> Question | None:
    """Open a question to a number; None while another one is open: a digit has one meaning.

    `reference` is the asker's own, for instance "plan:17". The text that asks is queued by the
    asker. A question for the same reference that is still open is answered again.
    """
    index = crypto.blind_index(phone)
    _close_expired(index, now)
    made = db.session.scalar(
        insert(Question)
        .values(
            phone_index=index,
            ticket_id=ticket_id,
            reference=reference,
            asked_at=now,
            expires_at=expires_at,
            wants_words=True,
        )
        .on_conflict_do_nothing()
        .returning(Question.id)
    )
    if made is not None:
        return db.session.get(Question, made)
    known = queries.open_question(index, now)
    return known if known is not None and known.reference == reference else None


def note_answer(question: Question, *, now: datetime, wants_words: bool) -> None:
    """The question was answered; `wants_words` when the reason is asked for next.

    It stays open for another digit until it expires: the last answer counts.
    """
    question.answered_at = now
    question.wants_words = wants_words


def close_question(reference: str, *, now: datetime) -> None:
    """The asker wants no more answers: somebody answered another way, or it is fixed."""
    open_ones = update(Question).where(
        Question.reference == reference, Question.closed_at.is_(None)
    )
    with beside(Question):
        db.session.execute(open_ones.values(closed_at=now))


def settle(now: datetime) -> int:
    """Write every text that waits as delivered at its time, now at the latest; answers how many.

    For seeds and replayed years, whose citizens have no phones.
    """
    done = db.session.execute(
        update(Message)
        .where(Message.state.in_(rules.WAITING), Message.created_at <= now)
        .values(
            state=Delivery.DELIVERED,
            sent_at=func.least(func.greatest(Message.created_at, Message.next_try_at), now),
            next_try_at=None,
            claimed_until=None,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def _close_expired(index: bytes, now: datetime) -> None:
    db.session.execute(
        update(Question)
        .where(
            Question.phone_index == index,
            Question.closed_at.is_(None),
            Question.expires_at <= now,
        )
        .values(closed_at=now)
    )
