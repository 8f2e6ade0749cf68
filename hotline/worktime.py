"""Working days and working time over a calendar with holidays and make-up days.

Decided here: which days count, when the offices are open, and all arithmetic on both. Not here:
where the calendar comes from (`calendar`), which matter gets how long (`tickets.clocks`).

A working-day limit starts on the next working day and ends at closing time of its last day.
A moment at closing time still belongs to the day before the night: of the two names of one
working moment, 17:30 and 08:30 of the next day, results are the earlier. All moments that come
out are aware and in UTC; days are days of the city's zone.

The surprise: opening on Saturday mornings gives working time, but no working day; the law's
weekend stays one. A Saturday that is to count is entered in the calendar as a make-up day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hotline import hours as office
from hotline.hours import TICK, Closure, Hours, Interval, moment, tick
from hotline.worktable import OutsideCalendar, Stated, Table, table

__all__ = ["Calendar", "Closure", "Hours", "Interval", "OutsideCalendar", "Remaining"]

FIRST_YEAR: Final = 2004
YEARS_AHEAD: Final = 30


@dataclass(frozen=True)
class Remaining:
    """What is left of a limit, or how long it is over: whole working days, then minutes."""

    days: int
    minutes: int
    is_overdue: bool


@dataclass(frozen=True)
class Calendar:
    """Working days and hours of one city (or unit) in one zone, from 2004 on.

    `hours` are laid over the ordinary 08:30–12:00 and 13:30–17:30, `closures` cut out of them.
    `exceptions` says of single days whether they are working days; all others go by the week.
    Years after `published_through` are provisional, thirty of them known; beyond, methods raise
    OutsideCalendar.
    """

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    exceptions: Mapping[date, bool] = field(hash=False, repr=False)
    published_through: int
    closures: tuple[Closure, ...] = ()
    _table: Table = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rules = (*reversed(self.hours), office.ordinary())
        last_year = max(self.published_through, FIRST_YEAR) + YEARS_AHEAD
        stated = Stated(self.zone, rules, self.closures, self.exceptions)
        object.__setattr__(self, "_table", table(stated, FIRST_YEAR, last_year))

    # ------------------------------------------------------------------ days

    def is_working(self, day: date) -> bool:
        """Say whether the day counts in working-day limits."""
        return self._table.find(self._ordinal(day)) is not None

    def is_provisional(self, day: date) -> bool:
        """Say whether the day's year is not published yet, so that it may still change."""
        return day.year > self.published_through

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, itself not counted; before it when n is negative."""
        if n == 0:
            raise ValueError("n must not be 0")
        return date.fromordinal(self._table.days[self._nth_after(day, n)])

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` lies before `a`."""
        days = self._table.days
        return bisect_right(days, self._ordinal(b)) - bisect_right(days, self._ordinal(a))

    def differing_days(self, other: "Calendar") -> list[date]:
        """The days that count here or there, but not in both, in order."""
        differing = set(self._table.days) ^ set(other._table.days)
        return [date.fromordinal(number) for number in sorted(differing)]

    def closing(self, day: date) -> datetime:
        """Closing time of a working day's last interval. Raises ValueError for other days."""
        at = self._table.find(self._ordinal(day))
        if at is None:
            raise ValueError(f"{day} is no working day")
        return moment(self._table.closings[at])

    def end_of_working_days(self, start: datetime, days: int) -> datetime:
        """End of a limit of `days` working days (≥ 1) from `start`: closing time of the last."""
        if days < 1:
            raise ValueError("a limit has at least one working day")
        return moment(self._table.closings[self._nth_after(self._local(start).date(), days)])

    # ------------------------------------------------------------------ time

    def in_working_time(self, at: datetime) -> bool:
        """Say whether offices are open; at the stroke of closing they are not."""
        ticks = self._tick(at)
        index = bisect_right(self._table.starts, ticks) - 1
        return index >= 0 and ticks < self._table.ends[index]

    def time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; negative when `b` lies before `a`."""
        return TICK * (self._table.elapsed(self._tick(b)) - self._table.elapsed(self._tick(a)))

    def add_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment when `amount` of working time has passed since `start`.

        Nothing added to a moment outside working time is the next opening.
        """
        if amount < timedelta(0):
            raise ValueError("amount must not be negative")
        ticks = self._tick(start)
        if amount:
            return moment(self._table.tick_at(self._table.elapsed(ticks) + amount // TICK))
        at = bisect_left(self._table.ends, ticks)
        if at == len(self._table.ends):
            raise OutsideCalendar("the calendar has no opening after this moment")
        return moment(max(ticks, self._table.starts[at]))

    def subtract_time(self, end: datetime, amount: timedelta) -> datetime:
        """The moment that lies `amount` of working time before `end`."""
        if amount < timedelta(0):
            raise ValueError("amount must not be negative")
        ticks = self._tick(end)
        reached = self._table.tick_at(self._table.elapsed(ticks) - amount // TICK)
        if reached > ticks:
            raise OutsideCalendar("the calendar begins after this moment")
        return moment(reached)

    def floor(self, at: datetime) -> datetime:
        """`at` within working time, closing included; else, and at openings, the closing before."""
        return self.subtract_time(at, timedelta(0))

    def shift(self, at: datetime, days: int) -> datetime:
        """The same minute so many working days later (earlier when negative); 0 is `floor`.

        A moment outside working days counts as the closing time before it. Where the day reached
        has other hours, the result is drawn to its nearest open minute, in a break back to its
        beginning.
        """
        base = self.floor(at)
        if days == 0:
            return base
        day = self._closing_date(base)
        if not self.is_working(day):
            day = self.nth_working_day_after(day, -1)
            base = self.closing(day)
        wall = self._local(base).replace(tzinfo=None) - datetime.combine(day, office.MIDNIGHT)
        index = self._nth_after(day, days)
        reached = date.fromordinal(self._table.days[index])
        same = tick(office.at_wall(reached, wall, self.zone))
        if same <= self._table.openings[index]:
            return moment(self._table.openings[index])
        return self.floor(moment(min(same, self._table.closings[index])))

    def remaining(self, now: datetime, due: datetime) -> Remaining:
        """Working days and minutes left until `due`, or passed since; overdue from `due` on."""
        is_overdue = now >= due
        start, end = (due, now) if is_overdue else (now, due)
        base = self.floor(start)
        days = self.working_days_between(self._closing_date(base), self._closing_date(end))
        if days > 0 and self.shift(base, days) > end:
            days -= 1
        left = self.time_between(self.shift(base, days), end)
        return Remaining(days, max(0, left // timedelta(minutes=1)), is_overdue)

    # ------------------------------------------------------------------ one day

    def _nth_after(self, day: date, n: int) -> int:
        days, number = self._table.days, self._ordinal(day)
        at = bisect_right(days, number) + n - 1 if n > 0 else bisect_left(days, number) + n
        if not 0 <= at < len(days):
            raise OutsideCalendar(f"the calendar ends before {n} working days from {day}")
        return at

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _closing_date(self, at: datetime) -> date:
        """The day that a moment ends: at 24:00 the day before."""
        return self._local(at - TICK).date()

    def _ordinal(self, day: date) -> int:
        if not self._table.first_on <= day <= self._table.last_on:
            raise OutsideCalendar(f"{day} lies outside the calendar")
        return day.toordinal()

    def _tick(self, at: datetime) -> int:
        self._ordinal(self._local(at).date())
        return tick(at)
