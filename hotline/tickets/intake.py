"""Intake: one function through which every matter of every channel becomes a ticket.

Decided here: what a new ticket is made of, and that a matter already sorted by staff starts
at dispatch. Not here: how a channel's words are read (forms, webhooks), or who may.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, func, insert, select, text

from hotline import counters, crypto, tokens
from hotline.citizens import operations as citizens
from hotline.errors import Invalid
from hotline.extensions import db, table
from hotline.tickets import clocks, emergency, mode_rules, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.history import GENESIS, MATTER, Entry, append_events, matter_digest
from hotline.tickets.kinds import Channel, RequestType, Urgency
from hotline.tickets.models import TICKET_IDS, Ticket, TicketText
from hotline.tickets.numbers import new_query_code, number_for
from hotline.tickets.operations import COUNTER
from hotline.tickets.rulebook import Leaf, Rulebook
from hotline.tickets.states import State, Verb

TITLE_LENGTH = 40
NEXT_ID = select(TICKET_IDS.next_value())
WORDS = table(TicketText)
# Built once, for every matter there is; the two tsvectors are made of the words bound to them.
WRITE_WORDS = insert(WORDS).values(
    {
        one.name: func.to_tsvector(text("'simple'"), bindparam(one.name, type_=Text()))
        if one.name in ("tokens", "unit_tokens")
        else bindparam(one.name, type_=one.type)
        for one in WORDS.c
        if one.name != "unit_text"
    }
)


@dataclass(frozen=True)
class Reporter:
    """Who reports; the phone in E.164, everything else as given."""

    name: str | None = None
    phone: str | None = None
    alt_phone: str | None = None
    on_behalf_of: str | None = None
    contact_wish: str | None = None


@dataclass(frozen=True)
class Place:
    """Where it is; the district as a unit's code."""

    text: str = ""
    district: str | None = None
    lat: float | None = None
    lng: float | None = None


@dataclass(frozen=True)
class Upstream:
    """The number under which another system knows the matter, and its limit."""

    system: str
    number: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Matter:
    """What came in, read and cleaned, whatever the channel."""

    channel: Channel
    body: str
    title: str = ""
    request_type: RequestType | None = None
    category: str | None = None
    urgency: Urgency | None = None
    is_confidential: bool = False
    reporter: Reporter = field(default_factory=Reporter)
    place: Place = field(default_factory=Place)
    upstream: Upstream | None = None
    line: str | None = None
    is_history: bool = False
    received_at: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_sorted(self) -> bool:
        """Whether type and category are known already."""
        return self.request_type is not None and self.category is not None


@dataclass(frozen=True)
class Taken:
    """The new ticket and the code with which its citizen can look it up."""

    ticket: Ticket
    query_code: str


def intake(matter: Matter, *, by: str, now: datetime, book: Rulebook, may_sort: bool) -> Taken:
    """Make a ticket of a matter: citizen, words, first event, clock, counters; each written once.

    `may_sort` says whether the actor's type and category count as sorting. Raises Invalid for
    an unknown category.
    """
    leaf = leaf_of(matter.category, book)
    ticket = _ticket(matter, leaf, by=by, now=now, book=book, is_sorted=may_sort)
    code = new_query_code()
    db.session.add(ticket)
    if not matter.is_history:
        kind = timing.STATE_CLOCK[ticket.state]
        timing.start(ticket, kind, first_due(ticket, kind, now, book), at=now, book=book)
    salt = crypto.new_salt()
    append_events(_first_events(ticket, matter, salt, by=by, now=now))
    _write_words(ticket, matter, code, salt)
    counters.add([(COUNTER, ticket.state.value, 1)])
    return Taken(ticket, code)


def leaf_of(code: str | None, book: Rulebook) -> Leaf | None:
    """The leaf of this code. Raises Invalid when there is none."""
    if code is None:
        return None
    leaf = book.leaves.get(code)
    if leaf is None:
        raise Invalid("unknown_category", "There is no such category.", field="category")
    return leaf


def first_due(ticket: Ticket, kind: Clock, now: datetime, book: Rulebook) -> clocks.Due:
    """When sorting or dispatching is due; in emergency mode dispatching within minutes."""
    due = clocks.due_at(
        kind,
        now,
        ticket.urgency,
        book.calendar,
        channel=ticket.channel,
        rules=book.clocks,
    )
    if kind is not Clock.DISPATCH:
        return due
    minutes = book.clocks.emergency_dispatch_minutes
    return mode_rules.dispatch_due(due, book.mode, now, minutes)


def index_words(*parts: str | None) -> Any:
    """A tsvector of the parts' words, made by the application's tokenizer."""
    words = tokens.for_index("\n".join(part for part in parts if part))
    return func.to_tsvector(text("'simple'"), words)


def title_of(body: str) -> str:
    """A title for a matter that came without one: its first line, shortened."""
    first = next((line.strip() for line in body.splitlines() if line.strip()), "")
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def _ticket(
    matter: Matter, leaf: Leaf | None, *, by: str, now: datetime, book: Rulebook, is_sorted: bool
) -> Ticket:
    ticket_id = db.session.scalars(NEXT_ID).one()
    day = now.astimezone(book.calendar.zone).date()
    starts_sorted = is_sorted and matter.is_sorted
    citizen_id = citizens.find_or_make(matter.reporter.phone, matter.reporter.name, now=now)
    return Ticket(
        id=ticket_id,
        number=number_for(ticket_id, day),
        state=State.PENDING_DISPATCH if starts_sorted else State.RECEIVED,
        channel=matter.channel,
        line=matter.line,
        request_type=matter.request_type,
        category_code=leaf.code if leaf else None,
        urgency=urgency_of(matter, leaf),
        is_confidential=is_confidential(matter.request_type, leaf, is_asked=matter.is_confidential),
        is_history=matter.is_history,
        district_code=matter.place.district,
        citizen_id=citizen_id,
        entered_by=by,
        received_at=matter.received_at or now,
        entered_late_at=now if matter.received_at else None,
        sorted_at=now if starts_sorted else None,
        upstream_system=matter.upstream.system if matter.upstream else None,
        upstream_number=matter.upstream.number if matter.upstream else None,
        upstream_due_at=matter.upstream.due_at if matter.upstream else None,
        last_hash=GENESIS,
        last_seq=0,
        round=1,
    )


def urgency_of(matter: Matter, leaf: Leaf | None) -> Urgency:
    """Words of danger make it critical; else what was said, else what the leaf says."""
    if emergency.words_in(f"{matter.title}\n{matter.body}"):
        return Urgency.CRITICAL
    return matter.urgency or (leaf.urgency if leaf else Urgency.NORMAL)


def is_confidential(request_type: RequestType | None, leaf: Leaf | None, *, is_asked: bool) -> bool:
    """Reports are, leaves marked so are, and any ticket on request."""
    return is_asked or request_type is RequestType.REPORT or bool(leaf and leaf.is_confidential)


def _title(matter: Matter) -> str:
    return matter.title or title_of(matter.body)


def _write_words(ticket: Ticket, matter: Matter, code: str, salt: str) -> None:
    reporter = matter.reporter
    kept = {name: value for name, value in vars(reporter).items() if value and name != "phone"}
    title = _title(matter)
    indexed = tokens.for_index("\n".join(filter(None, (title, matter.body, matter.place.text))))
    row = {
        "ticket_id": ticket.id,
        "title": title,
        "body": matter.body,
        "place": matter.place.text,
        "lat": matter.place.lat,
        "lng": matter.place.lng,
        "reporter": json.dumps(kept, ensure_ascii=False) if kept else None,
        "query_code": code,
        "salt": salt,
        "tokens": indexed,
        "unit_tokens": "" if ticket.is_confidential else indexed,
    }
    db.session.execute(WRITE_WORDS, row)


def _first_events(
    ticket: Ticket, matter: Matter, salt: str, *, by: str, now: datetime
) -> list[Entry]:
    facts = {
        "state": State.RECEIVED.value,
        "channel": matter.channel.value,
        MATTER: matter_digest(_title(matter), matter.body, salt),
    }
    if matter.received_at is not None:
        facts["received_at"] = matter.received_at.isoformat(timespec="minutes")
    entries = [Entry(ticket, Verb.RECEIVE.value, by, now, facts | matter.extra)]
    if ticket.state is State.PENDING_DISPATCH:
        entries.append(Entry(ticket, Verb.SORT.value, by, now, sorting_facts(ticket)))
    return entries


def sorting_facts(ticket: Ticket) -> dict[str, Any]:
    """What the history keeps of a sorting."""
    return {
        "state": ticket.state.value,
        "request_type": ticket.request_type.value if ticket.request_type else None,
        "category": ticket.category_code,
        "urgency": ticket.urgency.value,
        "is_confidential": ticket.is_confidential,
    }
