"""Working time by hand: dated examples from the published calendars, hours, refusals."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.worktime import Calendar, Hours, OutsideCalendar, Remaining
from tests.worktime.calendars import (
    CITY,
    CLOSED_DAYS,
    HALF_DAY,
    SATURDAYS,
    SUMMER,
    at,
    city,
)

LIMITS = [
    # Spring Festival 2026: 15–23 February off, the Saturdays 14 and 28 February are working days
    ("2026-02-13 16:00", 1, "2026-02-14 17:30"),
    ("2026-02-13 16:00", 2, "2026-02-24 17:30"),
    ("2026-02-13 16:00", 6, "2026-02-28 17:30"),
    ("2026-02-13 16:00", 7, "2026-03-02 17:30"),
    ("2026-02-17 10:00", 1, "2026-02-24 17:30"),
    # National Day 2026: 1–7 October off, Sunday 20 September and Saturday 10 October work
    ("2026-09-18 09:00", 1, "2026-09-20 17:30"),
    ("2026-09-30 17:29", 5, "2026-10-13 17:30"),
    ("2026-09-30 17:31", 5, "2026-10-13 17:30"),
    ("2026-10-03 12:00", 3, "2026-10-10 17:30"),
    ("2026-10-10 00:10", 1, "2026-10-12 17:30"),
    ("2026-09-24 23:59", 1, "2026-09-28 17:30"),
    # 2025
    ("2025-01-24 11:00", 3, "2025-02-05 17:30"),
    ("2025-04-30 08:00", 1, "2025-05-06 17:30"),
    ("2025-09-30 15:00", 3, "2025-10-11 17:30"),
    # 2024: New Year's Eve, 9 February, was a working day
    ("2024-02-08 15:00", 1, "2024-02-09 17:30"),
    ("2024-02-09 15:00", 2, "2024-02-19 17:30"),
    ("2024-06-07 10:00", 1, "2024-06-11 17:30"),
    ("2024-09-13 10:00", 2, "2024-09-18 17:30"),
    # an ordinary week
    ("2026-11-20 17:29", 1, "2026-11-23 17:30"),
    ("2026-11-20 17:31", 1, "2026-11-23 17:30"),
    ("2026-11-21 10:00", 1, "2026-11-23 17:30"),
    # into a year that is not published
    ("2026-12-31 09:00", 2, "2027-01-05 17:30"),
]


@pytest.mark.parametrize(("start", "days", "due"), LIMITS)
def test_working_day_limit(start: str, days: int, due: str) -> None:
    assert city().end_of_working_days(at(start), days) == at(due)


def test_days_after_the_last_published_year_are_provisional() -> None:
    assert not city().is_provisional(date(2026, 12, 31))
    assert city().is_provisional(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20 16:30", 4, "2026-11-23 11:30"),
        ("2026-11-20 10:00", 2, "2026-11-20 12:00"),
        ("2026-11-20 11:00", 2, "2026-11-20 14:30"),
        ("2026-11-20 12:30", 2, "2026-11-20 15:30"),
        ("2026-11-20 15:30", 2, "2026-11-20 17:30"),
        ("2026-11-21 15:30", 2, "2026-11-23 10:30"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-02-13 17:00", 1, "2026-02-14 09:00"),
        ("2026-11-21 03:00", 0, "2026-11-23 08:30"),
        ("2026-11-20 17:30", 0, "2026-11-20 17:30"),
    ],
)
def test_working_hours(start: str, hours: int, end: str) -> None:
    assert city().add_time(at(start), timedelta(hours=hours)) == at(end)


@pytest.mark.parametrize(
    ("hours", "start", "amount", "end"),
    [
        ((SUMMER,), "2026-06-30 11:30", 1, "2026-06-30 15:00"),
        ((SUMMER,), "2026-10-09 11:30", 1, "2026-10-09 14:00"),
        ((SATURDAYS,), "2026-11-20 17:00", 1, "2026-11-21 09:30"),
        ((SATURDAYS,), "2026-11-21 11:00", 1, "2026-11-23 09:00"),
        # a make-up Saturday stands in for a weekday and is open all day
        ((SATURDAYS,), "2026-10-10 11:00", 2, "2026-10-10 14:30"),
        # nobody is in on a holiday Saturday
        ((SATURDAYS,), "2026-09-30 17:00", 1, "2026-10-08 09:00"),
        ((HALF_DAY,), "2026-02-12 11:30", 1, "2026-02-13 09:00"),
        ((CLOSED_DAYS,), "2026-07-03 17:00", 1, "2026-07-09 09:00"),
    ],
)
def test_dated_hours(hours: tuple[Hours, ...], start: str, amount: int, end: str) -> None:
    assert city(hours).add_time(at(start), timedelta(hours=amount)) == at(end)


def test_saturday_mornings_are_working_time_but_no_working_day() -> None:
    open_on_saturdays = city((SATURDAYS,))
    assert open_on_saturdays.in_working_time(at("2026-11-21 10:00"))
    assert not open_on_saturdays.is_working(date(2026, 11, 21))
    due = open_on_saturdays.end_of_working_days(at("2026-11-20 10:00"), 1)
    assert due == at("2026-11-23 17:30")


def test_closing_follows_the_hours_of_the_day() -> None:
    assert city((SUMMER,)).closing(date(2026, 7, 1)) == at("2026-07-01 18:00")
    assert city((HALF_DAY,)).closing(date(2026, 2, 12)) == at("2026-02-12 12:00")
    assert city().closing(date(2026, 7, 1)).tzinfo is UTC


def test_a_day_closed_by_its_hours_is_no_working_day() -> None:
    calendar = city((CLOSED_DAYS,))
    assert not calendar.is_working(date(2026, 7, 7))
    with pytest.raises(ValueError, match="no working day"):
        calendar.closing(date(2026, 7, 7))


@pytest.mark.parametrize(
    ("now", "due", "left"),
    [
        ("2026-11-23 10:00", "2026-11-25 17:30", Remaining(2, 360, is_overdue=False)),
        ("2026-11-23 08:30", "2026-11-24 17:30", Remaining(2, 0, is_overdue=False)),
        ("2026-11-21 10:00", "2026-11-23 17:30", Remaining(1, 0, is_overdue=False)),
        ("2026-11-23 17:29", "2026-11-23 17:30", Remaining(0, 1, is_overdue=False)),
        ("2026-11-23 17:30", "2026-11-23 17:30", Remaining(0, 0, is_overdue=True)),
        ("2026-11-24 10:00", "2026-11-23 17:30", Remaining(0, 90, is_overdue=True)),
        ("2026-11-26 17:30", "2026-11-23 17:30", Remaining(3, 0, is_overdue=True)),
        ("2026-09-30 08:30", "2026-10-08 12:00", Remaining(1, 210, is_overdue=False)),
    ],
)
def test_what_is_left(now: str, due: str, left: Remaining) -> None:
    assert city().remaining(at(now), at(due)) == left


def test_what_is_left_from_an_open_saturday() -> None:
    left = city((SATURDAYS,)).remaining(at("2026-11-21 15:00"), at("2026-11-23 17:30"))
    assert left == Remaining(1, 0, is_overdue=False)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23 12:00", 1, "2026-11-24 12:00"),
        ("2026-11-23 12:40", 1, "2026-11-24 12:00"),
        ("2026-11-20 17:30", 3, "2026-11-25 17:30"),
        ("2026-11-22 09:00", 1, "2026-11-23 17:30"),
        ("2026-11-23 17:30", -1, "2026-11-20 17:30"),
        ("2026-10-08 09:00", -1, "2026-09-30 09:00"),
        ("2026-02-11 16:00", 1, "2026-02-12 12:00"),
        ("2026-06-30 18:00", 0, "2026-06-30 18:00"),
        ("2026-10-09 12:00", -6, "2026-09-23 12:00"),
        ("2026-09-30 17:45", 1, "2026-10-08 17:30"),
    ],
)
def test_the_same_minute_some_days_off(start: str, days: int, end: str) -> None:
    assert city((SUMMER, HALF_DAY)).shift(at(start), days) == at(end)


def test_an_opening_later_than_the_minute_draws_it_along() -> None:
    late = Hours(((time(10), time(16)),), date(2026, 11, 24), date(2026, 11, 24))
    assert city((late,)).shift(at("2026-11-23 09:00"), 1) == at("2026-11-24 10:00")


def test_clocks_that_change_leave_working_time_as_long_as_it_is() -> None:
    nights = Hours(((time(0), time(8)),), weekdays=frozenset(range(7)))
    berlin = Calendar(ZoneInfo("Europe/Berlin"), (nights,), {}, 2026)
    spring = berlin.time_between(_utc(2026, 3, 28, 12), _utc(2026, 3, 29, 12))
    autumn = berlin.time_between(_utc(2026, 10, 24, 12), _utc(2026, 10, 25, 12))
    assert (spring, autumn) == (timedelta(hours=7), timedelta(hours=9))


def test_a_later_published_year_is_no_longer_provisional() -> None:
    assert not Calendar(CITY, (), {}, 2027).is_provisional(date(2027, 5, 1))


@pytest.mark.parametrize(
    "intervals",
    [
        ((time(9), time(9)),),
        ((time(12), time(9)),),
        ((time(9), time(12)), (time(11), time(13))),
        ((time(13), time(17)), (time(9), time(12))),
        ((time(13), time(0)), (time(9), time(12))),
    ],
)
def test_hours_out_of_order_are_refused(intervals: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="must not overlap"):
        Hours(intervals)


def test_hours_with_wrong_dates_or_weekdays_are_refused() -> None:
    with pytest.raises(ValueError, match="until_on"):
        Hours((), date(2026, 2, 2), date(2026, 2, 1))
    with pytest.raises(ValueError, match="weekdays"):
        Hours((), weekdays=frozenset({7}))


def test_wrong_amounts_are_refused() -> None:
    noon = at("2026-11-23 12:00")
    with pytest.raises(ValueError, match="at least one"):
        city().end_of_working_days(noon, 0)
    with pytest.raises(ValueError, match="not be 0"):
        city().nth_working_day_after(noon.date(), 0)
    with pytest.raises(ValueError, match="negative"):
        city().add_time(noon, -timedelta(hours=1))
    with pytest.raises(ValueError, match="negative"):
        city().subtract_time(noon, -timedelta(hours=1))


def test_beyond_the_calendar_is_said_so() -> None:
    for wrong in (
        lambda: city().is_working(date(2003, 12, 31)),
        lambda: city().is_working(date(2057, 1, 1)),
        lambda: city().floor(_utc(2004, 1, 1, 0)),
        lambda: city().add_time(_utc(2056, 12, 31, 1), timedelta(hours=9)),
        lambda: city().add_time(_utc(2056, 12, 31, 12), timedelta(0)),
        lambda: city().add_time(_utc(2026, 12, 31, 12), timedelta(days=99_999)),
        lambda: city().end_of_working_days(_utc(2026, 12, 31, 12), 99_999),
        lambda: city().nth_working_day_after(date(2026, 1, 1), -99_999),
    ):
        with pytest.raises(OutsideCalendar):
            wrong()


def _utc(*parts: int) -> datetime:
    year, month, day, hour = parts
    return datetime(year, month, day, hour, tzinfo=UTC)
