"""Where a deadline lies in another calendar: found again, and back again exactly."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tickets.recalendar_rules import Counted, counted, due_at_of, moved
from hotline.worktime import Calendar
from tests.worktime import calendars
from tests.worktime.calendars import at

CITY = calendars.city()
SUMMER = calendars.pair("summer").fast
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
WEDNESDAY = at("2026-11-18 10:00")


def changed(calendar: Calendar, *days: date) -> Calendar:
    """The calendar in which these days are the other way round."""
    back = {day: not calendar.is_working(day) for day in days}
    return replace(calendar, exceptions=dict(calendar.exceptions) | back)


def follow(made_of: Counted, due_at: datetime, calendar: Calendar) -> datetime:
    """The move, a change made right now."""
    return moved(made_of, due_at, calendar, asked_at=WEDNESDAY, now=WEDNESDAY)


@pytest.mark.parametrize(
    ("due", "off", "expected"),
    [
        ("2026-11-19 17:30", ["2026-11-19"], "2026-11-20 17:30"),
        ("2026-11-19 12:00", ["2026-11-19"], "2026-11-20 12:00"),
        ("2026-11-19 17:30", ["2026-11-20"], "2026-11-19 17:30"),
        ("2026-11-25 17:30", ["2026-11-19", "2026-11-20", "2026-11-23"], "2026-11-30 17:30"),
        ("2026-11-25 10:15", ["2026-11-19", "2026-11-20", "2026-11-23"], "2026-11-30 10:15"),
        ("2026-11-25 17:30", ["2026-11-21"], "2026-11-24 17:30"),
        ("2026-11-19 17:30", ["2026-11-18"], "2026-11-19 17:30"),
    ],
    ids=[
        "the day itself",
        "keeps its minute",
        "a day later",
        "three days",
        "three, its minute",
        "a Saturday that is worked",
        "the day of the start counts never",
    ],
)
def test_it_moves_by_exactly_the_changed_days(due: str, off: list[str], expected: str) -> None:
    made_of = counted(at(due), date(2026, 11, 18), CITY)
    assert made_of is not None
    calendar = changed(CITY, *map(date.fromisoformat, off))
    assert follow(made_of, at(due), calendar) == at(expected)


def test_none_becomes_earlier_than_the_end_of_the_next_working_day() -> None:
    due = at("2026-11-20 17:30")
    made_of = counted(due, date(2026, 11, 13), CITY)
    assert made_of is not None
    weekend = changed(CITY, date(2026, 11, 14), date(2026, 11, 15))
    clipped = follow(made_of, due, weekend)
    assert clipped == at("2026-11-19 17:30"), "the 18th by the days, but that is today"
    assert follow(made_of, clipped, weekend) == clipped
    assert follow(made_of, clipped, CITY) == due, "and back to where it lay"


def test_a_change_that_shortens_never_lengthens() -> None:
    due = at("2026-11-18 17:30")
    made_of = counted(due, date(2026, 11, 13), CITY)
    assert made_of is not None
    assert follow(made_of, due, changed(CITY, date(2026, 11, 14))) == due


def test_expired_ones_stay() -> None:
    due = at("2026-11-18 09:59")
    made_of = Counted(date(2026, 11, 16), 2, time(9, 59))
    assert follow(made_of, due, changed(CITY, date(2026, 11, 17))) == due


def test_another_systems_limit_is_kept() -> None:
    due = at("2026-11-25 17:30")
    made_of = counted(due, date(2026, 11, 18), CITY)
    assert made_of is not None
    calendar = changed(CITY, date(2026, 11, 19), date(2026, 11, 20))
    latest = at("2026-11-26 17:30")
    found = moved(made_of, due, calendar, asked_at=LONG_AGO, now=WEDNESDAY, latest=latest)
    assert found == latest
    earlier = at("2026-11-20 17:30")
    found = moved(made_of, due, calendar, asked_at=LONG_AGO, now=WEDNESDAY, latest=earlier)
    assert found == due


def test_a_saturday_with_office_hours_is_open_but_no_day_that_a_limit_counts() -> None:
    calendar = replace(CITY, hours=(*CITY.hours, calendars.SATURDAYS))
    given_back = calendar.add_time(at("2026-11-20 17:00"), timedelta(hours=1))
    assert given_back == at("2026-11-21 09:30") and not calendar.is_working(date(2026, 11, 21))
    assert counted(given_back, date(2026, 11, 18), calendar) is None, "so it never moves"


@pytest.mark.parametrize("due", ["2026-11-22 10:00", "2026-11-18 17:30", "2090-01-01 10:00"])
def test_what_counts_no_day_is_made_of_none(due: str) -> None:
    assert counted(at(due), date(2026, 11, 18), CITY) is None


def test_a_calendar_that_ends_leaves_it_where_it_is() -> None:
    due = at("2026-11-20 17:30")
    assert follow(Counted(date(2026, 11, 18), 100_000), due, CITY) == due


SOME_DAYS = st.lists(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), unique=True, min_size=1, max_size=40
)


@settings(deadline=None, max_examples=60)
@given(
    since=st.timedeltas(timedelta(days=31), timedelta(days=300)),
    days=st.integers(1, 30),
    extra=st.timedeltas(timedelta(0), timedelta(hours=7)),
    off=SOME_DAYS,
    is_summer=st.booleans(),
)
def test_a_change_and_its_reverse_give_back_every_deadline(
    since: timedelta, days: int, extra: timedelta, off: list[date], *, is_summer: bool
) -> None:
    calendar = SUMMER if is_summer else CITY
    begun = (LONG_AGO + since).astimezone(calendar.zone)
    due = calendar.add_time(calendar.end_of_working_days(begun, days), extra)
    made_of = counted(due, begun.date(), calendar)
    if made_of is None:
        assert not calendar.is_working(
            (due - timedelta(seconds=1)).astimezone(calendar.zone).date()
        )
        return
    assert due_at_of(made_of, calendar) == due
    other = changed(calendar, *off)
    there = moved(made_of, due, other, asked_at=LONG_AGO, now=begun)
    assert moved(made_of, there, other, asked_at=LONG_AGO, now=begun) == there
    assert moved(made_of, there, calendar, asked_at=LONG_AGO, now=begun) == due
    day = there.astimezone(calendar.zone) - timedelta(seconds=1)
    assert other.working_days_between(begun.date(), day.date()) >= made_of.days
