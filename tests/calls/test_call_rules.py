"""Who is served next and by whom: tables, and properties that hold for any queue."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.rules import (
    CallRules,
    Ready,
    Waiting,
    callback_at,
    expected_wait,
    expected_waits,
    in_turn,
    is_owed_a_call,
    matched,
    rank_of,
)

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
CITY = ZoneInfo("Asia/Shanghai")
SKILLS = st.sampled_from([None, "english", "enterprise"])
CALLS = st.lists(
    st.builds(
        Waiting,
        call_id=st.integers(1, 999),
        rank=st.sampled_from([-100, 0, 200, 300]),
        queued_at=st.integers(0, 600).map(lambda s: AT + timedelta(seconds=s)),
        skill=SKILLS,
        declined_by=st.frozensets(st.integers(1, 8), max_size=3),
    ),
    unique_by=lambda one: one.call_id,
    max_size=12,
)
OPERATORS = st.lists(
    st.builds(
        Ready,
        staff_id=st.integers(1, 8),
        idle_since=st.integers(0, 600).map(lambda s: AT + timedelta(seconds=s)),
        skills=st.frozensets(st.sampled_from(["english", "enterprise"])),
    ),
    unique_by=lambda one: one.staff_id,
    max_size=8,
)


def wait(call_id: int, seconds: int, rank: int = 0, skill: str | None = None) -> Waiting:
    return Waiting(call_id, rank, AT + timedelta(seconds=seconds), skill)


def idle(staff_id: int, seconds: int, *skills: str) -> Ready:
    return Ready(staff_id, AT + timedelta(seconds=seconds), frozenset(skills))


def ids(pairs: list[tuple[Waiting, Ready]]) -> list[tuple[int, int]]:
    return [(call.call_id, operator.staff_id) for call, operator in pairs]


def test_longest_wait_meets_longest_idle() -> None:
    found = matched([wait(1, 30), wait(2, 10)], [idle(7, 5), idle(8, 1)])
    assert ids(found) == [(2, 8), (1, 7)]


def test_critical_and_returning_callers_come_first() -> None:
    queue = [wait(1, 0), wait(2, 50, 200), wait(3, 90, 300), wait(4, 0, -100)]
    assert [one.call_id for one in in_turn(queue)] == [3, 2, 1, 4]


def test_a_call_nobody_may_take_holds_up_nobody() -> None:
    assert ids(matched([wait(1, 0, skill="english"), wait(2, 9)], [idle(7, 0)])) == [(2, 7)]


def test_who_speaks_english_is_kept_for_who_needs_it() -> None:
    found = matched([wait(1, 0), wait(2, 9, skill="english")], [idle(7, 0, "english"), idle(8, 5)])
    assert ids(found) == [(1, 8), (2, 7)]


def test_who_let_it_pass_gets_it_again_only_when_nobody_else_is_there() -> None:
    once = Waiting(1, 0, AT, None, frozenset({7}))
    assert ids(matched([once], [idle(7, 0), idle(8, 9)])) == [(1, 8)]
    assert ids(matched([once], [idle(7, 0)])) == [(1, 7)]


@given(CALLS, OPERATORS)
def test_nobody_gets_two_and_no_call_goes_twice(calls: list[Waiting], free: list[Ready]) -> None:
    pairs = matched(calls, free)
    assert len({call.call_id for call, _ in pairs}) == len(pairs)
    assert len({one.staff_id for _, one in pairs}) == len(pairs)
    assert all(call.skill is None or call.skill in one.skills for call, one in pairs)


@given(CALLS, OPERATORS)
def test_nobody_is_idle_while_a_call_waits_that_they_may_take(
    calls: list[Waiting], free: list[Ready]
) -> None:
    pairs = matched(calls, free)
    left = [c for c in calls if c.call_id not in {call.call_id for call, _ in pairs}]
    idle_still = [o for o in free if o.staff_id not in {one.staff_id for _, one in pairs}]
    assert not any(c.skill is None or c.skill in o.skills for c in left for o in idle_still)


@given(CALLS, OPERATORS)
def test_of_two_that_need_the_same_the_first_in_turn_is_served(
    calls: list[Waiting], free: list[Ready]
) -> None:
    served = {call.call_id for call, _ in matched(calls, free)}
    for skill in (None, "english", "enterprise"):
        alike = [one.call_id in served for one in in_turn(calls) if one.skill == skill]
        assert alike == sorted(alike, reverse=True)


@pytest.mark.parametrize(
    ("critical", "returning", "line", "rank"),
    [(True, True, 5, 305), (False, True, 0, 200), (False, False, 20, 20), (False, False, 500, 99)],
)
def test_ranks(critical: bool, returning: bool, line: int, rank: int) -> None:  # noqa: FBT001
    assert rank_of(is_critical=critical, is_returning=returning, line_rank=line) == rank


PLAIN, ENGLISH = frozenset[str](), frozenset({"english"})


@pytest.mark.parametrize(
    ("ahead", "staffed", "able", "talks", "seconds"),
    [
        (0, 0, 0, [100.0], None),
        (0, 3, 0, [100.0], None),
        (0, 1, 1, [], 180),
        (0, 10, 10, [120.0], 30),
        (2, 2, 2, [100.0, 140.0], 180),
        (3, 3, 3, [121.0], 180),
        (3, 4, 1, [100.0], 180),
    ],
)
def test_expected_wait(
    ahead: int, staffed: int, able: int, talks: list[float], seconds: int | None
) -> None:
    assert expected_wait(ahead, staffed, able, talks) == seconds


@pytest.mark.parametrize(
    ("queue", "ready", "staffed", "waits"),
    [
        # Somebody is ready: nobody is told to wait minutes.
        ([None], [PLAIN], [PLAIN], [0]),
        ([None, None], [PLAIN], [PLAIN, PLAIN], [0, 60]),
        # Ready, but without the skill that is needed.
        (["english"], [PLAIN], [PLAIN], [None]),
        (["english"], [PLAIN], [PLAIN, ENGLISH], [120]),
        (["english", None], [PLAIN], [PLAIN, ENGLISH], [120, 0]),
        # Whom nobody can serve holds up nobody.
        (["english", None], [], [PLAIN], [None, 120]),
        # Others are served by all, who needs a skill by those who have it.
        ([None, None, "english"], [], [PLAIN, ENGLISH], [60, 120, 240]),
        ([None], [], [], [None]),
    ],
)
def test_expected_waits_of_a_queue(
    queue: list[str | None],
    ready: list[frozenset[str]],
    staffed: list[frozenset[str]],
    waits: list[int | None],
) -> None:
    waiting = [wait(at, at, skill=skill) for at, skill in enumerate(queue, 1)]
    free = [idle(at, at, *skills) for at, skills in enumerate(ready, 1)]
    found = expected_waits(waiting, free, staffed, [120.0])
    assert [found[one.call_id] for one in waiting] == waits


@pytest.mark.parametrize(
    ("wall", "when"),
    [
        (time(7, 59), (18, time(8))),
        (time(8), (18, time(8))),
        (time(20, 59), (18, time(20, 59))),
        (time(21), (19, time(8))),
        (time(23, 30), (19, time(8))),
    ],
)
def test_nobody_is_called_back_at_night(wall: time, when: tuple[int, time]) -> None:
    asked = datetime.combine(AT.date(), wall, CITY)
    made = callback_at(asked.astimezone(UTC), CITY, CallRules()).astimezone(CITY)
    assert (made.day, made.time()) == when


def test_who_hung_up_at_once_is_owed_nothing() -> None:
    assert not is_owed_a_call(None, AT, CallRules())
    assert not is_owed_a_call(AT, AT + timedelta(seconds=5), CallRules())
    assert is_owed_a_call(AT, AT + timedelta(seconds=6), CallRules())


@pytest.mark.parametrize(
    "wrong", [{"ring_seconds": 0}, {"ring_seconds": 61}, {"callback_from": time(22)}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        CallRules(**wrong)  # type: ignore[arg-type]
