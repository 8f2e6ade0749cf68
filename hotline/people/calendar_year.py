"""A year at a glance: its twelve months day by day, in words and shapes.

Decided here: what a day is called, and what several changes that are not saved yet come to. Not
here: which changes are allowed (`calendar.operations`), what they move (`tickets.recalendar`).
"""

import calendar as almanac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import format_date, get_locale, gettext

from hotline.calendar.models import CalendarDay
from hotline.calendar.rules import OWN, StatedDay
from hotline.hours import SATURDAY
from hotline.words import N_


class Kind(StrEnum):
    """What a day is, as the page marks it."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


KINDS = {
    Kind.WORKING: N_("working day"),
    Kind.WEEKEND: N_("weekend"),
    Kind.HOLIDAY: N_("day off"),
    Kind.MAKE_UP: N_("make-up working day"),
}


@dataclass(frozen=True)
class Day:
    """One day on the page: what it is, its name, by whom, and whether that is only noted yet."""

    on: date
    kind: Kind
    name: str
    is_own: bool
    is_noted: bool
    is_today: bool

    @property
    def is_working(self) -> bool:
        """Whether offices work on it."""
        return self.kind in (Kind.WORKING, Kind.MAKE_UP)

    @property
    def words(self) -> str:
        """The day as it is read aloud."""
        said = [format_date(self.on, "full"), self.name or said_kind(self.kind)]
        if self.is_own:
            said.append(gettext("changed by hand"))
        if self.is_noted:
            said.append(gettext("not saved yet"))
        return str(gettext(", ")).join(said)


@dataclass(frozen=True)
class Month:
    """One month: weeks from Monday to Sunday, None where another month's days lie."""

    name: str
    weeks: list[list[Day | None]]


def said_kind(kind: Kind) -> str:
    """What a day of this kind is called."""
    return str(gettext(KINDS[kind]))


def months(
    year: int, stated: Iterable[CalendarDay], noted: Mapping[date, StatedDay], today: date
) -> list[Month]:
    """The year as it would be with what is noted."""
    rows = {one.day: one for one in stated}
    found = []
    for number in range(1, 13):
        weeks = [
            [
                _day(on, rows.get(on), noted.get(on), today) if on.month == number else None
                for on in week
            ]
            for week in almanac.Calendar().monthdatescalendar(year, number)
        ]
        found.append(Month(format_date(date(year, number, 1), "LLLL"), weeks))
    return found


def weekdays() -> list[tuple[str, str]]:
    """Monday to Sunday, short and in full."""
    names = get_locale().days["stand-alone"]
    return [(names["narrow"][n], names["wide"][n]) for n in range(7)]


def works(on: date, stated: Mapping[date, CalendarDay]) -> bool:
    """Whether offices work on a day, by what is stored."""
    return stated[on].is_working if on in stated else on.weekday() < SATURDAY


def kind_of(on: date, *, is_working: bool) -> Kind:
    """What a day is when offices work on it, or don't."""
    is_weekend = on.weekday() >= SATURDAY
    if is_working:
        return Kind.MAKE_UP if is_weekend else Kind.WORKING
    return Kind.HOLIDAY


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in order, those that follow each other together."""
    found: list[tuple[date, date]] = []
    for one in sorted(days):
        if found and one - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found


def _day(on: date, row: CalendarDay | None, noted: StatedDay | None, today: date) -> Day:
    if noted is not None:
        kind = kind_of(on, is_working=noted.is_working)
        return Day(on, kind, noted.name, is_own=True, is_noted=True, is_today=on == today)
    if row is None:
        kind = Kind.WEEKEND if on.weekday() >= SATURDAY else Kind.WORKING
        return Day(on, kind, "", is_own=False, is_noted=False, is_today=on == today)
    kind = kind_of(on, is_working=row.is_working)
    return Day(on, kind, row.name, row.source in OWN, is_noted=False, is_today=on == today)
