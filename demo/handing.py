"""Facts go to their readers inside the demo's one transaction, without the relay's precautions.

Decided here: that nothing of the demo's past is sent, enqueued or told live. The relay claims,
sets savepoints, backs off and wakes workers because others are at work beside it; here nobody
is, a reader that fails ends the whole demo, and nobody watches yet. Order is the relay's: as the
rows were written.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete

from hotline import jobs
from hotline.events import Fact, OutboxRow, readers
from hotline.extensions import db, table

WATCHING = "live."
"""Readers of this room tell open browsers; at a first start there are none."""
TEXTING = "messages.tell"


class Unfinished(Exception):
    """A reader could not take what the stories published; the demo would not be whole."""


@contextmanager
def step() -> Iterator[None]:
    """One step of the demo; what it would have enqueued is forgotten."""
    yield
    db.session.info.pop(jobs.WAITING, None)
    db.session.flush()


@contextmanager
def without_pauses() -> Iterator[None]:
    """Let Python collect no garbage meanwhile: it would look at every statement again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def tell_readers(texts_since: datetime) -> None:
    """Hand over what was published, and what that publishes, until nothing is left.

    What happened before `texts_since` makes no texts any more. Raises Unfinished when no reader
    of a row's name is registered.
    """
    outbox = table(OutboxRow)
    while taken := db.session.execute(delete(outbox).returning(*outbox.c)).all():
        with step():
            for row in sorted(taken, key=lambda one: one.id):
                if not row.reader.startswith(WATCHING) and not _is_forgotten(row, texts_since):
                    _read(row.reader, Fact(row.kind, row.subject, row.facts, row.at))


def _is_forgotten(row: Row[Any], texts_since: datetime) -> bool:
    return bool(row.reader == TEXTING and row.at < texts_since)


def _read(name: str, fact: Fact) -> None:
    function = readers().function(name)
    if function is None:
        raise Unfinished(f"no reader is registered as {name!r}")
    function(fact)
