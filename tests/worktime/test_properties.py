"""Working time against the slow model, on six calendars in four zones."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worktime.calendars import CITY, NAMES, Pair, city, pair

unhurried = settings(deadline=None)
pairs = st.sampled_from(NAMES).map(pair)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
THREE_YEARS = timedelta(days=3 * 365)
moments = st.one_of(
    st.timedeltas(timedelta(0), THREE_YEARS).map(lambda since: BEGIN + since),
    st.integers(0, THREE_YEARS // timedelta(minutes=15)).map(
        lambda quarters: BEGIN + quarters * timedelta(minutes=15)
    ),
)
local_moments = moments.map(lambda at: at.replace(tzinfo=CITY))
amounts = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=60)),
    st.integers(0, 240).map(lambda n: timedelta(minutes=15 * n)),
)
days = st.integers(1, 40)


@unhurried
@given(pairs, moments, days)
def test_working_day_limits(both: Pair, start: datetime, n: int) -> None:
    due = both.fast.end_of_working_days(start, n)
    assert due == both.slow.end_of_working_days(start, n)
    assert due > start
    assert due.utcoffset() == timedelta(0)


@unhurried
@given(pairs, moments, moments)
def test_days_are_counted(both: Pair, a: datetime, b: datetime) -> None:
    first, last = a.date(), b.date()
    assert both.fast.is_working(first) == both.slow.is_working(first)
    n = both.fast.working_days_between(first, last)
    assert n == both.slow.working_days_between(first, last)
    if n > 0:
        assert both.fast.nth_working_day_after(first, n) <= last
        assert both.fast.nth_working_day_after(first, n + 1) > last
    if both.slow.is_working(last):
        assert both.fast.closing(last) == both.slow.intervals(last)[-1][1]


@unhurried
@given(pairs, moments, st.integers(1, 30))
def test_forward_and_back_by_days(both: Pair, at: datetime, n: int) -> None:
    there = both.fast.nth_working_day_after(at.date(), n)
    assert both.slow.is_working(there)
    back = both.fast.nth_working_day_after(there, -n)
    assert back == at.date() or (back < at.date() and not both.slow.is_working(at.date()))


@unhurried
@given(pairs, moments, amounts)
def test_add_then_between_gives_back(both: Pair, start: datetime, amount: timedelta) -> None:
    end = both.fast.add_time(start, amount)
    assert end == both.slow.add_time(start, amount)
    assert both.fast.time_between(start, end) == amount
    assert both.fast.time_between(end, start) == -amount


@unhurried
@given(pairs, moments, amounts)
def test_never_ends_outside_working_time(both: Pair, start: datetime, amount: timedelta) -> None:
    assert both.slow.is_open(both.fast.add_time(start, amount))
    assert both.slow.is_open(both.fast.subtract_time(start, amount))
    assert both.slow.is_open(both.fast.floor(start))
    assert both.slow.is_open(both.fast.shift(start, -3))
    assert both.slow.is_open(both.fast.shift(start, 3))


@unhurried
@given(pairs, moments, amounts)
def test_subtract_undoes_add(both: Pair, start: datetime, amount: timedelta) -> None:
    back = both.fast.subtract_time(both.fast.add_time(start, amount), amount)
    assert back == both.fast.floor(start)


@unhurried
@given(pairs, moments, moments)
def test_time_between(both: Pair, a: datetime, b: datetime) -> None:
    a, b = min(a, b), max(a, b)
    assert both.fast.time_between(a, b) == both.slow.time_between(a, b)
    assert both.fast.in_working_time(a) == both.slow.in_working_time(a)


@unhurried
@given(pairs, moments, amounts, amounts)
def test_monotone(both: Pair, a: datetime, amount: timedelta, later: timedelta) -> None:
    b, fast = a + later, both.fast
    assert fast.add_time(a, amount) <= fast.add_time(b, amount)
    assert fast.add_time(a, amount) <= fast.add_time(a, amount + later)
    assert fast.subtract_time(a, amount) <= fast.subtract_time(b, amount)
    assert fast.end_of_working_days(a, 3) <= fast.end_of_working_days(b, 3)
    assert fast.floor(a) <= a
    for n in (-5, -1, 0, 1, 5):
        assert fast.shift(a, n) <= fast.shift(b, n)
        assert fast.shift(a, n) < fast.shift(a, n + 1)


@unhurried
@given(pairs, moments, amounts, amounts)
def test_a_pause_takes_exactly_the_working_time_that_passed(
    both: Pair, due: datetime, before: timedelta, pause: timedelta
) -> None:
    due = both.fast.floor(due)
    stopped = due - before
    left = both.fast.time_between(stopped, due)
    resumed = both.fast.add_time(stopped, pause)
    moved = both.fast.add_time(due, both.fast.time_between(stopped, resumed))
    assert both.fast.time_between(resumed, moved) == left


@unhurried
@given(local_moments, st.integers(0, 59), st.integers(0, 23), days)
def test_the_hour_of_the_day_makes_no_difference(
    start: datetime, minute: int, hour: int, n: int
) -> None:
    other = start.replace(hour=hour, minute=minute)
    assert city().end_of_working_days(start, n) == city().end_of_working_days(other, n)


@unhurried
@given(pairs, moments, amounts)
def test_remaining_adds_up(both: Pair, now: datetime, ahead: timedelta) -> None:
    due = both.fast.floor(now + 4 * ahead)
    left = both.fast.remaining(now, due)
    assert left.is_overdue == (now >= due)
    start, end = (due, now) if left.is_overdue else (now, due)
    rest = both.fast.time_between(both.fast.shift(start, left.days), end)
    assert left.minutes == rest // timedelta(minutes=1)
    assert left.days >= 0


@unhurried
@given(local_moments, amounts, amounts)
def test_remaining_only_shrinks(now: datetime, later: timedelta, ahead: timedelta) -> None:
    due = city().floor(now + later + 5 * ahead)
    first, second = city().remaining(now, due), city().remaining(now + later, due)
    if second.is_overdue:
        assert now + later >= due
    else:
        assert (second.days, second.minutes) <= (first.days, first.minutes)
