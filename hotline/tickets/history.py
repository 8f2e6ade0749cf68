"""The history of a ticket: a chain of events that can be checked and never changed.

Each event's hash is an HMAC over its own content and its predecessor's hash. Facts hold ids
and codes; personal words lie in a row of their own that can be erased, the event keeps their
salted digest. Every event is published to the readers of its kind in the same transaction.
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text

from hotline import crypto, events
from hotline.events import Fact
from hotline.extensions import db, table, write_beside
from hotline.tickets.clock_batches import Head
from hotline.tickets.models import EventWords, Ticket, TicketEvent, TicketText

VERSION = 1
MATTER = "matter"
GENESIS = b"\0" * 32


APPEND = """
INSERT INTO ticket_events (ticket_id, seq, at, kind, actor, facts, hash)
SELECT ticket_id, seq, at, kind, actor, facts, decode(hash, 'hex')
FROM json_to_recordset(CAST(:appended AS json)) AS new (ticket_id bigint, seq int, at timestamptz,
    kind text, actor text, facts jsonb, hash text)
"""
"""Any number of events as one value."""
INSERT = text(APPEND)
INSERT_AND_TELL = text(f"WITH appended AS ({APPEND}) {events.WRITE}")
"""The same, and what their readers get."""


@dataclass(frozen=True)
class Entry:
    """An event to be appended; `words` are kept erasable."""

    ticket: Ticket | Head
    kind: str
    actor: str
    at: datetime
    facts: dict[str, Any]
    words: str | None = None


def append_events(batch: Iterable[Entry]) -> None:
    """Append events to their tickets, whose rows the caller has locked.

    One statement, and one for their words. Raises TypeError for facts that JSON and the
    database would not give back the same.
    """
    made: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    batch = list(batch)
    for entry in batch:
        ticket, facts, seq = entry.ticket, dict(entry.facts), entry.ticket.last_seq + 1
        if entry.words is not None:
            salt = crypto.new_salt()
            facts["words"] = crypto.salted_digest(entry.words, salt)
            words.append({"ticket_id": ticket.id, "seq": seq, "salt": salt, "words": entry.words})
        link = _link(ticket.number, seq, entry, facts, ticket.last_hash)
        ticket.last_seq, ticket.last_hash = seq, link
        made.append(
            {
                "ticket_id": ticket.id,
                "seq": seq,
                "at": entry.at,
                "kind": entry.kind,
                "actor": entry.actor,
                "facts": facts,
                "hash": link,
            }
        )
    if any(entry.ticket in db.session.new for entry in batch):
        db.session.flush()  # an event stands on its ticket's row
    if words:
        write_beside(insert(table(EventWords)).inline(), words)
    if made:
        _write(made)


def _write(made: list[dict[str, Any]]) -> None:
    values = {
        "appended": json.dumps(
            [one | {"at": one["at"].isoformat(), "hash": one["hash"].hex()} for one in made]
        )
    }
    told = events.rows_of(
        Fact(
            one["kind"], f"ticket:{one['ticket_id']}", one["facts"] | {"seq": one["seq"]}, one["at"]
        )
        for one in made
    )
    if told:
        write_beside(INSERT_AND_TELL, values | {"rows": json.dumps(told)})
    else:
        write_beside(INSERT, values)


def matter_digest(title: str, body: str, salt: str) -> str:
    """What the history keeps of a ticket's own words."""
    return crypto.salted_digest(f"{title}\n{body}", salt)


def verify(tickets: Iterable[Ticket]) -> Iterator[str]:
    """Check the chains of these tickets; yields one sentence a fault."""
    for ticket in tickets:
        events = db.session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.seq)
        )
        found = list(events)
        yield from _verify_one(ticket, found, _words_of(ticket.id))
        yield from _verify_matter(ticket, found)


def _verify_one(
    ticket: Ticket, events: list[TicketEvent], words: dict[int, EventWords]
) -> Iterator[str]:
    previous = GENESIS
    for seq, event in enumerate(events, 1):
        entry = Entry(ticket, event.kind, event.actor, event.at, event.facts)
        if event.seq != seq:
            yield f"{ticket.number}: event {seq} is missing"
            return
        if not secrets.compare_digest(
            bytes(event.hash), _link(ticket.number, seq, entry, event.facts, previous)
        ):
            yield f"{ticket.number}: event {seq} does not match its hash"
        known = words.get(seq)
        if known and crypto.salted_digest(known.words, known.salt) != event.facts.get("words"):
            yield f"{ticket.number}: the words of event {seq} were changed"
        previous = bytes(event.hash)
    if ticket.last_seq != len(events) or bytes(ticket.last_hash) != previous:
        yield f"{ticket.number}: the end of the chain is not what the ticket says"


def _verify_matter(ticket: Ticket, events: list[TicketEvent]) -> Iterator[str]:
    """Title and body against the last digest of them; erased ones have no salt any more."""
    kept = [event.facts[MATTER] for event in events if MATTER in event.facts]
    words = db.session.get(TicketText, ticket.id)
    if words is None or not words.salt:
        return
    if not kept or matter_digest(words.title, words.body, words.salt) != kept[-1]:
        yield f"{ticket.number}: title or body were changed"


def _words_of(ticket_id: int) -> dict[int, EventWords]:
    found = db.session.scalars(select(EventWords).where(EventWords.ticket_id == ticket_id))
    return {one.seq: one for one in found}


def _link(number: str, seq: int, entry: Entry, facts: dict[str, Any], previous: bytes) -> bytes:
    _check(facts)
    moment = entry.at.astimezone(UTC)
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    content = [VERSION, number, seq, micros, entry.kind, entry.actor, facts, previous.hex()]
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return crypto.chain_mac(bytes([VERSION]) + written.encode())


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for one in value.values():
            _check(one)
    elif isinstance(value, list):
        for one in value:
            _check(one)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(f"facts hold text, whole numbers, lists and objects, not {value!r}")
