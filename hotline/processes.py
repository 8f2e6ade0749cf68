"""Which processes of this installation live: a row each, written every five seconds.

`/readyz` asks `missing()`; a process that has not been seen for fifteen seconds is missing.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import Index, Integer, String, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Stamp
from hotline.extensions import Base, db

EVERY_SECONDS = 5.0
SEEN_WITHIN = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(hours=1)
WANTED = ("relay", "worker", "clock", "switchboard")


class Process(Base):
    """A process and when it was last alive."""

    __tablename__ = "processes"
    __table_args__ = (Index("ix_processes_seen_at", "seen_at"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    host: Mapped[str] = mapped_column(String(120), primary_key=True)
    pid: Mapped[int] = mapped_column(Integer, primary_key=True)
    seen_at: Mapped[Stamp]


@contextmanager
def heartbeat(app: Flask, kind: str) -> Iterator[None]:
    """Say every five seconds that this process lives, from a thread of its own."""
    stop = threading.Event()

    def beat() -> None:
        while True:
            with app.app_context(), suppress(DBAPIError):
                seen(kind)
            if stop.wait(EVERY_SECONDS):
                return

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(EVERY_SECONDS)
        with app.app_context(), suppress(DBAPIError):
            gone(kind)


def seen(kind: str) -> None:
    """Write that this process lives, and forget those long gone."""
    row = insert(Process).values(
        kind=kind, host=socket.gethostname(), pid=os.getpid(), seen_at=func.now()
    )
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["kind", "host", "pid"], set_={"seen_at": func.now()}
        )
    )
    db.session.execute(delete(Process).where(Process.seen_at < func.now() - FORGOTTEN_AFTER))
    db.session.commit()


def gone(kind: str) -> None:
    """Take this process's row away; it stopped in order."""
    db.session.execute(
        delete(Process).where(
            Process.kind == kind,
            Process.host == socket.gethostname(),
            Process.pid == os.getpid(),
        )
    )
    db.session.commit()


def last_seen() -> dict[str, datetime]:
    """Kind → when the youngest of its processes was last seen."""
    found = db.session.execute(
        select(Process.kind, func.max(Process.seen_at)).group_by(Process.kind)
    )
    return {kind: at for kind, at in found}


def missing(now: datetime) -> list[str]:
    """Kinds wanted and not seen within fifteen seconds."""
    alive = {kind for kind, at in last_seen().items() if now - at <= SEEN_WITHIN}
    return [kind for kind in WANTED if kind not in alive]
