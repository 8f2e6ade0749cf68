"""The clock process: says when, never does the work.

Every room's SCHEDULE entries are enqueued on time. One clock leads, by an advisory lock on a
connection of its own that the server drops when the clock stands still; the others wait for
it. A daily entry missed while nobody led, or while Redis was away, runs once.
"""

import itertools
import signal
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy import String, create_engine, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import NullPool

from hotline import clock, jobs, processes
from hotline.columns import Stamp
from hotline.extensions import Base, db
from hotline.jobs import Entry

LOCK = 1_234_500_001
BEAT_SECONDS = 1.0
CATCH_UP_BEATS = 60
LATE_AFTER = timedelta(seconds=30)

log = structlog.get_logger(__name__)


class ScheduleRun(Base):
    """For which moment an entry was last enqueued."""

    __tablename__ = "schedule_runs"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    last_run_for: Mapped[Stamp]


def run(app: Flask, entries: Iterable[Entry]) -> None:
    """Lead or wait until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    entries = list(entries)
    with processes.heartbeat(app, "clock"):
        while not stop.is_set():
            try:
                _lead_once(app, entries, stop)
            except DBAPIError:
                log.warning("clock.database_away")
            stop.wait(BEAT_SECONDS)


def fire(app: Flask, entry: Entry, at: datetime) -> None:
    """Enqueue one entry and write down for when."""
    with app.app_context():
        if not jobs.enqueue(entry.job, queue=entry.queue):
            return
        row = insert(ScheduleRun).values(name=entry.name, last_run_for=at)
        db.session.execute(
            row.on_conflict_do_update(index_elements=["name"], set_={"last_run_for": at})
        )
        db.session.commit()


def missed(app: Flask, entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """Daily entries whose last time passed without a run."""
    zone = ZoneInfo(app.config["CITY_TIMEZONE"])
    with app.app_context():
        rows = db.session.execute(text("SELECT name, last_run_for FROM schedule_runs"))
        runs = {name: at for name, at in rows}
    return [
        entry
        for entry in entries
        if entry.daily_at is not None
        and entry.name in runs
        and runs[entry.name] < _last_time(entry.daily_at, now.astimezone(zone))
    ]


def _last_time(daily_at: time, now: datetime) -> datetime:
    today = datetime.combine(now.date(), daily_at, now.tzinfo)
    return today if today <= now else today - timedelta(days=1)


def _lead_once(app: Flask, entries: list[Entry], stop: threading.Event) -> None:
    engine = create_engine(
        app.config["SQLALCHEMY_DATABASE_URI"],
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": "-c idle_session_timeout=8000"},
    )
    with engine.connect() as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:k)"), {"k": LOCK}).scalar():
            return
        _lead(app, entries, connection, stop)


def _lead(app: Flask, entries: list[Entry], lock: Connection, stop: threading.Event) -> None:
    zone = ZoneInfo(app.config["CITY_TIMEZONE"])
    scheduler = BackgroundScheduler(
        timezone=zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for entry in entries:
        scheduler.add_job(_tick, _trigger(entry, zone), args=[app, entry], id=entry.name)
    _note_new(app, entries, clock.now())
    log.info("clock.leads", entries=len(entries))
    scheduler.start()
    try:
        _watch(app, entries, lock, stop)
    finally:
        scheduler.shutdown(wait=False)


def _watch(app: Flask, entries: list[Entry], lock: Connection, stop: threading.Event) -> None:
    """Keep the lock, and now and then enqueue what should have been enqueued a while ago."""
    for beat in itertools.count():
        lock.execute(text("SELECT 1"))
        if beat % CATCH_UP_BEATS == 0:
            for entry in missed(app, entries, clock.now() - LATE_AFTER):
                fire(app, entry, clock.now())
        if stop.wait(BEAT_SECONDS):
            return


def _note_new(app: Flask, entries: list[Entry], now: datetime) -> None:
    """A daily entry that is new counts from now on, so that its first time can be missed too."""
    rows = [{"name": one.name, "last_run_for": now} for one in entries if one.daily_at is not None]
    if rows:
        with app.app_context():
            db.session.execute(insert(ScheduleRun).on_conflict_do_nothing(), rows)
            db.session.commit()


def _tick(app: Flask, entry: Entry) -> None:
    try:
        fire(app, entry, clock.now().astimezone(UTC))
    except DBAPIError:
        log.warning("clock.database_away", entry=entry.name)


def _trigger(entry: Entry, zone: ZoneInfo) -> CronTrigger | IntervalTrigger:
    if entry.daily_at is not None:
        return CronTrigger(hour=entry.daily_at.hour, minute=entry.daily_at.minute, timezone=zone)
    if entry.every is None:
        raise ValueError(f"schedule entry {entry.name!r} has neither every nor daily_at")
    return IntervalTrigger(seconds=entry.every.total_seconds(), timezone=zone)
