"""What a stated day, a published year and an opening rule look like in words; pure.

Decided here: the vocabulary, which days may be stated of a year, how hours are written. Not here:
arithmetic on them (`worktime`), where they come from (`library`, `files`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from hotline.errors import Invalid
from hotline.hours import Hours
from hotline.worktime import FIRST_YEAR

LAST_YEAR: Final = 2100
"""The last that can be read; what may be stated ends with `last_year`."""
LONGEST_NAME: Final = 60
YEARS_AHEAD: Final = 2
"""How many years after the present one are kept, provisional ones included."""


class Status(StrEnum):
    """Whether a year's working days are decided."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"


class Source(StrEnum):
    """Where a day was stated; what a file or a person says is never overwritten by the library."""

    LIBRARY = "library"
    STATUTORY = "statutory"
    FILE = "file"
    PERSON = "person"


OWN: Final = frozenset({Source.FILE, Source.PERSON})

HOLIDAYS: Final[Mapping[str, str]] = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
"""The library's names, as the State Council's notice writes them."""

MAKE_UP_DAY: Final = "调休上班"
FIXED_HOLIDAYS: Final = ((1, 1), (5, 1), (10, 1))
"""Months and days that are off in every year; a published year without them is incomplete."""


@dataclass(frozen=True)
class StatedDay:
    """What the calendar says of one day; days it says nothing of go by the week."""

    day: date
    is_working: bool
    name: str = ""


def check_days(year: int, days: Iterable[StatedDay]) -> dict[date, StatedDay]:
    """The days by date. Raises Invalid for an unknown year, another year's or a doubled day."""
    check_year(year)
    found: dict[date, StatedDay] = {}
    for one in days:
        at = {"date": one.day.isoformat(), "year": year}
        if one.day.year != year:
            raise Invalid("other_year", "%(date)s is not in %(year)s.", field="days", values=at)
        if found.setdefault(one.day, one) != one:
            raise Invalid(
                "day_twice", "%(date)s is stated twice, differently.", field="days", values=at
            )
        if len(one.name) > LONGEST_NAME:
            raise Invalid("long_name", "The name of %(date)s is too long.", field="days", values=at)
    return found


def check_year(year: int, last: int = LAST_YEAR) -> None:
    """Raise Invalid for a year that the calendar doesn't hold: before 2004, or after `last`."""
    if not FIRST_YEAR <= year <= last:
        raise Invalid(
            "unknown_year",
            "The calendar holds the years from %(first)s to %(last)s.",
            field="year",
            values={"first": FIRST_YEAR, "last": last},
        )


def last_year(now: datetime) -> int:
    """The last year of which anything may be stated: nobody knows later holidays."""
    return now.year + YEARS_AHEAD


def check_complete(year: int, days: Mapping[date, StatedDay]) -> None:
    """Raise Invalid when a year that is to be published lacks a holiday every year has."""
    for month, number in FIXED_HOLIDAYS:
        stated = days.get(date(year, month, number))
        if stated is None or stated.is_working:
            raise Invalid(
                "incomplete_year",
                "All holidays of %(year)s must be given; %(date)s is not among them.",
                field="days",
                values={"year": year, "date": date(year, month, number).isoformat()},
            )


def published_through(statuses: Mapping[int, Status], otherwise: int) -> int:
    """The last year up to which all known years are published; `otherwise` if the first is not."""
    last = otherwise
    for year in sorted(statuses):
        if statuses[year] is not Status.PUBLISHED:
            break
        last = year
    return last


def write_intervals(hours: Hours) -> str:
    """`08:30-12:00 13:30-17:30`; nothing for a closed day."""
    return " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in hours.intervals)


def read_intervals(text: str) -> tuple[tuple[time, time], ...]:
    """Intervals from their writing; 24:00 is the end of the day. Raises ValueError."""
    found = []
    for part in text.replace("–", "-").split():
        match = re.fullmatch(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", part)
        if match is None:
            raise ValueError(f"hours are written as 08:30-12:00, not {part}")
        start_hour, start_minute, end_hour, end_minute = (int(one) for one in match.groups())
        is_midnight = (end_hour, end_minute) == (24, 0)
        found.append(
            (time(start_hour, start_minute), time(0 if is_midnight else end_hour, end_minute))
        )
    return tuple(found)
