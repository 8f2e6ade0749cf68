"""Calendars to try working time on: the real one, and odd ones in odd zones."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import chinese_calendar

from hotline.worktime import Calendar, Hours
from tests.worktime.slow import Slow

CITY = ZoneInfo("Asia/Shanghai")
MORNING = (time(8, 30), time(12))
SUMMER = Hours((MORNING, (time(14, 30), time(18))), date(2026, 6, 1), date(2026, 9, 30))
SATURDAYS = Hours(((time(9), time(11, 30)),), weekdays=frozenset({5}))
SHORT_FRIDAYS = Hours((MORNING, (time(13, 30), time(16, 15))), weekdays=frozenset({4}))
HALF_DAY = Hours((MORNING,), date(2026, 2, 12), date(2026, 2, 12))
CLOSED_DAYS = Hours((), date(2026, 7, 6), date(2026, 7, 8))
NIGHTS = Hours(((time(1), time(2, 15)), (time(2, 30), time(3)), (time(20), time(0))))
ALWAYS = (
    Hours(((time(0), time(0)),)),
    Hours(((time(0), time(0)),), weekdays=frozenset(range(7))),
)


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
    zone, hours, exceptions = {
        "city": (CITY, (), published()),
        "summer": (CITY, (SATURDAYS, SUMMER, HALF_DAY, CLOSED_DAYS), published()),
        "fridays": (CITY, (SHORT_FRIDAYS, SUMMER), _random_days(1)),
        "berlin": (ZoneInfo("Europe/Berlin"), (NIGHTS, SATURDAYS), _random_days(2)),
        "lord_howe": (ZoneInfo("Australia/Lord_Howe"), (NIGHTS,), _random_days(3)),
        "utility": (ZoneInfo("America/New_York"), ALWAYS, {}),
    }[name]
    return Pair(name, Calendar(zone, hours, exceptions, 2026), Slow(zone, hours, exceptions))


NAMES = ("city", "summer", "fridays", "berlin", "lord_howe", "utility")


def _random_days(seed: int) -> dict[date, bool]:
    chance = Random(seed)
    days = (date(2025, 1, 1) + timedelta(days=n) for n in range(3 * 365))
    return {day: chance.random() < 0.5 for day in days if chance.random() < 0.2}
