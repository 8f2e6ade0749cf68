"""Calendars to try working time on: the real one, and odd ones in odd zones."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import chinese_calendar

from hotline.hours import round_the_clock
from hotline.worktime import Calendar, Closure, Hours
from tests.worktime.slow import Slow

CITY = ZoneInfo("Asia/Shanghai")
MORNING = (time(8, 30), time(12))
SUMMER = Hours((MORNING, (time(14, 30), time(18))), date(2026, 6, 1), date(2026, 9, 30))
SATURDAYS = Hours(((time(9), time(11, 30)),), weekdays=frozenset({5}))
SHORT_FRIDAYS = Hours((MORNING, (time(13, 30), time(16, 15))), weekdays=frozenset({4}))
HALF_DAY = Hours((MORNING,), date(2026, 2, 12), date(2026, 2, 12))
CLOSED_DAYS = Hours((), date(2026, 7, 6), date(2026, 7, 8))
NIGHTS = Hours(((time(1), time(2, 15)), (time(2, 30), time(3)), (time(20), time(0))))
ALWAYS = round_the_clock()
COURT = (
    Hours(((time(9), time(11, 45)), (time(14), time(17)))),
    Hours(((time(9), time(11, 45)),), weekdays=frozenset({4})),
)
"""A court: other hours, and Friday afternoons without sessions."""
SHUT = (
    Closure(date(2026, 8, 3), time(13, 30)),
    Closure(date(2026, 8, 4)),
    Closure(date(2026, 8, 5), time(10), time(15)),
    Closure(date(2026, 10, 1)),
    Closure(date(2026, 10, 10), time(8, 30), time(12)),
)
"""A typhoon: an afternoon, a day, the middle of a day; then a holiday and half a make-up day."""


@dataclass(frozen=True)
class Pair:
    """A calendar and its slow counterpart."""

    name: str
    fast: Calendar
    slow: Slow


def at(text: str, zone: ZoneInfo = CITY) -> datetime:
    """`2026-10-08 17:29` on the city's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def published() -> dict[date, bool]:
    """The published days of 2004–2026."""
    constants = chinese_calendar.constants
    return dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)


@cache
def city(hours: tuple[Hours, ...] = ()) -> Calendar:
    """The real calendar, 2027 by statutory New Year only."""
    return Calendar(CITY, hours, published() | {date(2027, 1, 1): False}, 2026)


@cache
def pair(name: str) -> Pair:
    """One of NAMES."""
    zone, hours, exceptions, closures = {
        "city": (CITY, (), published(), ()),
        "summer": (CITY, (SATURDAYS, SUMMER, HALF_DAY, CLOSED_DAYS), published(), ()),
        "fridays": (CITY, (SHORT_FRIDAYS, SUMMER), _random_days(1), ()),
        "berlin": (ZoneInfo("Europe/Berlin"), (NIGHTS, SATURDAYS), _random_days(2), ()),
        "lord_howe": (ZoneInfo("Australia/Lord_Howe"), (NIGHTS,), _random_days(3), SHUT),
        "utility": (CITY, ALWAYS, published(), ()),
        "far_utility": (ZoneInfo("America/New_York"), ALWAYS, _random_days(4), SHUT),
        "court": (CITY, COURT, published(), SHUT),
        "shut": (CITY, (), _random_days(5), _random_closures(6)),
    }[name]
    return Pair(
        name,
        Calendar(zone, hours, exceptions, 2026, closures),
        Slow(zone, hours, exceptions, closures),
    )


NAMES = (
    "city",
    "summer",
    "fridays",
    "berlin",
    "lord_howe",
    "utility",
    "far_utility",
    "court",
    "shut",
)


def _random_days(seed: int) -> dict[date, bool]:
    chance = Random(seed)
    days = (date(2025, 1, 1) + timedelta(days=n) for n in range(3 * 365))
    return {day: chance.random() < 0.5 for day in days if chance.random() < 0.2}


def _random_closures(seed: int) -> tuple[Closure, ...]:
    chance = Random(seed)
    found = []
    for n in range(0, 3 * 365, 3):
        starts, ends = sorted(chance.sample(range(0, 24 * 4), 2))
        day = date(2025, 1, 1) + timedelta(days=n)
        found.append(Closure(day, _quarter(starts), _quarter(ends)))
    return tuple(found)


def _quarter(n: int) -> time:
    return time(n // 4, n % 4 * 15)
