"""When more time or a standstill may be asked for, over the real calendar; dates by hand."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask

from dispatch import time_rules
from dispatch.time_rules import Limit, Standstill, SuspensionReason, TimeRules
from hotline.tickets.clocks import Due, Pace
from hotline.tickets.kinds import Urgency
from hotline.worktime import Calendar
from tests import factories

CITY = ZoneInfo("Asia/Shanghai")
DAYS, HOURS, NATURAL = Pace.WORKING_DAYS, Pace.WORKING_HOURS, Pace.NATURAL_HOURS
LITIGATION, CITIZEN = SuspensionReason.LITIGATION, SuspensionReason.WAITING_FOR_CITIZEN


@pytest.fixture
def calendar(app: APIFlask) -> Calendar:
    """The published calendars of 2025 to 2027."""
    return factories.book().calendar


def at(text: str) -> datetime:
    """A moment in the city, as a clerk writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def limit(due: str, days: int = 5, hours: int | None = None, pace: Pace = DAYS) -> Limit:
    """A unit's limit as it stands."""
    return Limit(Due(at(due), is_provisional=False, pace=pace), days, hours)


@pytest.mark.parametrize(
    ("stands", "until"),
    [
        (limit("2026-11-25 17:30"), "2026-11-24 17:30"),
        (limit("2026-11-23 17:30"), "2026-11-20 17:30"),  # Friday before a Monday
        (limit("2026-10-08 17:30"), "2026-09-30 17:30"),  # over National Day
        (limit("2026-11-25 12:00"), "2026-11-24 12:00"),  # moved by a pause: keeps its minute
        (limit("2026-11-25 17:30", 2), "2026-11-25 15:30"),
        (limit("2026-11-25 14:30", 2), "2026-11-25 11:00"),  # the break counts for nothing
        (limit("2026-11-25 17:30", 1), "2026-11-25 15:30"),
        (limit("2026-11-25 03:00", 1, 24, NATURAL), "2026-11-25 02:00"),
        (limit("2026-11-28 20:00", 5, None, NATURAL), "2026-11-28 19:00"),
        (limit("2026-11-25 17:30", 1, 24), "2026-11-25 16:30"),
    ],
)
def test_until_when_more_time_may_be_asked(calendar: Calendar, stands: Limit, until: str) -> None:
    assert time_rules.extension_until(stands, calendar) == at(until)


@pytest.mark.parametrize(
    ("days", "before", "now", "fault"),
    [
        (1, 0, "2026-11-20 10:00", None),
        (5, 0, "2026-11-24 17:30", None),
        (5, 1, "2026-11-24 17:30", None),
        (5, 2, "2026-11-20 10:00", "asked_twice"),
        (5, 0, "2026-11-24 17:31", "too_late"),
        (5, 0, "2026-11-26 09:00", "too_late"),
        (0, 0, "2026-11-20 10:00", "days_out_of_range"),
        (-3, 0, "2026-11-20 10:00", "days_out_of_range"),
        (6, 0, "2026-11-20 10:00", "days_out_of_range"),
        (400, 0, "2026-11-20 10:00", "days_out_of_range"),
    ],
)
def test_what_may_be_asked(
    calendar: Calendar, days: int, before: int, now: str, fault: str | None
) -> None:
    stands = limit("2026-11-25 17:30")
    assert time_rules.extension_fault(stands, days, before, at(now), calendar) == fault


def test_never_more_than_ten_days_nor_while_it_stands_still(calendar: Calendar) -> None:
    long = limit("2026-12-09 17:30", 15)
    assert time_rules.most_days(long) == 10
    assert time_rules.extension_fault(long, 10, 0, at("2026-11-20 10:00"), calendar) is None
    assert time_rules.extension_fault(long, 11, 0, at("2026-11-20 10:00"), calendar) is not None
    still = Limit(long.due, 15, None, is_standing_still=True)
    fault = time_rules.extension_fault(still, 1, 0, at("2026-11-20 10:00"), calendar)
    assert fault == "standing_still"


@pytest.mark.parametrize(
    ("due", "days", "new"),
    [
        ("2026-11-25 17:30", 1, "2026-11-26 17:30"),
        ("2026-11-25 12:00", 2, "2026-11-27 17:30"),  # an extension ends at closing time
        ("2026-11-27 17:30", 1, "2026-11-30 17:30"),
        ("2026-09-30 17:30", 3, "2026-10-10 17:30"),  # the 10th is a Saturday that is worked
        ("2026-02-13 17:30", 1, "2026-02-14 17:30"),  # so is the 14th, before Spring Festival
        ("2026-02-13 17:30", 2, "2026-02-24 17:30"),
        ("2026-11-28 20:00", 1, "2026-11-30 17:30"),
    ],
)
def test_the_new_limit(calendar: Calendar, due: str, days: int, new: str) -> None:
    found = time_rules.extended(Due(at(due), is_provisional=False, pace=NATURAL), days, calendar)
    assert (found.due_at, found.pace) == (at(new), DAYS)


def test_the_upstream_is_asked_only_beyond_its_limit() -> None:
    due = Due(at("2026-11-26 17:30"), is_provisional=False, pace=DAYS)
    assert not time_rules.needs_consent(due, None)
    assert not time_rules.needs_consent(due, at("2026-11-26 17:30"))
    assert time_rules.needs_consent(due, at("2026-11-26 17:29"))


def standstill(until: str, reason: SuspensionReason = CITIZEN, **changes: object) -> Standstill:
    """A wish of a unit whose limit is the 25th."""
    given: dict[str, object] = {
        "reason": reason,
        "until": date.fromisoformat(until),
        "urgency": Urgency.NORMAL,
        "due_at": at("2026-11-25 17:30"),
    }
    return Standstill(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (standstill("2026-11-21"), None),
        (standstill("2026-12-20"), None),
        (standstill("2026-12-21"), "until_too_far"),
        (standstill("2036-11-20"), "until_too_far"),
        (standstill("2026-11-20"), "until_in_past"),
        (standstill("2026-10-01"), "until_in_past"),
        (standstill("2026-12-01", urgency=Urgency.CRITICAL), "critical"),
        (standstill("2026-12-01", urgency=Urgency.URGENT), None),
        (standstill("2026-12-01", due_at=at("2026-11-20 09:59")), "limit_passed"),
        (standstill("2026-12-01", due_at=at("2026-11-20 10:00")), "limit_passed"),
        (standstill("2026-12-01", in_force=CITIZEN, ends_on=date(2026, 11, 25)), "under_way"),
        (standstill("2026-12-01", in_force=LITIGATION, ends_on=date(2026, 11, 25)), "under_way"),
    ],
)
def test_what_standstill_may_be_asked(asked: Standstill, fault: str | None) -> None:
    now = at("2026-11-20 10:00")
    assert time_rules.suspension_fault(asked, now, now.date()) == fault


def test_litigation_is_confirmed_anew_from_its_end_thirty_days_at_a_time() -> None:
    now, known = at("2026-11-20 10:00"), {"in_force": LITIGATION, "ends_on": date(2026, 12, 1)}
    passed = {"due_at": at("2026-11-19 17:30")}  # its limit stands still and can't pass
    for until, fault in (
        ("2026-12-01", "until_in_past"),
        ("2026-12-02", None),
        ("2026-12-31", None),
        ("2027-01-01", "until_too_far"),
    ):
        asked = standstill(until, LITIGATION, **known, **passed)
        assert time_rules.suspension_fault(asked, now, now.date()) == fault, until


def test_a_standstill_counts_from_the_grant_unless_the_limit_passed_before() -> None:
    asked, due = at("2026-11-25 16:00"), at("2026-11-25 17:30")
    assert time_rules.stands_from(asked, at("2026-11-25 17:00"), due) == at("2026-11-25 17:00")
    assert time_rules.stands_from(asked, at("2026-11-26 09:00"), due) == asked


def test_promises_are_asked_for_from_the_morning_on(calendar: Calendar) -> None:
    assert time_rules.promises_due_on(at("2026-12-01 07:59"), calendar) == date(2026, 11, 30)
    assert time_rules.promises_due_on(at("2026-12-01 08:00"), calendar) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("2026-11-20", "promise_in_past"),
        ("2026-11-21", None),
        ("2029-11-19", None),
        ("2031-01-01", "promise_too_far"),
    ],
)
def test_the_day_of_a_promise(day: str, fault: str | None) -> None:
    assert time_rules.promise_fault(date.fromisoformat(day), date(2026, 11, 20)) == fault


def test_numbers_are_at_least_one() -> None:
    with pytest.raises(ValueError, match="most_suspended_days"):
        TimeRules(most_suspended_days=0)
