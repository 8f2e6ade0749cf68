"""Days, years and hours in words; and the calendars that come with libraries."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.calendar import library
from hotline.calendar.rules import (
    StatedDay,
    Status,
    check_complete,
    check_days,
    published_through,
    read_intervals,
    write_intervals,
)
from hotline.errors import Invalid
from hotline.hours import Hours

NEW_YEAR = StatedDay(date(2026, 1, 1), is_working=False, name="元旦")


def test_days_of_a_year() -> None:
    assert check_days(2026, [NEW_YEAR, NEW_YEAR]) == {NEW_YEAR.day: NEW_YEAR}


@pytest.mark.parametrize(
    ("year", "days", "code"),
    [
        (2025, [NEW_YEAR], "other_year"),
        (2026, [NEW_YEAR, StatedDay(NEW_YEAR.day, is_working=True)], "day_twice"),
        (2026, [StatedDay(NEW_YEAR.day, is_working=False, name="长" * 61)], "long_name"),
        (2003, [], "unknown_year"),
        (2101, [], "unknown_year"),
    ],
)
def test_wrong_days_are_refused(year: int, days: list[StatedDay], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_days(year, days)
    assert refused.value.code == code
    assert refused.value.fields


def test_a_published_year_has_its_holidays() -> None:
    found = {one.day: one for one in library.published(2026) or ()}
    check_complete(2026, found)
    with pytest.raises(Invalid, match="2026-05-01"):
        check_complete(2026, {d: one for d, one in found.items() if d != date(2026, 5, 1)})


def test_published_as_long_as_no_year_is_missing() -> None:
    yes, no = Status.PUBLISHED, Status.PROVISIONAL
    assert published_through({2025: yes, 2026: yes, 2027: no}, 2020) == 2026
    assert published_through({2025: yes, 2026: no, 2027: yes}, 2020) == 2025
    assert published_through({2027: no}, 2020) == 2020
    assert published_through({}, 2020) == 2020


def test_the_library_knows_published_years_only() -> None:
    assert library.published(2003) is None
    assert library.published(2099) is None
    days = {one.day: one for one in library.published(2026) or ()}
    assert days[date(2026, 1, 1)] == NEW_YEAR
    assert days[date(2026, 2, 16)].name == "春节"
    assert days[date(2026, 2, 14)] == StatedDay(date(2026, 2, 14), is_working=True, name="调休上班")
    assert days[date(2026, 10, 10)].is_working
    assert {one.name for year in range(2004, 2027) for one in library.published(year) or ()} == {
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "中秋节",
        "国庆节",
        "抗战胜利纪念日",
        "调休上班",
    }


def test_statutory_dates_stand_in() -> None:
    days = {one.day: one.name for one in library.statutory(2028)}
    assert days[date(2028, 1, 26)] == "春节"
    assert days[date(2028, 10, 3)] == "中秋节、国庆节"
    assert all(not one.is_working and one.day.year == 2028 for one in library.statutory(2028))


@pytest.mark.parametrize(
    ("text", "intervals"),
    [
        ("08:30-12:00 13:30-17:30", ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))),
        ("8:30–12:00", ((time(8, 30), time(12)),)),
        ("20:00-24:00", ((time(20), time(0)),)),
        ("", ()),
    ],
)
def test_hours_are_read(text: str, intervals: tuple[tuple[time, time], ...]) -> None:
    assert read_intervals(text) == intervals
    assert read_intervals(write_intervals(Hours(intervals))) == intervals


@settings(deadline=None)
@given(st.text("0123456789:- –x", max_size=20))
def test_any_other_text_is_a_value_error(text: str) -> None:
    with suppress(ValueError):
        Hours(read_intervals(text))
