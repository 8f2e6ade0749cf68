"""The stored calendar: who overrules whom, what is told, how it is loaded."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import delete, select

from hotline import events
from hotline.audit import AuditEntry
from hotline.calendar import library, opening, operations, queries
from hotline.calendar.models import CalendarDay, CalendarYear
from hotline.calendar.rules import Source, StatedDay, Status
from hotline.errors import Invalid, NotFound
from hotline.events import OutboxRow
from hotline.extensions import db
from hotline.hours import Hours

pytestmark = pytest.mark.usefixtures("empty")

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
CLOSURE = StatedDay(date(2026, 11, 20), is_working=False, name="系统停机")
HOLIDAYS_2027 = [
    StatedDay(date(2027, 1, 1), is_working=False, name="元旦"),
    StatedDay(date(2027, 2, 20), is_working=True, name="调休上班"),
    StatedDay(date(2027, 5, 1), is_working=False, name="劳动节"),
    StatedDay(date(2027, 10, 1), is_working=False, name="国庆节"),
]


@pytest.fixture
def empty(app: APIFlask) -> None:
    """A hotline whose calendar nobody has filled yet."""
    for model in (CalendarDay, CalendarYear, AuditEntry):
        db.session.execute(delete(model))


def days(year: int) -> dict[date, Source]:
    """Where the year's stated days come from."""
    return {one.day: one.source for one in queries.stated_days(year)}


def status(year: int) -> Status | None:
    """The year's status."""
    return db.session.scalar(select(CalendarYear.status).where(CalendarYear.year == year))


def test_update_brings_2004_to_two_years_ahead() -> None:
    changed = operations.update(now=NOW)
    assert [one.year for one in changed] == list(range(2004, 2029))
    assert status(2026) is Status.PUBLISHED
    assert status(2027) is status(2028) is Status.PROVISIONAL
    assert days(2026)[date(2026, 10, 10)] is Source.LIBRARY
    assert days(2027)[date(2027, 2, 6)] is Source.STATUTORY


def test_a_second_update_changes_nothing() -> None:
    operations.update(now=NOW)
    version = db.session.scalars(select(CalendarYear.changed_at)).all()
    assert all(one.days == () for one in operations.update(now=LATER))
    assert db.session.scalars(select(CalendarYear.changed_at)).all() == version


def test_the_loaded_calendar_counts_with_what_is_stored() -> None:
    operations.update(now=NOW)
    calendar = queries.load()
    assert calendar.published_through == 2026
    assert calendar.zone.key == "Asia/Shanghai"
    assert calendar.is_working(date(2026, 10, 10))
    assert not calendar.is_working(date(2026, 10, 7))
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.is_provisional(date(2027, 1, 4))


def test_without_any_year_the_week_counts_and_all_is_provisional() -> None:
    with time_machine.travel(NOW, tick=False):
        calendar = queries.load()
    assert calendar.is_working(date(2026, 10, 1))
    assert calendar.is_provisional(date(2026, 11, 18))


def test_a_persons_days_change_only_themselves() -> None:
    operations.fill_from_library(2026, now=NOW)
    before = days(2026)
    changed = operations.put_days(2026, [CLOSURE], None, by="staff:1", now=LATER)
    assert changed.days == (CLOSURE.day,)
    assert changed.status is Status.PUBLISHED
    assert days(2026) == before | {CLOSURE.day: Source.PERSON}
    assert not queries.load().is_working(CLOSURE.day)


def test_the_library_does_not_overwrite_a_person() -> None:
    works = StatedDay(date(2026, 10, 7), is_working=True, name="值班")
    operations.put_days(2026, [CLOSURE, works], Status.PROVISIONAL, by="staff:1", now=NOW)
    operations.fill_from_library(2026, now=LATER)
    assert status(2026) is Status.PUBLISHED
    assert queries.load().is_working(works.day)
    assert not queries.load().is_working(CLOSURE.day)


def test_a_published_file_drops_the_stand_ins(app: APIFlask) -> None:
    operations.fill_from_library(2027, now=NOW)
    [changed] = operations.import_days(HOLIDAYS_2027, by="system", now=LATER)
    assert changed.status is status(2027) is Status.PUBLISHED
    assert set(days(2027)) == {one.day for one in HOLIDAYS_2027}
    assert operations.fill_from_library(2027, now=LATER).days == ()
    assert set(days(2027).values()) == {Source.FILE}


def test_a_file_for_a_published_year_changes_only_its_days() -> None:
    operations.fill_from_library(2026, now=NOW)
    operations.import_days([CLOSURE], by="system", now=LATER)
    assert days(2026)[date(2026, 1, 1)] is Source.LIBRARY
    assert days(2026)[CLOSURE.day] is Source.FILE


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "empty_file"),
        (HOLIDAYS_2027[1:], "incomplete_year"),
        ([*HOLIDAYS_2027, StatedDay(date(2027, 2, 20), is_working=False)], "day_twice"),
        ([StatedDay(date(1999, 1, 1), is_working=False)], "unknown_year"),
    ],
)
def test_a_file_that_is_wrong_changes_nothing(given: list[StatedDay], code: str) -> None:
    operations.fill_from_library(2027, now=NOW)
    before = days(2027)
    with pytest.raises(Invalid) as refused:
        operations.import_days(given, by="system", now=LATER)
    assert refused.value.code == code
    assert days(2027) == before


def test_when_the_library_learns_a_year_the_stand_ins_go(monkeypatch: pytest.MonkeyPatch) -> None:
    operations.fill_from_library(2027, now=NOW)
    operations.put_days(
        2027, [StatedDay(date(2027, 3, 3), is_working=False)], None, by="staff:1", now=NOW
    )
    monkeypatch.setattr(library, "published", lambda year: HOLIDAYS_2027)
    operations.fill_from_library(2027, now=LATER)
    assert status(2027) is Status.PUBLISHED
    assert set(days(2027)) == {one.day for one in HOLIDAYS_2027} | {date(2027, 3, 3)}


def test_a_change_is_told_and_written_down(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = events.Readers()
    readers.add([("calendar_changed", "test", lambda fact: None)])
    monkeypatch.setitem(app.extensions, "readers", readers)
    sunday = StatedDay(date(2026, 11, 22), is_working=False, name="休息")
    operations.put_days(2026, [CLOSURE, sunday], Status.PUBLISHED, by="staff:7", now=NOW)
    row = db.session.scalars(select(OutboxRow)).one()
    assert (row.subject, row.facts["moved"]) == ("calendar:2026", ["2026-11-20"])
    assert row.facts["days"] == ["2026-11-20", "2026-11-22"]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.kind == "calendar_changed")
    ).one()
    assert (entry.actor, entry.subject) == ("staff:7", "calendar:2026")


def test_another_process_sees_a_change_within_five_seconds() -> None:
    operations.put_days(2026, [], Status.PUBLISHED, by="staff:1", now=NOW)
    with time_machine.travel(NOW, tick=False) as travel:
        first = queries.load()
        db.session.add(
            CalendarDay(day=CLOSURE.day, is_working=False, name="", source=Source.PERSON)
        )
        row = db.session.scalars(select(CalendarYear)).one()
        row.changed_at = LATER
        assert queries.load() is first
        travel.shift(5)
        assert not queries.load().is_working(CLOSURE.day)


def test_an_unchanged_calendar_is_kept() -> None:
    operations.put_days(2026, [CLOSURE], Status.PUBLISHED, by="staff:1", now=NOW)
    with time_machine.travel(NOW, tick=False) as travel:
        first = queries.load()
        travel.shift(60)
        assert queries.load() is first


def test_a_change_that_is_committed_after_a_younger_one_is_seen() -> None:
    operations.put_days(2026, [], Status.PUBLISHED, by="staff:1", now=NOW)
    operations.put_days(2027, HOLIDAYS_2027, Status.PUBLISHED, by="staff:1", now=LATER)
    before = queries.as_stored()
    assert queries.as_stored() is before
    db.session.add(CalendarDay(day=CLOSURE.day, is_working=False, name="", source=Source.PERSON))
    db.session.get_one(CalendarYear, 2026).changed_at = NOW + timedelta(seconds=30)
    assert not queries.as_stored().city.is_working(CLOSURE.day)


def test_hours_are_stored_in_order_and_replaced() -> None:
    morning = (time(8, 30), time(12))
    summer = Hours((morning, (time(14, 30), time(18))), date(2026, 6, 1), date(2026, 9, 30))
    saturdays = Hours((morning,), weekdays=frozenset({5}))
    opening.set_hours([summer, saturdays], by="staff:1", now=NOW)
    assert queries.load().hours == (summer, saturdays)
    opening.set_hours([], by="staff:1", now=LATER)
    assert queries.load().hours == ()


def test_a_year_of_days() -> None:
    operations.fill_from_library(2024, now=NOW)
    found = queries.year_of_days(2024)
    assert (found["year"], found["status"], len(found["days"])) == (2024, "published", 366)
    by_date = {one["date"]: one for one in found["days"]}
    assert by_date["2024-02-09"] == {"date": "2024-02-09", "working": True}
    assert by_date["2024-02-10"] == {"date": "2024-02-10", "working": False, "name": "春节"}
    assert by_date["2024-02-18"] == {"date": "2024-02-18", "working": True, "name": "调休上班"}
    assert by_date["2024-02-24"] == {"date": "2024-02-24", "working": False}


@pytest.mark.parametrize("year", [2003, 2030, 2101, 10**30])
def test_a_year_that_is_not_kept(year: int) -> None:
    with pytest.raises(NotFound):
        queries.year_of_days(year)
