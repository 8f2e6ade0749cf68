"""Facts, and how they reach the rooms above: an outbox row for every registered reader.

`publish` writes in the caller's transaction, so a fact is told if and only if it happened.
The relay hands the rows over; nothing here calls a reader.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Index, Integer, String, Text, event, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.columns import Json, Key, Stamp
from hotline.extensions import Base, db, write_beside


class OutboxRow(Base):
    """One fact waiting for one reader."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "next_try_at", "id"),
        Index("ix_outbox_order", "reader", "subject", "id"),
    )

    id: Mapped[Key]
    reader: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[Json]
    at: Mapped[Stamp]
    created_at: Mapped[Stamp] = mapped_column(server_default=text("now()"))
    next_try_at: Mapped[Stamp] = mapped_column(server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)


WRITE = """
INSERT INTO outbox (reader, kind, subject, facts, at)
SELECT reader, kind, subject, facts, at
FROM ROWS FROM (json_to_recordset(CAST(:rows AS json))
    AS (reader text, kind text, subject text, facts jsonb, at timestamptz))
    WITH ORDINALITY AS new (reader, kind, subject, facts, at, place)
ORDER BY place
"""
"""Any number of rows, in their order: one value, which costs far less than a row at a time."""
INSERT = text(WRITE)


class DeadLetter(Base):
    """A fact that a reader could not take within a day; a person looks at it."""

    __tablename__ = "dead_letters"

    id: Mapped[Key]
    reader: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[Json]
    at: Mapped[Stamp]
    failed_at: Mapped[Stamp]
    error: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Fact:
    """Something that happened, as a reader gets it."""

    kind: str
    subject: str
    facts: dict[str, Any]
    at: datetime

    @property
    def subject_id(self) -> int:
        """The number in `ticket:17`."""
        return int(self.subject.partition(":")[2])


Read = Callable[[Fact], None]
Reader = tuple[str, str, Read]
"""Kind of fact, the reader's own name, the function."""


class Readers:
    """Who reads what; filled once, in the composition root."""

    def __init__(self) -> None:
        self._by_kind: dict[str, list[str]] = {}
        self._functions: dict[str, Read] = {}
        self.light: set[Read] = set()
        """Those that touch no database, and need no savepoint of their own."""

    def add(self, readers: Iterable[Reader]) -> None:
        """Register a package's readers; a name always means the same function."""
        for kind, name, function in readers:
            known = self._functions.setdefault(name, function)
            if known is not function:
                raise ValueError(f"reader {name!r} is registered with two functions")
            self._by_kind.setdefault(kind, []).append(name)

    def of(self, kind: str) -> list[str]:
        """Names of those who read this kind."""
        return self._by_kind.get(kind, [])

    def function(self, name: str) -> Read | None:
        """The reader's function; None when it is no longer registered."""
        return self._functions.get(name)


def readers() -> Readers:
    """The registry of the running application."""
    found: Readers = current_app.extensions["readers"]
    return found


def before_commit(publishing: Iterable[Callable[[Session], None]]) -> None:
    """Let each publish what the steps of a transaction have told it; registered once a process."""
    for one in publishing:
        if not event.contains(db.session, "before_commit", one):
            event.listen(db.session, "before_commit", one)


def publish(facts: Iterable[Fact]) -> None:
    """Write one outbox row a reader and fact, all in one statement."""
    if rows := rows_of(facts):
        write_beside(INSERT, {"rows": json.dumps(rows)})


def rows_of(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """What `WRITE` takes of these facts, for who writes something else with them."""
    known = readers()
    return [
        {
            "reader": name,
            "kind": one.kind,
            "subject": one.subject,
            "facts": one.facts,
            "at": one.at.isoformat(),
        }
        for one in facts
        for name in known.of(one.kind)
    ]
