"""Night, length, patience: the rules of texts as tables."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.messages import rules
from hotline.messages.rules import Delivery, MessageRules

ZONE = ZoneInfo("Asia/Shanghai")
RULES = MessageRules()


def city(hour: int, minute: int = 0, day: int = 18) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "goes_at"),
    [
        (city(20, 59), city(20, 59)),
        (city(21, 0), city(8, 0, day=19)),
        (city(23, 59), city(8, 0, day=19)),
        (city(0, 0), city(8, 0)),
        (city(7, 59), city(8, 0)),
        (city(8, 0), city(8, 0)),
        (city(12, 0), city(12, 0)),
    ],
)
def test_the_night_ends_at_eight(at: datetime, goes_at: datetime) -> None:
    assert rules.next_allowed(at, ZONE, RULES) == goes_at
    assert rules.is_quiet(at, ZONE, RULES) == (goes_at != at)


def test_quiet_hours_within_a_day() -> None:
    noon = MessageRules(quiet_from=time(12), quiet_until=time(14))
    assert rules.next_allowed(city(13), ZONE, noon) == city(14)
    assert rules.next_allowed(city(23), ZONE, noon) == city(23)


def test_equal_ends_mean_no_night() -> None:
    never = MessageRules(quiet_from=time(8), quiet_until=time(8))
    assert not rules.is_quiet(city(3), ZONE, never)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_allowed_moment_is_allowed_and_near(at: datetime) -> None:
    found = rules.next_allowed(at, ZONE, RULES)
    assert at <= found <= at + timedelta(hours=11)
    assert not rules.is_quiet(found, ZONE, RULES)


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        ("acknowledged", 3),
        ("acknowledged_critical", 3),
        ("supplemented", 3),
        ("code", 60),
        ("progress", 15),
        ("dispatched", None),
        ("rate_request", None),
        ("something new", None),
    ],
)
def test_what_may_go_at_night(kind: str, minutes: int | None) -> None:
    night = city(23)
    until = rules.exempt_until(kind, night, RULES)
    assert until == (None if minutes is None else night + timedelta(minutes=minutes))
    late = night + timedelta(hours=2)
    assert rules.goes_at(late, until, ZONE, RULES) == city(8, day=19)
    if until is not None:
        assert rules.goes_at(night, until, ZONE, RULES) == night


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("中" * 70, 1),
        ("中" * 71, 2),
        ("中" * 134, 2),
        ("中" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("[" * 80, 1),
        ("[" * 81, 2),
    ],
)
def test_segments(text: str, segments: int) -> None:
    assert rules.segments(text) == segments


@pytest.mark.parametrize(
    ("text", "is_full"),
    [
        ("中" * 70, True),
        ("中" * 67, True),
        ("中" * 134, True),
        ("中" * 69, False),
        ("中" * 68, False),
        ("中" * 12, False),
        ("中" * 65 + "😀", True),
        ("中" * 64 + "😀", True),
        ("a" * 160, True),
        ("a" * 153, True),
        ("a" * 152, False),
        ("", False),
    ],
)
def test_a_text_that_ends_with_its_segment_may_go_on(text: str, is_full: object) -> None:
    assert rules.is_full(text) is is_full


@given(st.text())
def test_any_text_can_be_measured(text: str) -> None:
    assert rules.segments(text) >= 1
    assert rules.is_full(text) in (True, False)


def test_patience_grows_and_ends() -> None:
    waits = [rules.wait_after(attempts, RULES).total_seconds() for attempts in range(1, 9)]
    assert waits == [10, 30, 90, 270, 810, 2430, 3600, 3600]
    assert rules.wait_after(10_000, RULES) == timedelta(hours=1)


def test_it_is_given_up_by_number_or_by_age() -> None:
    start = city(10)
    assert not rules.is_given_up(7, start, start, RULES)
    assert rules.is_given_up(8, start, start, RULES)
    assert rules.is_given_up(0, start, start + timedelta(hours=24), RULES)


def test_a_delivered_text_never_goes_back() -> None:
    assert Delivery.DELIVERED not in [
        lower for state in Delivery if state in rules.RANK for lower in rules.lower_states(state)
    ]
    assert Delivery.SENT in rules.lower_states(Delivery.DELIVERED)
    assert Delivery.SENT in rules.lower_states(Delivery.FAILED)
    assert rules.lower_states(Delivery.QUEUED) == []


@pytest.mark.parametrize(
    ("phone", "may_be"),
    [
        ("+8613812345678", True),
        ("+14155550100", True),
        ("+8603353651234", False),
        ("+863353651234", False),
        ("12345", False),
        ("移动公司", False),
        ("", False),
    ],
)
def test_who_can_get_texts(phone: str, may_be: object) -> None:
    assert rules.may_be_texted(phone) is may_be


@pytest.mark.parametrize("name", ["per_second", "most_attempts", "longest_words"])
def test_a_figure_below_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        MessageRules(**{name: 0})  # type: ignore[arg-type]


def test_long_words_are_cut() -> None:
    assert rules.shortened(" 一二三 ", 3) == "一二三"
    assert rules.shortened("一二三四", 3) == "一二…"
