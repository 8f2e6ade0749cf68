"""Work that is done later: what a room's jobs look like, and how they reach a worker.

A job takes ids, looks at the row, and reaches an end; gone or done already, it returns
quietly. What must happen is a row in the database, so a job lost with Redis is enqueued
again by its room's sweep. Requests never call Redis: jobs are enqueued after the commit of a
relay, worker or clock transaction.
"""

import gc
import importlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta

import structlog
from flask import Flask, current_app
from redis import RedisError
from rq import Queue, SimpleWorker

from hotline import processes
from hotline.extensions import db
from hotline.redis import connect

QUEUES = ("now", "default", "bulk")
WAITING = "jobs_after_commit"
MOST_TOGETHER = 50

log = structlog.get_logger(__name__)

Job = Callable[..., None]


@dataclass(frozen=True)
class Entry:
    """One line of a room's SCHEDULE: every so often, or daily at a time in the city's zone."""

    name: str
    job: Job
    every: timedelta | None = None
    daily_at: time | None = None
    queue: str = "default"


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what is done inside, roll back on any error, then enqueue what was asked for."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        db.session.info.pop(WAITING, None)
        raise
    together: dict[tuple[Job, str], list[object]] = {}
    for job, one_id, queue in db.session.info.pop(WAITING, []):
        together.setdefault((job, queue), []).append(one_id)
    for (job, queue), ids in together.items():
        for first in range(0, len(ids), MOST_TOGETHER):
            enqueue(job, *ids[first : first + MOST_TOGETHER], queue=queue)


def enqueue_after_commit(job: Job, one_id: object, queue: str = "default") -> None:
    """Enqueue when the surrounding `transaction` has committed; the job takes any number of ids.

    What one transaction asks for goes together: a job costs a worker more than most of what is
    done for one id, so that a flood is worked off several times as fast.
    """
    db.session.info.setdefault(WAITING, []).append((job, one_id, queue))


def enqueue(job: Job, *ids: object, queue: str = "default") -> bool:
    """Put a job on a queue; False when Redis is away, and the sweep will come back to it."""
    try:
        made = Queue(queue, connection=connect(current_app.config["REDIS_URL"]))
        made.enqueue(perform, path_of(job), *ids, result_ttl=0, failure_ttl=86_400)
    except RedisError:
        log.warning("jobs.redis_away", job=path_of(job))
        return False
    return True


def path_of(job: Job) -> str:
    """`package.module:function`, which a worker turns back into the function."""
    return f"{job.__module__}:{job.__name__}"


def perform(path: str, *ids: object) -> None:
    """Run one job in an application context of its own; a failed one leaves nothing behind."""
    module, _, name = path.partition(":")
    job: Job = getattr(importlib.import_module(module), name)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        try:
            job(*ids)
        finally:
            db.session.rollback()


class AppWorker(SimpleWorker):
    """A worker that keeps the imported application instead of forking for every job."""


def work(app: Flask) -> None:
    """Run a worker until SIGTERM; the job under way is finished first, Redis is waited for."""
    gc.freeze()  # what was imported stays: not to be walked through while a job makes rows
    with processes.heartbeat(app, "worker"):
        while not _worked_to_the_end(app):
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, signal.SIG_DFL)
            log.warning("worker.redis_away")
            threading.Event().wait(1.0)


def _worked_to_the_end(app: Flask) -> bool:
    connection = connect(app.config["REDIS_URL"], is_blocking=True)
    try:
        worker = AppWorker(list(QUEUES), connection=connection)
        worker.work(logging_level="WARNING")
    except RedisError:
        return False
    return True
