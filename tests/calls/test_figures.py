"""The figures of calls, worked out by hand for a log of 50 calls."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotline.calls import figures
from hotline.calls.figures import Bounds, Period, Share, Span, Talked
from hotline.calls.kinds import Direction, SeatState
from hotline.calls.states import CallState

ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime(2026, 11, 18, tzinfo=ZONE)
PERIOD = Period(DAY, DAY + timedelta(days=1), ZONE)
NOW = DAY + timedelta(hours=11)
ONE, TWO = 1, 2

# time · line · caller · what became of it · seconds in the queue · of talk · of wrap-up · operator
# answered: inbound; again a caller's number. "-": none, withheld, or not yet.
LOG = """
08:00  12345  c1   answered   2   120  30   1
08:01  12345  c2   answered   5   120  30   1
08:02  12345  c3   answered   8   120  30   1
08:03  12345  c4   answered   10  120  30   1
08:04  12345  c5   answered   12  120  30   1
08:05  12345  c6   answered   15  120  30   1
08:06  12345  c7   answered   16  120  30   2
08:07  12345  c8   answered   20  120  30   2
08:08  12345  c9   answered   30  120  30   2
08:09  12345  c10  answered   45  120  30   2
08:10  12345  c11  answered   60  120  30   2
08:11  12345  c12  answered   90  120  30   2
08:12  12345  x1   abandoned  3   -    -    -
08:13  12345  x2   abandoned  5   -    -    -
08:14  12345  x3   abandoned  6   -    -    -
08:15  12345  x4   abandoned  40  -    -    -
08:16  12345  b1   called_back  70  -  -    -
08:17  12345  v1   message    65  -    -    -
08:18  12345  m1   served     -   -    -    -
08:19  12345  r1   refused    -   -    -    -
09:00  12345  c13  answered   1   180  60   1
09:01  12345  c14  answered   3   180  60   1
09:02  12345  c15  answered   7   180  60   1
09:03  12345  c16  answered   11  180  60   1
09:04  12345  c17  answered   14  180  60   1
09:05  12345  c18  answered   18  180  60   2
09:06  12345  c19  answered   25  180  60   2
09:07  12345  c20  answered   33  180  60   2
09:08  12345  c1   answered   50  180  60   2
09:09  12345  -    answered   75  180  60   2
09:10  12345  c3   abandoned  20  -    -    -
09:11  12345  x6   abandoned  31  -    -    -
09:12  12345  x7   abandoned  4   -    -    -
09:13  12345  b2   called_back  61  -  -    -
09:14  12345  b3   called_back  64  -  -    -
09:15  12345  m2   served     -   -    -    -
09:16  12345  m3   served     -   -    -    -
09:17  12345  v2   message    -   -    -    -
09:18  12345  o1   called     -   60   20   1
09:19  12345  o2   not_there  -   -    -    2
10:00  12319  c21  answered   4   240  90   1
10:01  12319  c22  answered   9   240  90   1
10:02  12345  c2   answered   15  240  90   1
10:03  12345  c23  answered   17  240  90   1
10:04  12345  c1   answered   22  240  90   1
10:05  12345  c24  answered   28  -    -    1
10:06  12345  x8   abandoned  12  -    -    -
10:07  12345  w1   waiting    0   -    -    -
10:08  12345  o3   called     -   90   10   2
10:09  12345  r2   refused    -   -    -    -
"""
STATES = {
    "answered": CallState.ENDED,
    "called": CallState.ENDED,
    "not_there": CallState.ENDED,
    "abandoned": CallState.ABANDONED,
    "called_back": CallState.CALLBACK_ASKED,
    "message": CallState.VOICEMAIL,
    "served": CallState.ENDED,
    "refused": CallState.REFUSED,
    "waiting": CallState.WAITING,
}

# operator · state · from · until
TIME = """
1  on_call   08:00  08:48
1  wrap_up   08:48  09:06
1  break     09:06  09:36
1  ready     09:36  10:50
1  ringing   10:50  -
2  ready     08:00  10:00
2  on_call   10:00  10:30
2  wrap_up   10:30  10:40
"""


def test_the_log_has_50_calls() -> None:
    assert len(_calls()) == 50


def test_counts() -> None:
    total = _table().total
    # 50 calls, o1 o2 o3 went out
    assert (total.incoming, total.outgoing) == (47, 3)
    # in the queue: 08h 12 answered + 4 + b1 + v1 = 18; 09h 10 + 3 + 2 = 15; 10h 6 + 1 + w1 = 8;
    # x1 (3 s), x2 (5 s) and x7 (4 s) hung up within 5 s: 41 - 3
    assert (total.queued, total.short) == (38, 3)
    # answered 12 + 10 + 6; gave up x3 x4, c3 x6, x8; b1 b2 b3; v1 v2
    assert (total.answered, total.abandoned) == (28, 5)
    assert (total.asked_back, total.messages) == (3, 2)


def test_shares_of_calls() -> None:
    total = _table().total
    # within 15 s: 08h 2 5 8 10 12 15, 09h 1 3 7 11 14, 10h 4 9 15 = 14, of 28 + 5
    assert total.in_time == Share(14, 33)
    assert total.in_time.value == pytest.approx(0.4242)
    assert total.connection == Share(28, 38)
    assert total.connection.value == pytest.approx(0.7368)
    # who asked to be called back has not abandoned
    assert total.abandonment == Share(5, 38)
    assert total.abandonment.value == pytest.approx(0.1316)


def test_times() -> None:
    total = _table().total
    # 12 × 120 + 10 × 180 + 5 × 240 + o1 60 + o3 90; c24 still talks
    assert total.talk == Share(4590, 29)
    # 12 × 30 + 10 × 60 + 5 × 90 + 20 + 10
    assert total.wrap_up == Share(1440, 29)
    # operator 1: (2880 + 1080) of 2880 + 1080 + 4440 ready + 600 ringing; the break is left out;
    # operator 2: (1800 + 600) of 7200 ready + 2400
    assert total.occupancy == Share(6360, 18600)


def test_one_call_was_enough() -> None:
    # 28 answered, one withheld; came again: c1 (08:00 and 09:08), c2, and c3, who gave up
    assert _table().total.one_call == Share(23, 27)


def test_by_hour() -> None:
    hours = _table().by_hour
    assert list(hours) == [8, 9, 10]
    assert hours[8].in_time == Share(6, 14)  # 12 answered, x3 and x4 gave up
    assert hours[9].connection == Share(10, 14)
    assert hours[10].abandonment == Share(1, 8)
    # operator 1 busy all hour (2880 + 720), operator 2 ready all hour
    assert hours[8].occupancy == Share(3600, 7200)
    assert sum(one.queued for one in hours.values()) == 38


def test_by_line() -> None:
    lines = _table().by_line
    assert list(lines) == ["12319", "12345"]
    assert lines["12319"].in_time == Share(2, 2)
    assert lines["12319"].talk == Share(480, 2)
    assert lines["12345"].connection == Share(26, 36)
    assert lines["12345"].occupancy == Share(0, 0)


def test_by_operator() -> None:
    people = _table().by_operator
    # 6 × 120 + 5 × 180 + 5 × 240 + 60; 6 × 120 + 5 × 180 + 90
    assert people[ONE].talk == Share(2880, 17)
    assert people[TWO].talk == Share(1710, 12)
    assert people[ONE].occupancy == Share(3960, 9000)
    assert people[ONE].occupancy.value == pytest.approx(0.44)
    assert people[TWO].occupancy.value == pytest.approx(0.25)


def test_nothing_is_divided_by_nothing() -> None:
    table = figures.table([], [], PERIOD, NOW, Bounds())
    assert table.total.in_time.value is None
    assert table.by_hour == {}


def test_who_comes_again_the_day_after_was_not_served_by_one_call() -> None:
    first = _call(["23:00", "12345", "c1", "answered", "2", "60", "10", "1"])
    again = Talked(
        Direction.INBOUND,
        CallState.ENDED,
        DAY + timedelta(hours=40),
        queued_at=DAY + timedelta(hours=40),
        caller="c1",
    )
    table = figures.table([first, again], [], PERIOD, NOW, Bounds())
    assert table.total.incoming == 1
    assert table.total.one_call == Share(0, 1)


def test_bounds_are_what_the_city_sets() -> None:
    table = figures.table(_calls(), [], PERIOD, NOW, Bounds(in_time_seconds=20, short_seconds=3))
    # 16, 20, 18 and 17 s are in time too; x2 (5 s) and x7 (4 s) gave up
    assert table.total.in_time == Share(18, 35)
    assert (table.total.queued, table.total.short) == (40, 1)


def _table() -> figures.Table:
    return figures.table(_calls(), _spans(), PERIOD, NOW, Bounds())


def _calls() -> list[Talked]:
    return [_call(line.split()) for line in LOG.splitlines() if line]


def _call(row: list[str]) -> Talked:
    clock, line, caller, became, waited, talked, written, operator = row
    begun = _at(clock)
    is_out = became in ("called", "not_there")
    wait = None if waited == "-" else timedelta(seconds=int(waited))
    answered = ended = finished = None
    if became in ("answered", "called"):
        answered = begun + (wait or timedelta(0))
        ended = None if talked == "-" else answered + timedelta(seconds=int(talked))
        finished = ended + timedelta(seconds=int(written)) if ended else None
    elif became != "waiting":
        ended = begun + (wait or timedelta(0))
    given: dict[str, Any] = {
        "direction": Direction.OUTBOUND if is_out else Direction.INBOUND,
        "state": CallState.CONNECTED if answered and not ended else STATES[became],
        "created_at": begun,
        "queued_at": None if wait is None else begun,
        "answered_at": answered,
        "ended_at": ended,
        "finished_at": finished,
        "line": line,
        "staff_id": None if operator == "-" else int(operator),
        "caller": None if caller == "-" else caller,
    }
    return Talked(**given)


def _spans() -> list[Span]:
    rows = (line.split() for line in TIME.splitlines() if line)
    return [
        Span(int(who), SeatState(state), _at(since), None if until == "-" else _at(until))
        for who, state, since, until in rows
    ]


def _at(clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return (DAY + timedelta(hours=int(hours), minutes=int(minutes))).astimezone(UTC)
