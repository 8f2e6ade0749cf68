"""Many clocks at a time: read as plain values, judged elsewhere, written back in two statements.

Decided here: what a batch needs of a clock and of its ticket, and how both are stored. Not here:
which clocks are taken and what becomes of them (`timing.sweep`, `recalendar`).

The surprise: these are not the mapped rows, whose loading and flushing one by one costs more than
all the rest. Whoever has changed them must `write` them, under the lock that they were read under.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from hotline.extensions import db
from hotline.tickets.clocks import Clock, Lamp, Pace
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Holder, Ticket
from hotline.tickets.states import State

WRITE_CLOCKS = text("""
UPDATE clocks SET due_at = new.due_at, is_provisional = new.is_provisional, lamp = new.lamp,
    next_change_at = new.next_change_at, counted_from = new.counted_from,
    counted_days = new.counted_days, counted_minute = new.counted_minute
FROM unnest(CAST(:id AS bigint[]), CAST(:due_at AS timestamptz[]), CAST(:is_provisional AS bool[]),
    CAST(:lamp AS text[]), CAST(:next_change_at AS timestamptz[]), CAST(:counted_from AS date[]),
    CAST(:counted_days AS int[]), CAST(:counted_minute AS time[]))
    AS new (id, due_at, is_provisional, lamp, next_change_at, counted_from, counted_days,
    counted_minute)
WHERE clocks.id = new.id
""")
WRITE_TICKETS = text("""
UPDATE tickets SET due_at = new.due_at, lamp = new.lamp, last_seq = new.last_seq,
    last_hash = new.last_hash
FROM unnest(CAST(:id AS bigint[]), CAST(:due_at AS timestamptz[]), CAST(:lamp AS text[]),
    CAST(:last_seq AS int[]), CAST(:last_hash AS bytea[])) AS new (id, due_at, lamp, last_seq,
    last_hash)
WHERE tickets.id = new.id
""")
CLOCK_VALUES = (
    *("id", "due_at", "is_provisional", "lamp", "next_change_at"),
    *("counted_from", "counted_days", "counted_minute"),
)
TICKET_VALUES = ("id", "due_at", "lamp", "last_seq", "last_hash")


@dataclass(slots=True)
class Running:
    """A running clock as it was read; of the same shape as its mapped row."""

    id: int
    ticket_id: int
    unit_id: int | None
    kind: Clock
    started_at: datetime
    due_at: datetime
    pace: Pace
    is_provisional: bool
    next_change_at: datetime | None
    lamp: Lamp
    is_held: bool
    counted_from: date | None
    counted_days: int | None
    counted_minute: time | None


@dataclass(slots=True)
class Head:
    """Of a ticket what it shows and where its history ends; `lead_unit_id` holds it as lead."""

    id: int
    number: str
    state: State
    due_at: datetime | None
    lamp: Lamp
    upstream_due_at: datetime | None
    last_seq: int
    last_hash: bytes
    lead_unit_id: int | None


LEAD = (
    select(func.min(Holder.unit_id))
    .where(Holder.ticket_id == Ticket.id, Holder.role == Role.LEAD, Holder.until.is_(None))
    .correlate(Ticket)
    .scalar_subquery()
)
CLOCK_COLUMNS = tuple(getattr(ClockRow, name) for name in Running.__slots__)
HEAD_COLUMNS = (*(getattr(Ticket, name) for name in Head.__slots__[:-1]), LEAD)
"""In the order of `Head`: what a statement selects that locks the tickets it takes."""


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """The column is one of these: one value for the statement, however many there are."""
    found: ColumnElement[bool] = column == func.any(literal(list(ids), ARRAY(column.type)))
    return found


def lock(ticket_ids: Collection[int]) -> dict[int, Head]:
    """Lock these tickets in the order of their ids; those that somebody holds are passed by."""
    if not ticket_ids:
        return {}
    asked = (
        select(*HEAD_COLUMNS)
        .where(among(Ticket.id, ticket_ids))
        .order_by(Ticket.id)
        .with_for_update(of=Ticket, key_share=True, skip_locked=True)
    )
    return {row[0]: Head(*row) for row in db.session.execute(asked)}


def read(*which: ColumnElement[bool]) -> list[Running]:
    """These clocks as they are now, in the order of their ids."""
    asked: Select[Any] = select(*CLOCK_COLUMNS).where(*which).order_by(ClockRow.id)
    return [Running(*row) for row in db.session.execute(asked)]


def write(clocks: Sequence[Running], heads: Sequence[Head]) -> None:
    """Store what became of them; a statement each."""
    if clocks:
        db.session.execute(WRITE_CLOCKS, _columns(clocks, CLOCK_VALUES))
    if heads:
        db.session.execute(WRITE_TICKETS, _columns(heads, TICKET_VALUES))
    for one in db.session.identity_map.values():
        if isinstance(one, ClockRow | Ticket):
            db.session.expire(one)


def _columns(rows: Sequence[object], names: Iterable[str]) -> Mapping[str, list[Any]]:
    return {name: [getattr(row, name) for row in rows] for name in names}
