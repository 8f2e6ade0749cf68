"""The counted days and open intervals of a calendar as ordered numbers with running sums.

Decided here: how they are laid out and found, in logarithmic time. Not here: what they mean
(`worktime`), which hours a day has (`hours`).

The surprise: a year is worked out once and kept, so a calendar in which some days changed costs
only the years that they lie in, whoever builds it and for whichever unit.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from hotline import hours as office
from hotline.hours import DAY_TICKS, SATURDAY, Closure, Hours, Interval, Ticks

YEARS_KEPT: Final = 1024


class OutsideCalendar(ValueError):
    """A day or moment lies before 2004 or more than thirty years after the last published year."""


@dataclass(frozen=True)
class Stated:
    """What a calendar is made of: `rules` come last first, `days` say which single days work."""

    zone: ZoneInfo
    rules: tuple[Hours, ...]
    closures: tuple[Closure, ...]
    days: Mapping[date, bool]


@dataclass(frozen=True)
class Table:
    """Counted days and open intervals in order, with running sums; microseconds since 1970."""

    first_on: date
    last_on: date
    days: list[int] = field(default_factory=list)
    openings: list[int] = field(default_factory=list)
    closings: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)

    def find(self, number: int) -> int | None:
        """The index of a counted day."""
        at = bisect_left(self.days, number)
        return at if at < len(self.days) and self.days[at] == number else None

    def elapsed(self, ticks: int) -> int:
        """Working time since the beginning of the table."""
        at = bisect_right(self.starts, ticks) - 1
        return self.sums[at] - max(0, self.ends[at] - ticks) if at >= 0 else 0

    def tick_at(self, elapsed: int) -> int:
        """The earliest moment by which this much working time has passed."""
        at = bisect_left(self.sums, elapsed)
        if elapsed < 0 or at == len(self.sums):
            raise OutsideCalendar("the calendar ends before this much working time")
        return self.ends[at] - (self.sums[at] - elapsed)


def table(stated: Stated, first_year: int, last_year: int) -> Table:
    """The table of these years, both included."""
    made = Table(date(first_year, 1, 1), date(last_year, 12, 31))
    days, closures = _days_by_year(stated.days), _closures_by_year(stated.closures)
    for year in range(first_year, last_year + 1):
        first, last = date(year, 1, 1), date(year, 12, 31)
        rules = tuple(
            one
            for one in stated.rules
            if (one.from_on or first) <= last and first <= (one.until_on or last)
        )
        part = _year(stated.zone, rules, year, frozenset(days[year]), tuple(closures[year]))
        for whole, piece in zip(
            (made.days, made.openings, made.closings, made.starts, made.ends, made.sums),
            part,
            strict=True,
        ):
            whole.extend(piece)
    made.sums[:] = accumulate(made.sums)
    return made


class _Year(NamedTuple):
    """One year's numbers; the last are the intervals' lengths."""

    days: tuple[int, ...]
    openings: tuple[int, ...]
    closings: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    lengths: tuple[int, ...]


@lru_cache(maxsize=YEARS_KEPT)
def _year(
    zone: ZoneInfo,
    rules: tuple[Hours, ...],
    year: int,
    days: frozenset[tuple[date, bool]],
    closures: tuple[Closure, ...],
) -> _Year:
    stated = dict(days)
    shut: defaultdict[date, list[Interval]] = defaultdict(list)
    for one in closures:
        shut[one.day].append(one.interval)
    counted: list[int] = []
    outer: list[Ticks] = []
    edges: list[Ticks] = []
    first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    midnights = [office.midnight(number, zone) for number in range(first, after + 1)]
    for number, (begins, ends) in enumerate(pairwise(midnights), first):
        day = date.fromordinal(number)
        said = stated.get(day)
        intervals = office.intervals_of(day, rules, stated=said)
        if not intervals:
            continue
        since = office.cut(intervals, shut.get(day, ()))
        if ends - begins == DAY_TICKS:
            found = [(begins + start, begins + end) for start, end in since]
        else:
            found = office.edges_of(day, since, zone)
        if found and (day.weekday() < SATURDAY if said is None else said):
            counted.append(number)
            outer.append((found[0][0], found[-1][1]))
        edges += found
    return _Year(
        tuple(counted),
        tuple(start for start, _ in outer),
        tuple(end for _, end in outer),
        tuple(start for start, _ in edges),
        tuple(end for _, end in edges),
        tuple(end - start for start, end in edges),
    )


def _days_by_year(stated: Mapping[date, bool]) -> defaultdict[int, list[tuple[date, bool]]]:
    found: defaultdict[int, list[tuple[date, bool]]] = defaultdict(list)
    for day, is_working in stated.items():
        found[day.year].append((day, is_working))
    return found


def _closures_by_year(closures: Iterable[Closure]) -> defaultdict[int, list[Closure]]:
    found: defaultdict[int, list[Closure]] = defaultdict(list)
    for one in closures:
        found[one.day.year].append(one)
    return found
