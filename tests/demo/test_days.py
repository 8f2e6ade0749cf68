"""The demo's times: ordered and past, whenever it is made."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from demo import acts, courses, days, stories
from hotline.calendar.library import published
from hotline.worktime import Calendar

MOMENTS = (
    "2026-11-18 10:00",  # a Wednesday
    "2026-11-16 07:10",  # Monday, before opening
    "2026-11-16 08:31",  # Monday, just open
    "2026-11-16 17:29",
    "2026-11-16 17:31",
    "2026-11-16 23:50",
    "2026-11-22 11:00",  # a Sunday
    "2026-10-04 15:00",  # National Day week
    "2026-10-10 10:00",  # a Saturday that is worked
    "2026-02-24 08:45",  # the first day after Spring Festival
)


def calendar() -> Calendar:
    stated = [one for year in (2025, 2026) for one in published(year) or []]
    exceptions = {one.day: one.is_working for one in stated}
    return Calendar(ZoneInfo("Asia/Shanghai"), (), exceptions, 2026)


@cache
def everything() -> list[stories.Story]:
    return [*stories.stories(), *courses.stories()]


def in_the_city(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


KNOWN = calendar()


@pytest.mark.parametrize("wall", MOMENTS)
def test_every_story_happens_in_order_and_before_now(wall: str) -> None:
    now = in_the_city(wall)
    for story in everything():
        moments = story.times(now, KNOWN)
        assert len(moments) == 1 + len(story.steps), story.name
        assert moments == sorted(moments), story.name
        assert moments[-1] <= now, story.name


@pytest.mark.parametrize(
    ("now", "meant"),
    [
        ("2026-11-18 10:00", "2026-11-17 09:30"),
        ("2026-11-18 17:30", "2026-11-18 09:30"),
        ("2026-11-22 11:00", "2026-11-20 09:30"),
        ("2026-10-10 10:00", "2026-10-09 09:30"),
        ("2026-10-04 15:00", "2026-09-30 09:30"),
    ],
)
def test_a_day_is_counted_from_the_next_closing(now: str, meant: str) -> None:
    assert days.moment("1d 09:30", in_the_city(now), KNOWN) == in_the_city(meant)


def test_days_ahead_are_working_days() -> None:
    assert days.ahead("1d", in_the_city("2026-11-20 10:00"), KNOWN) == date(2026, 11, 23)


@pytest.mark.parametrize("spelled", ["", "0d 10:00", "3d", "10:00", "-5m", "3 days", "1d 25:00"])
def test_other_spellings_are_refused(spelled: str) -> None:
    with pytest.raises(ValueError):
        days.moment(spelled, in_the_city("2026-11-18 10:00"), KNOWN)


@pytest.mark.parametrize("spelled", ["", "0d", "x", "1d 10:00"])
def test_other_days_are_refused(spelled: str) -> None:
    with pytest.raises(ValueError, match="no day"):
        days.ahead(spelled, in_the_city("2026-11-18 10:00"), KNOWN)


def test_every_step_is_one_that_the_stage_knows() -> None:
    steps = {step.do for story in everything() for step in story.steps}
    assert steps <= acts.KNOWN
