"""Hands facts from the outbox to their readers, each exactly once.

A batch is claimed, read and deleted in one transaction; each reader runs in a savepoint,
unless it only keeps in mind what to do after the commit. One
reader sees one subject's rows in order: a row waits until no earlier one is left, so a
failing row holds back the later ones. After a day a failing row becomes a dead letter.
Several relays may run. PostgreSQL only; Redis is told after the commit, and may be away.
"""

import signal
import threading
from datetime import timedelta

import structlog
from flask import Flask, current_app
from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from hotline import clock, jobs, processes
from hotline.events import DeadLetter, Fact, OutboxRow, readers
from hotline.extensions import db

BATCH = 200
IDLE_SECONDS = 0.1
BROKEN_SECONDS = 1.0
FIRST_BACK_OFF = timedelta(seconds=1)
LONGEST_BACK_OFF = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=24)

PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
PLAN_AS_USUAL = text("SET LOCAL plan_cache_mode = auto")
"""A plan kept from when the outbox was empty reads all of it for each row of a sudden flood."""

log = structlog.get_logger(__name__)


def run(app: Flask) -> None:
    """Relay until SIGTERM or SIGINT; a database that is away is waited for."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with processes.heartbeat(app, "relay"):
        while not stop.is_set():
            stop.wait(_pause(app))


def hand_over() -> int:
    """Take one batch through its readers; answers how many rows were claimed."""
    with jobs.transaction():
        rows = sorted(_claim(), key=_turn)
        done = [row.id for row in rows if _read(row)]
        if done:
            db.session.execute(delete(OutboxRow).where(OutboxRow.id.in_(done)))
    _follow()
    return len(rows)


def drain(most: int = 10_000) -> int:
    """Hand over until nothing is due; for seeds and tests. Answers the rows handed over."""
    total = 0
    while total < most and (taken := hand_over()):
        total += taken
    return total


def _pause(app: Flask) -> float:
    with app.app_context():
        try:
            return 0.0 if hand_over() else IDLE_SECONDS
        except DBAPIError:
            log.warning("relay.database_away", exc_info=True)
            return BROKEN_SECONDS


def _claim() -> list[OutboxRow]:
    earlier = aliased(OutboxRow)
    is_held_back = exists().where(
        earlier.reader == OutboxRow.reader,
        earlier.subject == OutboxRow.subject,
        earlier.id < OutboxRow.id,
    )
    due = (
        select(OutboxRow)
        .where(OutboxRow.next_try_at <= func.now(), ~is_held_back)
        .order_by(OutboxRow.next_try_at, OutboxRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    db.session.execute(PLAN_ANEW)
    rows = list(db.session.scalars(due))
    if rows:
        db.session.execute(PLAN_AS_USUAL)
    return rows


def _turn(row: OutboxRow) -> tuple[str, int, int]:
    """By the subject's id: readers lock their tickets until the commit, and relays meet."""
    kind, _, number = row.subject.partition(":")
    return kind, int(number) if number.isdecimal() else 0, row.id


def _follow() -> None:
    """What comes after a batch was committed, and may as well be lost."""
    for follow in current_app.extensions.get("after_relay", ()):
        follow()


def _read(row: OutboxRow) -> bool:
    """Run the row's reader; answers whether the row is finished with."""
    function = readers().function(row.reader)
    fact = Fact(row.kind, row.subject, row.facts, row.at)
    row_id, attempts = row.id, row.attempts
    try:
        if function is None:
            raise LookupError(f"no reader is registered as {row.reader!r}")
        if function in readers().light:
            function(fact)
            return True
        with db.session.begin_nested():
            function(fact)
            db.session.flush()
    except Exception as failure:
        if isinstance(failure, DBAPIError) and failure.connection_invalidated:
            raise
        log.exception("relay.reader_failed", reader=row.reader, kind=fact.kind, row=row_id)
        return _put_off(row_id, attempts, repr(failure))
    return True


def _put_off(row_id: int, attempts: int, error: str) -> bool:
    """Back off, or bury the row after a day; answers whether it is finished with."""
    row = db.session.get_one(OutboxRow, row_id)
    now = clock.now()
    if now - row.created_at >= GIVE_UP_AFTER:
        db.session.add(
            DeadLetter(
                reader=row.reader,
                kind=row.kind,
                subject=row.subject,
                facts=row.facts,
                at=row.at,
                failed_at=now,
                error=error,
            )
        )
        return True
    wait = min(FIRST_BACK_OFF * 2**attempts, LONGEST_BACK_OFF)
    db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id)
        .values(attempts=attempts + 1, error=error[:2000], next_try_at=func.now() + wait)
    )
    return False
