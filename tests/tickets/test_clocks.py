"""When each clock is due: the clock table, by hand."""

from datetime import timedelta

import pytest

from hotline.tickets.clocks import (
    Clock,
    ClockRules,
    Due,
    Pace,
    after_send_back,
    due_at,
    has_contact_clock,
    last_call_due_at,
    remaining,
)
from hotline.tickets.kinds import Channel, Urgency
from hotline.tickets.limits import Limit
from hotline.worktime import Remaining
from tests.worktime.calendars import at, city

NORMAL, URGENT, CRITICAL = Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL
DAYS, HOURS, NATURAL = Pace.WORKING_DAYS, Pace.WORKING_HOURS, Pace.NATURAL_HOURS

FRIDAY = "2026-11-20 16:30"
NIGHT = "2026-11-21 02:00"


def due(kind: Clock, start: str, urgency: Urgency = NORMAL, **given: object) -> Due:
    """The clock in the real calendar."""
    return due_at(kind, at(start), urgency, city(), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channel", "start", "expected", "pace"),
    [
        (Channel.PHONE, NIGHT, "2026-11-21 02:15", NATURAL),
        (Channel.SMS, FRIDAY, "2026-11-20 16:45", NATURAL),
        (Channel.WALK_IN, FRIDAY, "2026-11-20 16:45", NATURAL),
        (Channel.E110, NIGHT, "2026-11-21 02:15", NATURAL),
        (Channel.WEB, FRIDAY, "2026-11-23 09:30", HOURS),
        (Channel.WEB, NIGHT, "2026-11-23 10:30", HOURS),
        (Channel.WECHAT, FRIDAY, "2026-11-23 09:30", HOURS),
        (Channel.APP, FRIDAY, "2026-11-23 09:30", HOURS),
        (Channel.AGENT, FRIDAY, "2026-11-23 09:30", HOURS),
        (Channel.VIDEO_SIGN, FRIDAY, "2026-11-23 09:30", HOURS),
        (Channel.MAILBOX, FRIDAY, "2026-11-21 16:30", NATURAL),
        (Channel.PROVINCE, FRIDAY, "2026-11-21 16:30", NATURAL),
        (Channel.NATIONAL, FRIDAY, "2026-11-21 16:30", NATURAL),
        (Channel.MEDIA, FRIDAY, "2026-11-21 16:30", NATURAL),
        (Channel.LEADER, FRIDAY, "2026-11-21 16:30", NATURAL),
    ],
)
def test_sort(channel: Channel, start: str, expected: str, pace: Pace) -> None:
    assert due(Clock.SORT, start, channel=channel) == Due(at(expected), False, pace)


@pytest.mark.parametrize("urgency", [URGENT, CRITICAL])
def test_sorting_what_looks_dangerous_goes_on_at_night(urgency: Urgency) -> None:
    found = due(Clock.SORT, NIGHT, urgency, channel=Channel.WEB)
    assert found == Due(at("2026-11-21 04:00"), False, NATURAL)


@pytest.mark.parametrize(
    ("kind", "urgency", "runs_7x24", "start", "expected", "pace"),
    [
        (Clock.DISPATCH, CRITICAL, False, NIGHT, "2026-11-21 02:05", NATURAL),
        (Clock.DISPATCH, URGENT, False, NIGHT, "2026-11-21 02:15", NATURAL),
        (Clock.DISPATCH, NORMAL, False, FRIDAY, "2026-11-23 11:30", HOURS),
        (Clock.DISPATCH, NORMAL, False, NIGHT, "2026-11-23 14:00", HOURS),
        (Clock.SIGN, CRITICAL, False, NIGHT, "2026-11-21 02:15", NATURAL),
        (Clock.SIGN, URGENT, False, FRIDAY, "2026-11-23 09:30", HOURS),
        (Clock.SIGN, URGENT, True, FRIDAY, "2026-11-20 18:30", NATURAL),
        (Clock.SIGN, NORMAL, False, FRIDAY, "2026-11-23 17:30", DAYS),
        (Clock.SIGN, NORMAL, True, FRIDAY, "2026-11-23 17:30", DAYS),
        (Clock.SIGN, NORMAL, False, "2026-09-30 17:29", "2026-10-08 17:30", DAYS),
        (Clock.SIGN, NORMAL, False, "2026-09-30 17:31", "2026-10-08 17:30", DAYS),
        (Clock.CONTACT, CRITICAL, False, NIGHT, "2026-11-21 04:00", NATURAL),
        (Clock.CONTACT, URGENT, False, NIGHT, "2026-11-23 10:30", HOURS),
        (Clock.CONTACT, URGENT, True, NIGHT, "2026-11-21 04:00", NATURAL),
        (Clock.CONTACT, NORMAL, False, FRIDAY, "2026-11-23 17:30", DAYS),
        (Clock.DECISION, CRITICAL, False, NIGHT, "2026-11-21 02:15", NATURAL),
        (Clock.DECISION, URGENT, False, NIGHT, "2026-11-21 03:00", NATURAL),
        (Clock.DECISION, NORMAL, False, FRIDAY, "2026-11-23 11:30", HOURS),
        (Clock.REVIEW, CRITICAL, False, NIGHT, "2026-11-22 02:00", NATURAL),
        (Clock.REVIEW, URGENT, False, FRIDAY, "2026-11-23 17:30", DAYS),
        (Clock.REVIEW, NORMAL, False, FRIDAY, "2026-11-23 17:30", DAYS),
        (Clock.CALLBACK, NORMAL, False, FRIDAY, "2026-11-23 17:30", DAYS),
        (Clock.CALLBACK, CRITICAL, False, FRIDAY, "2026-11-21 16:30", NATURAL),
    ],
)
def test_table(
    *, kind: Clock, urgency: Urgency, runs_7x24: bool, start: str, expected: str, pace: Pace
) -> None:
    assert due(kind, start, urgency, runs_7x24=runs_7x24) == Due(at(expected), False, pace)
    assert due(kind, start, urgency, runs_7x24=runs_7x24).is_hour_clock == (pace is not DAYS)


@pytest.mark.parametrize(
    ("limit", "urgency", "runs_7x24", "start", "expected", "pace"),
    [
        (Limit(5), NORMAL, False, "2026-09-30 17:29", "2026-10-13 17:30", DAYS),
        (Limit(5), NORMAL, False, "2026-09-30 17:31", "2026-10-13 17:30", DAYS),
        (Limit(5), NORMAL, False, "2026-10-03 09:00", "2026-10-13 17:30", DAYS),
        (Limit(5), URGENT, False, FRIDAY, "2026-11-27 17:30", DAYS),
        (Limit(5), URGENT, True, FRIDAY, "2026-11-25 16:30", NATURAL),
        (Limit(5), CRITICAL, False, FRIDAY, "2026-11-25 16:30", NATURAL),
        (Limit(1), CRITICAL, False, "2026-11-23 20:00", "2026-11-24 17:30", NATURAL),
        (Limit(5), NORMAL, True, FRIDAY, "2026-11-27 17:30", DAYS),
        # leaves with hours: day and night, whichever end comes first
        (Limit(1, 24), NORMAL, False, FRIDAY, "2026-11-21 16:30", NATURAL),
        (Limit(1, 24), NORMAL, False, "2026-11-23 20:00", "2026-11-24 17:30", NATURAL),
        (Limit(1, 24), CRITICAL, False, FRIDAY, "2026-11-21 16:30", NATURAL),
        (Limit(1, 2), URGENT, False, FRIDAY, "2026-11-20 18:30", NATURAL),
        # upstream's limit less one working day
        (Limit(5, None, at("2026-11-26 15:00")), NORMAL, False, FRIDAY, "2026-11-25 15:00", DAYS),
        (Limit(5, None, at("2026-11-25 00:00")), NORMAL, False, FRIDAY, "2026-11-23 17:30", DAYS),
        (Limit(5, None, at("2026-11-22 12:00")), NORMAL, False, FRIDAY, "2026-11-22 12:00", DAYS),
        (Limit(5, None, at("2026-11-19 12:00")), NORMAL, False, FRIDAY, "2026-11-19 12:00", DAYS),
        (Limit(5, None, at("2026-12-30 12:00")), NORMAL, False, FRIDAY, "2026-11-27 17:30", DAYS),
        (Limit(5, None, at("2999-12-30 12:00")), NORMAL, False, FRIDAY, "2026-11-27 17:30", DAYS),
    ],
)
def test_handle(
    *, limit: Limit, urgency: Urgency, runs_7x24: bool, start: str, expected: str, pace: Pace
) -> None:
    found = due(Clock.HANDLE, start, urgency, limit=limit, runs_7x24=runs_7x24)
    assert found == Due(at(expected), False, pace)


def test_into_a_year_not_yet_published_is_provisional() -> None:
    found = due(Clock.HANDLE, "2026-12-31 09:00", limit=Limit(2))
    assert found == Due(at("2027-01-05 17:30"), True, DAYS)
    natural = due(Clock.HANDLE, "2026-12-31 09:00", limit=Limit(1, 24))
    assert not natural.is_provisional


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ValueError, match="limit"):
        due(Clock.HANDLE, FRIDAY)
    with pytest.raises(ValueError, match="channel"):
        due(Clock.SORT, FRIDAY)
    with pytest.raises(ValueError, match="no limit"):
        due(Clock.WHOLE, FRIDAY)


def test_the_numbers_are_settings() -> None:
    rules = ClockRules(sign_working_days=2, dispatch_working_hours=1)
    assert due(Clock.SIGN, FRIDAY, rules=rules).due_at == at("2026-11-24 17:30")
    assert due(Clock.DISPATCH, FRIDAY, rules=rules).due_at == at("2026-11-20 17:30")
    with pytest.raises(ValueError, match="sign_working_days"):
        ClockRules(sign_working_days=0)


def test_all_calls_within_three_working_days() -> None:
    assert last_call_due_at(at(FRIDAY), city()) == at("2026-11-25 17:30")


def test_a_contact_is_owed_only_where_one_may_be_made() -> None:
    open_ticket = {"is_confidential": False, "is_anonymous": False, "may_be_contacted": True}
    assert has_contact_clock(**open_ticket)
    for change in ({"is_confidential": True}, {"is_anonymous": True}, {"may_be_contacted": False}):
        assert not has_contact_clock(**(open_ticket | change))


@pytest.mark.parametrize(
    ("pace", "old", "stopped", "now", "is_first", "new"),
    [
        # what was left goes on, to the minute
        (
            DAYS,
            "2026-11-25 17:30",
            "2026-11-23 10:00",
            "2026-11-24 10:00",
            True,
            "2026-11-26 17:30",
        ),
        (
            DAYS,
            "2026-11-25 12:00",
            "2026-11-23 10:00",
            "2026-11-24 10:00",
            True,
            "2026-11-26 12:00",
        ),
        (
            DAYS,
            "2026-11-25 17:30",
            "2026-11-20 18:00",
            "2026-11-22 10:00",
            True,
            "2026-11-25 17:30",
        ),
        # nearly over: the first time a working day, the second only what was left
        (
            DAYS,
            "2026-11-23 17:30",
            "2026-11-23 17:00",
            "2026-11-24 10:00",
            True,
            "2026-11-25 10:00",
        ),
        (
            DAYS,
            "2026-11-23 17:30",
            "2026-11-23 17:00",
            "2026-11-24 10:00",
            False,
            "2026-11-24 10:30",
        ),
        (
            DAYS,
            "2026-11-23 17:30",
            "2026-11-23 17:00",
            "2026-11-28 10:00",
            True,
            "2026-11-30 17:30",
        ),
        # replied too late: overdue by as much as before, unless it is the first time
        (
            DAYS,
            "2026-11-20 17:30",
            "2026-11-23 09:30",
            "2026-11-23 10:30",
            False,
            "2026-11-23 09:30",
        ),
        (
            DAYS,
            "2026-11-20 17:30",
            "2026-11-23 09:30",
            "2026-11-23 10:30",
            True,
            "2026-11-24 10:30",
        ),
        (
            NATURAL,
            "2026-11-21 16:30",
            "2026-11-21 10:30",
            "2026-11-21 20:00",
            True,
            "2026-11-22 02:00",
        ),
        (
            NATURAL,
            "2026-11-21 16:30",
            "2026-11-21 16:00",
            "2026-11-21 20:00",
            True,
            "2026-11-21 22:00",
        ),
        (
            NATURAL,
            "2026-11-21 16:30",
            "2026-11-21 16:00",
            "2026-11-21 20:00",
            False,
            "2026-11-21 20:30",
        ),
    ],
)
def test_sent_back(
    *, pace: Pace, old: str, stopped: str, now: str, is_first: bool, new: str
) -> None:
    before = Due(at(old), False, pace)
    found = after_send_back(before, at(stopped), at(now), city(), is_first=is_first)
    assert found == Due(at(new), False, pace)


def test_remaining_is_told_in_the_clocks_own_pace() -> None:
    now = at("2026-11-20 17:00")
    days = Due(at("2026-11-23 17:30"), False, DAYS)
    assert remaining(days, now, city()) == Remaining(1, 30, is_overdue=False)
    natural = Due(at("2026-11-21 16:00"), False, NATURAL)
    assert remaining(natural, now, city()) == timedelta(hours=23)
