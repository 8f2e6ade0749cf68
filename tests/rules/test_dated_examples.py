"""Every dated example comes out as it was counted by hand."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from tests.rules import notices, reading
from tests.rules.reading import Example

EXAMPLES = list(reading.examples())


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: f"{one.dispatched} {one.what} {one.then}")
def test_it_is_due_when_the_clerk_says(one: Example) -> None:
    assert one.told() == one.due, one.why


def test_there_are_enough_of_them_and_each_says_why() -> None:
    assert len(EXAMPLES) >= 60
    assert all(one.why for one in EXAMPLES)
    lines = [(one.dispatched, one.what, one.then) for one in EXAMPLES]
    assert len(set(lines)) == len(lines), "a line stands twice"


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_notices_are_copied_right(year: int) -> None:
    """The library was made by others from the same notices."""
    stated, day, wrong = notices.stated(), date(year, 1, 1), []
    while day.year == year:
        works = stated.get(day, day.weekday() < 5)
        if works != chinese_calendar.is_workday(day):
            wrong.append(day.isoformat())
        day += timedelta(days=1)
    assert wrong == []
