"""The calendars that come with libraries: published years, and statutory dates of later ones.

Decided here: which library is asked for which year. The State Council publishes a year in
November of the one before; until then the statutory dates stand in, without make-up days.
"""

from collections.abc import Iterable
from datetime import date

import chinese_calendar
import holidays

from hotline.calendar.rules import HOLIDAYS, LONGEST_NAME, MAKE_UP_DAY, StatedDay


def published(year: int) -> list[StatedDay] | None:
    """The stated days of a published year; None for one that the library doesn't know."""
    off, working = chinese_calendar.constants.holidays, chinese_calendar.constants.workdays
    if not min(off).year <= year <= max(off).year:
        return None
    days = [
        StatedDay(day, is_working=False, name=HOLIDAYS.get(name, name))
        for day, name in _of(year, off.items())
    ]
    days += [
        StatedDay(day, is_working=True, name=MAKE_UP_DAY) for day, _ in _of(year, working.items())
    ]
    return sorted(days, key=lambda one: one.day)


def statutory(year: int) -> list[StatedDay]:
    """The days off that the law gives to a year that is not published yet."""
    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    return [
        StatedDay(day, is_working=False, name=name.replace("; ", "、")[:LONGEST_NAME])
        for day, name in _of(year, sorted(found.items()))
    ]


def _of(year: int, days: Iterable[tuple[date, str]]) -> list[tuple[date, str]]:
    return [(day, name) for day, name in days if day.year == year]
