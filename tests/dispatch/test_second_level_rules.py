"""A sub-unit's limit, its deadline within the unit's, and who may do what inside."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from dispatch import second_level_rules as rules
from dispatch.second_level_rules import ApprovalRules
from hotline.access import Role
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.limits import Limit
from tests.worktime import calendars

CITY = ZoneInfo("Asia/Shanghai")

# Working days of the unit, of its sub-unit.
LIMITS = [(1, 1), (2, 2), (3, 2), (5, 4), (10, 9), (15, 14)]
# What it is, when handed down, the unit's days, when the unit must reply, when the sub-unit must.
DEADLINES = """
handed down at once      2026-11-18T10:00  5   2026-11-25T17:30  2026-11-24T17:30
handed down the next day 2026-11-19T10:00  5   2026-11-25T17:30  2026-11-24T17:30
two days and no shorter  2026-11-18T10:00  2   2026-11-20T17:30  2026-11-20T17:30
on the unit's last day   2026-11-25T09:00  5   2026-11-25T17:30  2026-11-25T17:30
the unit is late itself  2026-11-26T09:00  5   2026-11-25T17:30  2026-11-25T17:30
after an extension       2026-11-19T10:00  5   2026-12-02T17:30  2026-11-25T17:30
over a weekend           2026-11-20T16:00  5   2026-11-30T17:30  2026-11-26T17:30
"""
CALENDAR = calendars.city()
ROWS = [line.rsplit(maxsplit=4) for line in DEADLINES.strip().splitlines()]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@pytest.mark.parametrize(("units", "subs"), LIMITS)
def test_a_sub_unit_has_a_day_less_unless_there_are_two_or_fewer(units: int, subs: int) -> None:
    assert rules.sub_limit(Limit(units)).working_days == subs


def test_hours_stay_what_they_are() -> None:
    assert rules.sub_limit(Limit(3, 24)) == Limit(2, 24)


@pytest.mark.parametrize(("what", "start", "days", "units", "subs"), ROWS)
def test_it_ends_within_the_units_own_time(
    what: str, start: str, days: str, units: str, subs: str
) -> None:
    limit, calendar = Limit(int(days)), CALENDAR
    end = calendar.end_of_working_days(_at(start), rules.sub_limit(limit).working_days)
    own = Due(end, is_provisional=False, pace=Pace.WORKING_DAYS)
    theirs = Due(_at(units), is_provisional=False, pace=Pace.WORKING_DAYS)
    assert rules.within(own, theirs, limit, _at(start), calendar).due_at == _at(subs), what


def test_an_hour_clock_has_no_day_to_spare() -> None:
    theirs = Due(_at("2026-11-19T10:00"), is_provisional=False, pace=Pace.NATURAL_HOURS)
    own = Due(_at("2026-11-19T12:00"), is_provisional=False, pace=Pace.NATURAL_HOURS)
    start = _at("2026-11-18T12:00")
    assert rules.within(own, theirs, Limit(3, 24), start, CALENDAR).due_at == theirs.due_at


@pytest.mark.parametrize(
    ("roles", "has_dispatcher", "may"),
    [
        ({Role.UNIT_DISPATCHER}, True, True),
        ({Role.UNIT_HEAD}, True, True),
        ({Role.HANDLER}, True, False),
        ({Role.HANDLER}, False, True),
        (set(), False, False),
    ],
)
def test_who_hands_down(roles: set[Role], has_dispatcher: bool, may: bool) -> None:  # noqa: FBT001
    assert rules.may_hand_down(roles, has_dispatcher=has_dispatcher) is may


def test_a_reply_goes_out_by_itself_unless_the_head_is_asked() -> None:
    assert rules.goes_out({Role.HANDLER}, needs_head=False)
    assert not rules.goes_out({Role.HANDLER}, needs_head=True)
    assert rules.goes_out({Role.HANDLER, Role.UNIT_HEAD}, needs_head=True)
    assert not ApprovalRules().holds_for("D14")
    assert ApprovalRules(head_approves_in=("D14",)).holds_for("D14")
    assert ApprovalRules(head_approves=True).holds_for("E01")
