"""Reading what texts are made of and where an inbound one belongs; one statement each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from hotline.citizens.models import Citizen
from hotline.citizens.rules import ContactWish
from hotline.extensions import db
from hotline.messages.models import Message, OptOut, Question
from hotline.messages.rules import Direction
from hotline.people.models import Unit
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import RequestType, Role, Urgency
from hotline.tickets.models import ClockRow, EventWords, Holder, Ticket, TicketText
from hotline.tickets.states import FINAL, State

MOST_SUGGESTED = 3
LATELY = timedelta(hours=1)
"""Within which the texts to one number are counted."""

Index = bytes | InstrumentedAttribute[bytes | None]
"""A number's blind index, or the column that has it."""


@dataclass(frozen=True)
class Story:
    """What a text about a ticket is made of. `words` are those of the event told."""

    ticket_id: int
    number: str
    query_code: str
    state: State
    request_type: RequestType | None
    is_critical: bool
    is_confidential: bool
    is_history: bool
    closed_at: datetime | None
    citizen_id: int | None
    phone: str | None
    wish: ContactWish | None
    body: str
    unit: str
    due_at: datetime | None
    words: str
    standing: "Standing | None" = None

    @property
    def is_private(self) -> bool:
        """Whether a text may carry the number and nothing else."""
        return self.is_confidential or self.request_type is RequestType.REPORT


@dataclass(frozen=True)
class Standing:
    """Whether a number may be texted, and how much it was lately."""

    is_opted_out: bool
    recent: int


@dataclass(frozen=True)
class Earlier:
    """The number's previous text, when it came a moment ago."""

    kind: str
    ticket_id: int | None
    body: str


@dataclass(frozen=True)
class Sender:
    """What is known of a number that sends a text right now."""

    is_duplicate: bool
    open_tickets: Sequence[str]
    question: Question | None
    earlier: Earlier | None


def story(ticket_id: int, seq: int, now: datetime) -> Story | None:
    """A ticket with its person, leading unit, handling deadline and one event's words.

    And how the person's number stands, so that a text about it takes one statement less.
    """
    row = db.session.execute(
        _story(Ticket.id == ticket_id)
        .add_columns(
            EventWords.words,
            _opted_out(Citizen.phone_index),
            _written_since(Citizen.phone_index, now - LATELY),
        )
        .outerjoin(EventWords, (EventWords.ticket_id == Ticket.id) & (EventWords.seq == seq))
    ).first()
    if row is None:
        return None
    return replace(_told(row, row[-3]), standing=Standing(bool(row[-2]), int(row[-1])))


def story_of(number: str) -> Story | None:
    """The same for a ticket's number, without any event."""
    row = db.session.execute(_story(Ticket.number == number)).first()
    return None if row is None else _told(row, None)


def standing(phone_index: bytes, since: datetime) -> Standing:
    """Whether the number opted out, and how many texts it was written since then."""
    recent = _written_since(phone_index, since)
    opted_out, count = db.session.execute(select(_opted_out(phone_index), recent)).one()
    return Standing(bool(opted_out), int(count))


def sender(phone_index: bytes, provider_id: str, now: datetime, join: timedelta) -> Sender:
    """All that routing asks about a number that sends a text; one statement."""
    earlier = aliased(
        Message,
        select(Message)
        .where(
            Message.phone_index == phone_index,
            Message.direction == Direction.IN,
            Message.created_at >= now - join,
        )
        .order_by(Message.id.desc())
        .limit(1)
        .subquery("earlier"),
    )
    duplicate = exists().where(Message.provider_id == provider_id)
    found = db.session.execute(
        select(duplicate, _open_numbers(phone_index), Question, earlier)
        .select_from(select(literal(1).label("one")).subquery("sender"))
        .outerjoin(Question, _is_open(phone_index, now))
        .outerjoin(earlier, true())
    ).one()
    is_duplicate, numbers, question, previous = found
    return Sender(
        is_duplicate=bool(is_duplicate),
        open_tickets=list(numbers or ()),
        question=question,
        earlier=Earlier(previous.kind, previous.ticket_id, previous.body) if previous else None,
    )


def own_tickets(numbers: Sequence[str], phone_index: bytes) -> dict[str, bool]:
    """Which of these numbers are this citizen's tickets, and whether each is still open."""
    found = db.session.execute(
        select(Ticket.number, Ticket.state)
        .join(Citizen, Citizen.id == Ticket.citizen_id)
        .where(Ticket.number.in_(numbers), Citizen.phone_index == phone_index)
    )
    states = {number: state not in FINAL for number, state in found}
    return {number: states[number] for number in numbers if number in states}


def count_written(phone_index: bytes, kind: str, since: datetime) -> int:
    """How many texts of this kind were written to a number since then."""
    written = (Message.phone_index == phone_index, Message.kind == kind, Message.created_at > since)
    counted = select(func.count()).select_from(Message).where(*written)
    return db.session.scalars(counted).one()


def owner_of(provider_id: str) -> int | None:
    """The id of the text that has this carrier's id already."""
    return db.session.scalar(select(Message.id).where(Message.provider_id == provider_id))


def of_tickets(ticket_ids: Sequence[int]) -> dict[int, list[Message]]:
    """The texts of these tickets, oldest first."""
    found: dict[int, list[Message]] = {}
    asked = select(Message).where(Message.ticket_id.in_(ticket_ids)).order_by(Message.id)
    for message in db.session.scalars(asked):
        found.setdefault(message.ticket_id or 0, []).append(message)
    return found


def open_question(phone_index: bytes, now: datetime) -> Question | None:
    """The question that a digit from this number would answer."""
    return db.session.scalars(select(Question).where(_is_open(phone_index, now))).one_or_none()


def _is_open(phone_index: bytes, now: datetime) -> ColumnElement[bool]:
    return and_(
        Question.phone_index == phone_index,
        Question.closed_at.is_(None),
        Question.expires_at > now,
    )


def _opted_out(phone_index: Index) -> ColumnElement[bool]:
    return exists().where(OptOut.phone_index == phone_index)


def _written_since(phone_index: Index, since: datetime) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Message)
        .where(
            Message.phone_index == phone_index,
            Message.direction == Direction.OUT,
            Message.created_at > since,
        )
        .scalar_subquery()
    )


def _open_numbers(phone_index: bytes) -> ColumnElement[list[str]]:
    newest = (
        select(Ticket.number)
        .join(Citizen, Citizen.id == Ticket.citizen_id)
        .where(Citizen.phone_index == phone_index, Ticket.state.notin_(FINAL))
        .order_by(Ticket.id.desc())
        .limit(MOST_SUGGESTED)
        .subquery("newest")
    )
    return select(func.array_agg(newest.c.number)).scalar_subquery()


def _story(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    lead = and_(Holder.ticket_id == Ticket.id, Holder.until.is_(None), Holder.role == Role.LEAD)
    handling = and_(
        ClockRow.ticket_id == Ticket.id,
        ClockRow.kind == Clock.HANDLE,
        ClockRow.unit_id == Holder.unit_id,
        ClockRow.stopped_at.is_(None),
    )
    return (
        select(Ticket, TicketText, Citizen, Unit.name, ClockRow.due_at)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .outerjoin(Citizen, Citizen.id == Ticket.citizen_id)
        .outerjoin(Holder, lead)
        .outerjoin(Unit, Unit.id == Holder.unit_id)
        .outerjoin(ClockRow, handling)
        .where(condition)
    )


def _told(row: Row[*tuple[Any, ...]], words: str | None) -> Story:
    ticket, texts, citizen, unit, due_at = row[:5]
    kept = json.loads(texts.reporter) if texts.reporter else {}
    wish = kept.get("contact_wish")
    return Story(
        ticket_id=ticket.id,
        number=ticket.number,
        query_code=texts.query_code,
        state=ticket.state,
        request_type=ticket.request_type,
        is_critical=ticket.urgency is Urgency.CRITICAL,
        is_confidential=ticket.is_confidential,
        is_history=ticket.is_history,
        closed_at=ticket.closed_at,
        citizen_id=ticket.citizen_id,
        phone=citizen.phone if citizen else None,
        wish=ContactWish(wish) if wish in set(ContactWish) else None,
        body=texts.body,
        unit=unit or "",
        due_at=due_at,
        words=words or "",
    )
