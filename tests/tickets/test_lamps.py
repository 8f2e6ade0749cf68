"""The lamps of a clock: by hand, then for any clock at any time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tickets.clocks import Clock, Due, Lamp, Pace, due_at, lamp, next_change_at
from hotline.tickets.kinds import Channel, Urgency
from hotline.tickets.limits import Limit
from tests.worktime.calendars import at, city

unhurried = settings(deadline=None)
DAYS, HOURS, NATURAL = Pace.WORKING_DAYS, Pace.WORKING_HOURS, Pace.NATURAL_HOURS
ORDER = list(Lamp)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("pace", "start", "due", "yellow", "purple"),
    [
        # five working days: a working day before; three working days after
        (DAYS, "2026-11-20 16:30", "2026-11-27 17:30", "2026-11-26 17:30", "2026-12-02 17:30"),
        (DAYS, "2026-09-23 09:00", "2026-10-08 17:30", "2026-09-30 17:30", "2026-10-12 17:30"),
        # one working day: the last quarter of 1 h + 7.5 h of working time
        (DAYS, "2026-11-20 16:30", "2026-11-23 17:30", "2026-11-23 15:22:30", "2026-11-26 17:30"),
        # a deadline moved by a pause keeps its minute, so do its lamps
        (DAYS, "2026-11-16 09:00", "2026-11-24 12:00", "2026-11-23 12:00", "2026-11-27 12:00"),
        (HOURS, "2026-11-20 16:30", "2026-11-23 11:30", "2026-11-23 10:30", "2026-11-23 17:00"),
        (NATURAL, "2026-11-20 16:30", "2026-11-21 16:30", "2026-11-21 10:30", "2026-11-22 16:30"),
        (
            NATURAL,
            "2026-11-21 02:00",
            "2026-11-21 02:05",
            "2026-11-21 02:03:45",
            "2026-11-21 02:10",
        ),
    ],
)
def test_when_the_lamp_changes(pace: Pace, start: str, due: str, yellow: str, purple: str) -> None:
    clock = Due(at(due), False, pace)
    now, seen = at(start), []
    while True:
        seen.append((now, lamp(clock, at(start), now, city())))
        following = next_change_at(clock, at(start), now, city())
        if following is None:
            break
        now = following
    assert seen == [
        (at(start), Lamp.GREEN),
        (at(yellow), Lamp.YELLOW),
        (at(due), Lamp.RED),
        (at(purple), Lamp.PURPLE),
    ]


def test_a_clock_that_starts_overdue_is_red_at_once() -> None:
    start = at("2026-11-20 16:30")
    days = Due(at("2026-11-19 12:00"), False, DAYS)
    assert lamp(days, start, start, city()) is Lamp.RED
    natural = Due(start, False, NATURAL)
    assert lamp(natural, start, start, city()) is Lamp.PURPLE
    assert next_change_at(natural, start, start, city()) is None


starts = st.timedeltas(timedelta(0), timedelta(days=700)).map(
    lambda since: datetime(2025, 1, 1, tzinfo=UTC) + since
)
clocks = st.builds(
    lambda kind, start, urgency, days, hours, runs_7x24: (
        start,
        due_at(
            kind,
            start,
            urgency,
            city(),
            limit=Limit(days, hours),
            channel=Channel.WEB,
            runs_7x24=runs_7x24,
        ),
    ),
    st.sampled_from([kind for kind in Clock if kind is not Clock.WHOLE]),
    starts,
    st.sampled_from(Urgency),
    st.integers(1, 20),
    st.none() | st.integers(1, 72),
    st.booleans(),
)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


@unhurried
@given(clocks, spans, spans)
def test_a_lamp_never_goes_back(clock: tuple[datetime, Due], a: timedelta, b: timedelta) -> None:
    start, due = clock
    first = lamp(due, start, start + a, city())
    second = lamp(due, start, start + a + b, city())
    assert ORDER.index(first) <= ORDER.index(second)


@unhurried
@given(clocks, spans)
def test_the_next_change_is_exactly_when_it_changes(
    clock: tuple[datetime, Due], since: timedelta
) -> None:
    start, due = clock
    now = start + since
    shown, following = lamp(due, start, now, city()), next_change_at(due, start, now, city())
    if following is None:
        assert shown is Lamp.PURPLE
        return
    assert following > now
    assert lamp(due, start, following - MOMENT, city()) is shown
    assert lamp(due, start, following, city()) is not shown


@unhurried
@given(clocks)
def test_a_new_clock_is_green_and_red_from_its_limit(clock: tuple[datetime, Due]) -> None:
    start, due = clock
    assert due.due_at > start
    assert lamp(due, start, start, city()) is Lamp.GREEN
    assert lamp(due, start, due.due_at - MOMENT, city()) is Lamp.YELLOW
    assert lamp(due, start, due.due_at, city()) is Lamp.RED


@unhurried
@given(starts, st.sampled_from(Urgency), st.integers(1, 20))
def test_more_urgent_is_never_later(start: datetime, urgency: Urgency, days: int) -> None:
    for kind in (Clock.DISPATCH, Clock.SIGN, Clock.CONTACT, Clock.DECISION, Clock.HANDLE):
        given_limit = Limit(days)
        calm = due_at(kind, start, Urgency.NORMAL, city(), limit=given_limit)
        pressing = due_at(kind, start, urgency, city(), limit=given_limit)
        assert pressing.due_at <= calm.due_at
