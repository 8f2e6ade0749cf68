"""Changing the calendar: single days, whole years from the library.

Decided here: who overrules whom. A person's and a file's days stay when the library brings a
year; statutory stand-ins go when a year is published. Each change leaves an audit entry and the
fact `calendar_changed` with the days whose working changed, for whoever keeps deadlines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from hotline import audit
from hotline.calendar import library, queries, recomputing
from hotline.calendar.models import CalendarDay, CalendarYear
from hotline.calendar.rules import (
    OWN,
    Source,
    StatedDay,
    Status,
    check_complete,
    check_days,
    check_year,
    last_year,
)
from hotline.errors import Invalid
from hotline.events import Fact, publish
from hotline.extensions import db
from hotline.hours import SATURDAY
from hotline.worktime import FIRST_YEAR

SYSTEM = "system"


@dataclass(frozen=True)
class Changed:
    """What became of a year: its status, the days that changed in any way, who follows."""

    year: int
    status: Status
    days: tuple[date, ...]
    recomputation: int | None = None


@dataclass(frozen=True)
class _Plan:
    """A year's rows as they are to be."""

    year: int
    status: Status
    source: Source
    put: Mapping[date, StatedDay]
    dropped: frozenset[date] = frozenset()


def put_days(
    year: int, days: Iterable[StatedDay], status: Status | None, *, by: str, now: datetime
) -> Changed:
    """State single days of a year by a person; only the days given change.

    Raises Invalid for an unknown year, another year's day, a day stated twice differently, and
    when nothing is given.
    """
    check_year(year, last_year(now))
    put = check_days(year, days)
    if not put and status is None:
        words = "Give at least one day, or the status of the year."
        raise Invalid("nothing_given", words, field="days")
    row = _locked(year)
    kept = row.status if row else Status.PROVISIONAL
    changed = _carry_out(_Plan(year, status or kept, Source.PERSON, put), row, by=by, now=now)
    if changed.recomputation is not None:
        return changed
    number = recomputing.nothing_to_follow(f"calendar:{year}", by=by, now=now)
    return replace(changed, recomputation=number)


def import_days(days: Sequence[StatedDay], *, by: str, now: datetime) -> list[Changed]:
    """Take published years from a file, each at once and all or none.

    A year that was not published yet must be given with all its holidays and loses its
    statutory stand-ins; of a published one only the days given change. Raises Invalid.
    """
    if not days:
        raise Invalid("empty_file", "The file states no day.", field="days")
    changed = []
    for year in sorted({one.day.year for one in days}):
        check_year(year, last_year(now))
        put = check_days(year, [one for one in days if one.day.year == year])
        row = _locked(year)
        if row is None or row.status is not Status.PUBLISHED:
            check_complete(year, put)
        plan = _Plan(
            year,
            Status.PUBLISHED,
            Source.FILE,
            put,
            _stated_by(year, {Source.STATUTORY}) - set(put),
        )
        changed.append(_carry_out(plan, row, by=by, now=now))
    return changed


def fill_from_library(year: int, *, now: datetime, by: str = SYSTEM) -> Changed:
    """Bring a year from the library: published days, else statutory ones as provisional.

    A published year never becomes provisional again; days of a person or a file stay.
    """
    check_year(year, last_year(now))
    row = _locked(year)
    published = library.published(year)
    if published is None and row is not None and row.status is Status.PUBLISHED:
        return Changed(year, row.status, ())
    own = _stated_by(year, OWN)
    days = library.statutory(year) if published is None else published
    put = {day: one for day, one in check_days(year, days).items() if day not in own}
    plan = _Plan(
        year,
        Status.PROVISIONAL if published is None else Status.PUBLISHED,
        Source.STATUTORY if published is None else Source.LIBRARY,
        put,
        _stated_by(year, set(Source) - OWN) - set(put),
    )
    return _carry_out(plan, row, by=by, now=now)


def update(*, now: datetime) -> list[Changed]:
    """Bring all years from the library, from 2004 to two years ahead."""
    years = range(FIRST_YEAR, last_year(now) + 1)
    return [fill_from_library(year, now=now) for year in years]


def _locked(year: int) -> CalendarYear | None:
    return db.session.scalars(
        select(CalendarYear)
        .where(CalendarYear.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _stated_by(year: int, sources: Iterable[Source]) -> frozenset[date]:
    wanted = frozenset(sources)
    return frozenset(one.day for one in queries.stated_days(year) if one.source in wanted)


def _carry_out(plan: _Plan, row: CalendarYear | None, *, by: str, now: datetime) -> Changed:
    """Write what differs, a day's source included; nothing differs, nothing is written."""
    rows = {one.day: one for one in queries.stated_days(plan.year)}
    before = {day: StatedDay(day, one.is_working, one.name) for day, one in rows.items()}
    differing = {day for day, one in plan.put.items() if before.get(day) != one}
    restated = {day for day in plan.put if day in rows and rows[day].source is not plan.source}
    dropped = plan.dropped & set(rows)
    days = tuple(sorted(differing | dropped))
    if row is not None and row.status is plan.status and not days and not restated:
        return Changed(plan.year, plan.status, ())
    recomputing.hold_calendar()
    _write(plan, differing | restated, dropped)
    _write_year(plan, by=by, now=now)
    moved = [day for day in days if _works(day, before) != _works(day, plan.put)]
    _tell(plan, days, moved, by=by, now=now)
    queries.forget()
    return Changed(plan.year, plan.status, days, _follow(plan, row, moved, by=by, now=now))


def _follow(
    plan: _Plan, row: CalendarYear | None, moved: Sequence[date], *, by: str, now: datetime
) -> int | None:
    """Let the deadlines follow; a year that the library brings for the first time has none."""
    is_new = row is None and plan.source not in OWN
    is_other = row is None or row.status is not plan.status
    if is_new or not (moved or is_other):
        return None
    since_on = date(plan.year, 1, 1) if is_other else min(moved)
    return recomputing.follow(f"calendar:{plan.year}", moved, since_on, by=by, now=now)


def _works(day: date, stated: Mapping[date, StatedDay]) -> bool:
    return stated[day].is_working if day in stated else day.weekday() < SATURDAY


def _write(plan: _Plan, wanted: Iterable[date], dropped: Iterable[date]) -> None:
    if dropped:
        db.session.execute(delete(CalendarDay).where(CalendarDay.day.in_(dropped)))
    stated = [plan.put[day] for day in wanted]
    if stated:
        rows = insert(CalendarDay).values(
            [
                {
                    "day": one.day,
                    "is_working": one.is_working,
                    "name": one.name,
                    "source": plan.source,
                }
                for one in stated
            ]
        )
        new = {name: rows.excluded[name] for name in ("is_working", "name", "source")}
        db.session.execute(rows.on_conflict_do_update(index_elements=["day"], set_=new))


def _write_year(plan: _Plan, *, by: str, now: datetime) -> None:
    values = {"status": plan.status, "source": plan.source, "changed_at": now, "changed_by": by}
    row = insert(CalendarYear).values(year=plan.year, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["year"], set_=values))


def _tell(
    plan: _Plan, days: Sequence[date], moved: Sequence[date], *, by: str, now: datetime
) -> None:
    subject = f"calendar:{plan.year}"
    facts = {
        "status": plan.status.value,
        "source": plan.source.value,
        "days": [day.isoformat() for day in days],
        "moved": [day.isoformat() for day in moved],
    }
    said = {
        "working": [day.isoformat() for day in days if _works(day, plan.put)],
        "names": {day.isoformat(): plan.put[day].name for day in days if day in plan.put},
    }
    audit.record(by, "calendar_changed", subject, at=now, **facts, **said)
    publish([Fact("calendar_changed", subject, facts, now)])
