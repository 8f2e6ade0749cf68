"""When a citizen may be rung: by a table, and for any calls at all."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import windows
from callbacks.windows import BANDS, Band, CallbackRules

CITY = ZoneInfo("Asia/Shanghai")
MOMENTS = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=CITY) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from([CITY, ZoneInfo("Europe/Berlin"), ZoneInfo("America/St_Johns")])


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in the city."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CITY)


def band_of(moment: datetime) -> int | None:
    """Which band a moment lies in, told simply."""
    wall = moment.astimezone(CITY).time()
    return next((n for n, one in enumerate(BANDS) if one.since <= wall < one.until), None)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (at(18, 10), at(18, 10)),
        (at(18, 8), at(18, 9)),
        (at(18, 11, 30), at(18, 14, 30)),
        (at(18, 12), at(18, 14, 30)),
        (at(18, 17, 29), at(18, 17, 29)),
        (at(18, 18), at(18, 18, 30)),
        (at(18, 20), at(19, 9)),
        (at(18, 23, 59), at(19, 9)),
        (at(30, 22), datetime(2026, 12, 1, 9, tzinfo=CITY)),
    ],
)
def test_the_first_call_is_made_as_soon_as_it_may(now: datetime, first: datetime) -> None:
    assert windows.next_call_at(now, [], CITY) == first
    assert windows.next_opening(now, CITY) == first


@pytest.mark.parametrize(
    ("made", "then"),
    [
        ([at(18, 10)], at(18, 14, 30)),
        ([at(18, 15)], at(18, 18, 30)),
        ([at(18, 19)], at(19, 9)),
        ([at(18, 10), at(18, 15)], at(19, 9)),
        ([at(18, 15), at(18, 19)], at(19, 9)),
        ([at(18, 10), at(18, 11)], at(19, 14, 30)),
        ([at(18, 19), at(19, 10)], at(19, 14, 30)),
        ([at(18, 22)], at(19, 9)),
        ([at(18, 22), at(18, 23)], at(19, 9)),
    ],
)
def test_the_next_call_takes_another_time_and_the_last_another_day(
    made: list[datetime], then: datetime
) -> None:
    assert windows.next_call_at(made[-1], made, CITY) == then


@given(MOMENTS)
def test_three_unanswered_calls_fall_on_two_days_and_times_of_day(accepted: datetime) -> None:
    made: list[datetime] = []
    now = accepted
    for _ in range(3):
        now = windows.next_call_at(now, made, CITY)
        made.append(now)
    assert all(band_of(one) is not None for one in made)
    assert all(band_of(a) != band_of(b) for a, b in pairwise(made))
    assert len({one.astimezone(CITY).date() for one in made}) >= 2
    assert made == sorted(made)
    assert made[-1] - accepted < timedelta(days=3)


@given(MOMENTS, st.lists(st.integers(0, 200), max_size=2), ZONES)
def test_whenever_calls_were_made_the_next_is_in_hours(
    start: datetime, gaps: list[int], zone: ZoneInfo
) -> None:
    made = [start]
    for gap in gaps:
        made.append(made[-1] + timedelta(hours=gap))
    found = windows.next_call_at(made[-1], made, zone)
    assert found >= made[-1]
    assert windows.may_call(found, zone)
    assert found.astimezone(UTC).tzinfo is UTC


@pytest.mark.parametrize(
    "numbers",
    [
        {"bands": (Band(time(9), time(10)),)},
        {"bands": (Band(time(10), time(9)), Band(time(14), time(15)))},
        {"bands": (Band(time(9), time(12)), Band(time(11), time(15)))},
        {"most_calls": 0},
        {"link_hours": 0},
        {"sample_percent": 101},
    ],
)
def test_rules_that_cannot_be_kept_are_refused(numbers: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        CallbackRules(**numbers)  # type: ignore[arg-type]


def test_a_single_call_needs_no_other_day() -> None:
    one = CallbackRules(most_calls=1)
    assert windows.next_call_at(at(18, 9), [], CITY, one) == at(18, 9)
