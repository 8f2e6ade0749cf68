"""A clock that stands still loses nothing and wins nothing: against the slow model."""

from datetime import datetime, timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tickets import timing
from hotline.tickets.clocks import Clock, Due, Lamp, Pace, after_pause, due_at, remaining
from hotline.tickets.kinds import Urgency
from hotline.tickets.limits import Limit
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State
from tests.worktime.calendars import Pair, city
from tests.worktime.test_properties import amounts, moments, pairs

unhurried = settings(deadline=None)
WORKING = st.sampled_from([Pace.WORKING_DAYS, Pace.WORKING_HOURS])
UNIT = 7


@unhurried
@given(pairs, moments, amounts, st.timedeltas(timedelta(0), timedelta(days=40)), WORKING)
def test_only_the_working_time_that_passed_is_given_back(
    both: Pair, paused_at: datetime, ahead: timedelta, still: timedelta, pace: Pace
) -> None:
    due = Due(both.fast.add_time(paused_at, ahead), False, pace)
    now = paused_at + still
    moved = after_pause(due, paused_at, now, both.fast)
    passed = both.slow.time_between(paused_at, now)
    assert both.slow.time_between(due.due_at, moved.due_at) == passed
    assert both.slow.time_between(now, moved.due_at) == both.slow.time_between(
        paused_at, due.due_at
    )
    assert both.slow.is_open(moved.due_at)
    if passed == timedelta(0):
        assert moved.due_at == due.due_at


@unhurried
@given(pairs, moments, amounts, amounts)
def test_an_hour_clock_gets_natural_time_back(
    both: Pair, paused_at: datetime, ahead: timedelta, still: timedelta
) -> None:
    due = Due(paused_at + ahead, False, Pace.NATURAL_HOURS)
    moved = after_pause(due, paused_at, paused_at + still, both.fast)
    assert moved.due_at - due.due_at == still


@unhurried
@given(pairs, moments, amounts, amounts, amounts, WORKING)
def test_two_pauses_in_a_row_are_one_long_one(
    both: Pair, at: datetime, ahead: timedelta, first: timedelta, second: timedelta, pace: Pace
) -> None:
    due = Due(both.fast.add_time(at, ahead), False, pace)
    once = after_pause(due, at, at + first + second, both.fast)
    half = after_pause(due, at, at + first, both.fast)
    twice = after_pause(half, at + first, at + first + second, both.fast)
    assert both.fast.time_between(due.due_at, once.due_at) == both.fast.time_between(
        due.due_at, twice.due_at
    )


@unhurried
@given(pairs, moments, st.integers(1, 20), amounts, amounts, st.booleans())
def test_a_units_row_stands_still_in_its_own_working_time(
    both: Pair,
    start: datetime,
    days: int,
    before: timedelta,
    still: timedelta,
    is_critical: bool,  # noqa: FBT001 — hypothesis gives it by place
) -> None:
    book = Rulebook(city(), unit_calendars={UNIT: both.fast})
    urgency = Urgency.CRITICAL if is_critical else Urgency.NORMAL
    due = due_at(Clock.HANDLE, start, urgency, both.fast, limit=Limit(days))
    ticket, row = _running(due, start)
    paused_at = min(start + before, due.due_at)
    left = remaining(due, paused_at, both.fast)
    timing.pause(ticket, [row], at=paused_at)
    assert (row.paused_at, row.next_change_at) == (paused_at, None)
    now = paused_at + still
    with patch.object(timing, "_lead_of", return_value=UNIT):
        gone_on = timing.resume(ticket, row, at=now, book=book)
    assert gone_on is not None and not (gone_on.is_capped or gone_on.is_floored)
    given_back = gone_on.given
    assert row.paused_at is None
    assert ticket.due_at == row.due_at
    assert ticket.lamp is row.lamp
    if is_critical:
        assert given_back == still == row.due_at - due.due_at
        assert remaining(Due(row.due_at, False, row.pace), now, both.fast) == left
    else:
        assert given_back == both.slow.time_between(paused_at, now)
        assert both.slow.time_between(due.due_at, row.due_at) == given_back


def _running(due: Due, start: datetime) -> tuple[Ticket, ClockRow]:
    row = ClockRow(
        unit_id=UNIT,
        kind=Clock.HANDLE,
        started_at=start,
        due_at=due.due_at,
        pace=due.pace,
        is_provisional=due.is_provisional,
        lamp=Lamp.GREEN,
    )
    return Ticket(state=State.IN_PROGRESS, due_at=due.due_at, lamp=Lamp.GREEN), row
