"""When a clock that stood still goes on: the cap and the floor hold again."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.tickets.clocks import Due, Pace
from hotline.tickets.going_on import going_on
from tests.worktime.calendars import city

CITY = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A minute of November 2026 in the city; the 18th is a Wednesday."""
    day, minute = text.split()
    hour, _, rest = minute.partition(":")
    return datetime.combine(date(2026, 11, int(day)), datetime.min.time(), CITY).replace(
        hour=int(hour), minute=int(rest)
    )


EXAMPLES = [
    # kept, as the calendar is now, since, on again, upstream's → due, capped, floored
    ("25 17:30", "25 17:30", "18 10:00", "20 10:00", None, "27 17:30", False, False),
    ("25 17:30", "25 17:30", "18 10:00", "20 10:00", "26 17:30", "26 17:30", True, False),
    # Beyond it by consent already: it is not drawn back, and gets no more.
    ("25 17:30", "25 17:30", "18 10:00", "20 10:00", "24 17:30", "25 17:30", True, False),
    # The limit of the other system passed meanwhile: the next working day is left.
    ("19 17:30", "19 17:30", "18 10:00", "25 10:00", "20 17:30", "26 17:30", False, True),
    ("20 17:30", "20 17:30", "18 10:00", "25 10:00", "23 17:30", "26 17:30", True, True),
    # Days that were holidays became working days: it would have been due at once.
    ("25 17:30", "19 17:30", "19 10:00", "19 11:00", None, "20 17:30", False, True),
    # Working days became holidays: it is simply later.
    ("25 17:30", "27 17:30", "18 10:00", "18 11:00", None, "30 9:30", False, False),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_table(example: tuple[str, str, str, str, str | None, str, bool, bool]) -> None:
    kept, standing, since, again, latest, due_at, is_capped, is_floored = example
    found = going_on(
        Due(at(kept), False, Pace.WORKING_DAYS),
        Due(at(standing), False, Pace.WORKING_DAYS),
        at(since),
        at(again),
        city(),
        latest=at(latest) if latest else None,
    )
    assert (found.due.due_at.astimezone(CITY), found.is_capped, found.is_floored) == (
        at(due_at),
        is_capped,
        is_floored,
    )


def test_natural_hours_only_get_their_time_back() -> None:
    kept = Due(at("18 20:00"), False, Pace.NATURAL_HOURS)
    found = going_on(kept, kept, at("18 10:00"), at("18 12:30"), city(), latest=at("18 21:00"))
    assert found.due.due_at == at("18 22:30")
