"""The clock process: each entry on time, the missed ones once, and one clock that leads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline import clock, jobs, scheduler
from hotline.extensions import db
from hotline.jobs import Entry, Job
from hotline.scheduler import ScheduleRun
from tests.committed import LONGEST_SECONDS, pause, wait_for

CITY = ZoneInfo("Asia/Shanghai")


def do_nothing() -> None:
    """A job."""


DAILY = Entry("tests.daily", do_nothing, daily_at=time(3, 10))
OFTEN = Entry("tests.often", do_nothing, every=timedelta(seconds=15))


class Queue:
    """Takes jobs as Redis would, unless it is away."""

    def __init__(self) -> None:
        self.taken: list[Job] = []
        self.is_away = False

    def enqueue(self, job: Job, *_ids: object, queue: str = "default") -> bool:
        """As `jobs.enqueue`."""
        if not self.is_away:
            self.taken.append(job)
        return not self.is_away


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """What the scheduler enqueues."""
    made = Queue()
    monkeypatch.setattr(jobs, "enqueue", made.enqueue)
    return made


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in the city."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CITY)


def ran(moment: datetime) -> None:
    """The daily entry ran for this moment."""
    db.session.add(ScheduleRun(name=DAILY.name, last_run_for=moment))
    db.session.commit()


@pytest.mark.parametrize(
    ("last", "now", "late"),
    [
        (at(17, 3, 10), at(18, 3, 9), []),
        (at(17, 3, 10), at(18, 3, 10), [DAILY]),
        (at(17, 3, 10), at(18, 9), [DAILY]),
        (at(18, 3, 10), at(18, 9), []),
        (at(16, 3, 10), at(18, 1), [DAILY]),
        (at(10, 3, 10), at(18, 9), [DAILY]),
    ],
    ids=[
        "not yet",
        "just now",
        "today's was missed",
        "today's was run",
        "yesterday's was missed",
        "a week of them",
    ],
)
def test_a_daily_entry_is_missed_when_its_last_time_passed_without_it(
    app: APIFlask, last: datetime, now: datetime, late: list[Entry]
) -> None:
    ran(last)
    assert scheduler.missed(app, [DAILY, OFTEN], now.astimezone(UTC)) == late


def test_what_was_fired_is_written_down_and_not_missed(app: APIFlask, queue: Queue) -> None:
    ran(at(10, 3, 10))
    now = at(18, 9).astimezone(UTC)
    scheduler.fire(app, DAILY, now)
    assert queue.taken == [do_nothing]
    assert scheduler.missed(app, [DAILY], now) == []


def test_what_redis_did_not_take_is_still_missed(app: APIFlask, queue: Queue) -> None:
    ran(at(10, 3, 10))
    now = at(18, 9).astimezone(UTC)
    queue.is_away = True
    scheduler.fire(app, DAILY, now)
    assert scheduler.missed(app, [DAILY], now) == [DAILY]


def test_entries_become_triggers_in_the_citys_zone() -> None:
    daily, often = scheduler._trigger(DAILY, CITY), scheduler._trigger(OFTEN, CITY)
    assert isinstance(daily, CronTrigger)
    assert isinstance(often, IntervalTrigger)
    assert daily.get_next_fire_time(None, at(18, 9)) == at(19, 3, 10)
    with pytest.raises(ValueError, match="neither"):
        scheduler._trigger(Entry("tests.never", do_nothing), CITY)


def test_every_entry_of_the_house_has_a_name_of_its_own_and_a_time(app: APIFlask) -> None:
    entries: list[Entry] = app.extensions["schedule"]
    assert len({one.name for one in entries}) == len(entries) > 0
    for one in entries:
        assert (one.every is None) != (one.daily_at is None), one.name
        assert one.queue in jobs.QUEUES, one.name


@contextmanager
def leading(app: APIFlask, entries: list[Entry]) -> Iterator[threading.Thread]:
    """A clock in a thread of its own, stopped at the end."""
    stop = threading.Event()
    thread = threading.Thread(target=scheduler._lead_once, args=(app, entries, stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(LONGEST_SECONDS)
        assert not thread.is_alive()


def leaders(app: APIFlask) -> list[int]:
    """Backends that hold the clock's lock in this database."""
    held = text(
        "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    )
    found = list(db.session.scalars(held))
    db.session.rollback()
    return found


def known() -> int:
    """How many entries are written down."""
    found = db.session.query(ScheduleRun).count()
    db.session.rollback()
    return found


def test_of_two_clocks_one_leads_and_the_other_takes_over(committed_app: APIFlask) -> None:
    with leading(committed_app, [OFTEN]):
        wait_for(lambda: len(leaders(committed_app)) == 1)
        second = threading.Thread(
            target=scheduler._lead_once, args=(committed_app, [OFTEN], threading.Event())
        )
        second.start()
        second.join(LONGEST_SECONDS)
        assert not second.is_alive()
        assert len(leaders(committed_app)) == 1
    assert leaders(committed_app) == []
    with leading(committed_app, [OFTEN]):
        wait_for(lambda: len(leaders(committed_app)) == 1)


def test_a_leader_whose_connection_is_cut_leads_no_more(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "BEAT_SECONDS", 0.05)
    raised: list[BaseException] = []

    def lead() -> None:
        try:
            scheduler._lead_once(committed_app, [OFTEN], threading.Event())
        except DBAPIError as error:
            raised.append(error)

    thread = threading.Thread(target=lead)
    thread.start()
    wait_for(lambda: leaders(committed_app))
    cut = text("SELECT pg_terminate_backend(:pid)")
    db.session.execute(cut, {"pid": leaders(committed_app)[0]})
    db.session.rollback()
    thread.join(LONGEST_SECONDS)
    assert len(raised) == 1
    with leading(committed_app, [OFTEN]):
        wait_for(lambda: leaders(committed_app))


def test_the_server_drops_the_lock_of_a_clock_that_stands_still(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def look(_app: object, _entries: object, lock: object, _stop: object) -> None:
        said.append(lock.execute(text("SHOW idle_session_timeout")).scalar())  # type: ignore[attr-defined]

    monkeypatch.setattr(scheduler, "_lead", look)
    scheduler._lead_once(committed_app, [], threading.Event())
    assert said == ["8s"]


def test_a_leader_catches_up_once_redis_is_back(
    committed_app: APIFlask, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(scheduler, "CATCH_UP_BEATS", 1)
    now = clock.now()
    an_hour_ago = (now - timedelta(hours=1)).astimezone(CITY)
    entry = Entry(DAILY.name, do_nothing, daily_at=time(an_hour_ago.hour, an_hour_ago.minute))
    ran(now - timedelta(days=3))
    queue.is_away = True
    with leading(committed_app, [entry]):
        wait_for(lambda: leaders(committed_app))
        pause(0.2)
        assert queue.taken == []
        queue.is_away = False
        wait_for(lambda: queue.taken)
        pause(0.2)
    assert queue.taken == [do_nothing]


def test_a_new_daily_entry_is_not_run_at_once_but_can_be_missed_tomorrow(
    committed_app: APIFlask, queue: Queue
) -> None:
    with leading(committed_app, [DAILY]):
        wait_for(known)
    assert queue.taken == []
    tomorrow = clock.now() + timedelta(days=1, minutes=1)
    assert scheduler.missed(committed_app, [DAILY], tomorrow) == [DAILY]
