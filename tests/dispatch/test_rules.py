"""Returns, replies and contacts: the rules by table, on the real calendar of November 2026."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch import rules
from dispatch.rules import Asking, ContactResult, ReturnReason, ReturnRules
from hotline.tickets.kinds import PROMISING, Completion, Urgency
from hotline.worktime import Calendar

CITY = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(CITY, (), {}, 2027)
TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def at(day: int, clock: str) -> datetime:
    """A moment of November 2026 in the city."""
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=CITY)


def asking(
    *,
    dispatched: datetime,
    urgency: Urgency = Urgency.NORMAL,
    duty: bool = False,
    asked: bool = False,
    upheld: int = 0,
    reason: ReturnReason = ReturnReason.NOT_OUR_DUTY,
) -> Asking:
    """What is asked, the usual where nothing else is said."""
    return Asking(dispatched, urgency, duty, asked, upheld, reason)


@pytest.mark.parametrize(
    ("dispatched", "urgency", "duty", "until"),
    [
        (at(18, "10:00"), Urgency.NORMAL, False, at(19, "17:30")),
        (at(20, "17:29"), Urgency.NORMAL, False, at(23, "17:30")),
        (at(20, "17:31"), Urgency.NORMAL, True, at(23, "17:30")),
        (at(21, "10:00"), Urgency.NORMAL, False, at(23, "17:30")),
        (at(18, "11:00"), Urgency.URGENT, False, at(18, "14:30")),
        (at(18, "16:30"), Urgency.URGENT, False, at(19, "09:30")),
        (at(18, "16:30"), Urgency.URGENT, True, at(18, "18:30")),
        (at(21, "03:00"), Urgency.CRITICAL, False, at(21, "05:00")),
    ],
)
def test_until_when_a_return_may_be_asked(
    *, dispatched: datetime, urgency: Urgency, duty: bool, until: datetime
) -> None:
    one = asking(dispatched=dispatched, urgency=urgency, duty=duty)
    assert rules.return_until(one, CALENDAR) == until
    assert rules.return_fault(one, until, CALENDAR) is None
    assert rules.return_fault(one, until + timedelta(minutes=1), CALENDAR) == "too_late"


def test_what_an_inspection_showed_may_be_said_late() -> None:
    late = asking(dispatched=at(2, "10:00"), reason=ReturnReason.AFTER_INSPECTION)
    assert rules.return_fault(late, NOW, CALENDAR) is None
    assert rules.is_late(late, NOW, CALENDAR)


def test_once_an_assignment_and_never_a_third() -> None:
    now = at(18, "09:00")
    assert rules.return_fault(asking(dispatched=now, asked=True), NOW, CALENDAR) == "asked_already"
    assert rules.return_fault(asking(dispatched=now, upheld=1), NOW, CALENDAR) is None
    assert rules.return_fault(asking(dispatched=now, upheld=2), NOW, CALENDAR) == "twice_upheld"
    inspected = asking(dispatched=now, upheld=2, reason=ReturnReason.AFTER_INSPECTION)
    assert rules.return_fault(inspected, NOW, CALENDAR) == "twice_upheld"


def test_the_numbers_are_settings() -> None:
    numbers = ReturnRules(return_working_days=2, return_urgent_hours=4, most_upheld=1)
    one = asking(dispatched=at(18, "09:00"), upheld=1)
    assert rules.return_fault(one, NOW, CALENDAR, numbers) == "twice_upheld"
    assert rules.return_until(one, CALENDAR, numbers) == at(20, "17:30")


@pytest.mark.parametrize(
    ("completion", "promised", "fault"),
    [
        (Completion.PLANNED, None, "promise_needed"),
        (Completion.PARTLY_SOLVED, None, "promise_needed"),
        (Completion.PLANNED, TODAY, "promise_in_past"),
        (Completion.PLANNED, date(2026, 11, 17), "promise_in_past"),
        (Completion.PLANNED, date(2026, 11, 19), None),
        (Completion.SOLVED, date(2026, 12, 1), "no_promise_here"),
        (Completion.SOLVED, None, None),
    ],
)
def test_promises(completion: Completion, promised: date | None, fault: str | None) -> None:
    assert rules.reply_fault(completion, promised, TODAY) == fault


@given(st.sampled_from(Completion), st.none() | st.dates())
def test_a_promise_goes_with_planned_and_partly_and_lies_ahead(
    completion: Completion, promised: date | None
) -> None:
    is_fine = rules.reply_fault(completion, promised, TODAY) is None
    wanted = promised is not None and promised > TODAY
    assert is_fine == (wanted if completion in PROMISING else promised is None)


@pytest.mark.parametrize(
    ("contacted", "result", "fault"),
    [
        (None, None, None),
        (NOW, ContactResult.REACHED, None),
        (NOW, None, "result_needed"),
        (None, ContactResult.BUSY, "time_needed"),
        (NOW + timedelta(minutes=1), ContactResult.REACHED, "in_future"),
    ],
)
def test_contacts(
    contacted: datetime | None, result: ContactResult | None, fault: str | None
) -> None:
    assert rules.contact_fault(contacted, result, NOW) == fault


def test_nobody_decides_on_their_own_work() -> None:
    assert rules.is_own_work("staff:7", ["staff:3", "staff:7"])
    assert not rules.is_own_work("staff:7", ["staff:3", None])
