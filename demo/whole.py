"""Everything inside happens in one transaction, whatever commits inside.

A demo that was killed halfway leaves nothing, so the next start makes it from the beginning;
and a relay or worker beside it sees none of its facts and texts before all are handled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from hotline import jobs
from hotline.extensions import db

LOCK = 1_234_500_002


@contextmanager
def as_one() -> Iterator[None]:
    """Commit when all is done, roll back on any error; one seed at a time, others wait."""
    engine, engines = db.engine, dict[Any, Any](db.engines)
    known: dict[Any, Any] = db.engines  # type: ignore[assignment]
    db.session.remove()
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        known[None] = connection
        try:
            with jobs.transaction():
                yield
        finally:
            db.session.remove()
            known.update(engines)
