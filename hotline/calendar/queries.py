"""Reading the calendar: as a year of days, and as the object that counts with them.

`load` is cheap: a process keeps the calendar and asks every five seconds at most whether it has
changed.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from hotline import clock
from hotline.calendar.calendars import Calendars, Opening
from hotline.calendar.models import CalendarDay, CalendarYear, OfficeClosure, OfficeHours
from hotline.calendar.rules import LAST_YEAR, published_through, read_intervals
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.hours import SATURDAY, Closure, Hours
from hotline.worktime import FIRST_YEAR, Calendar

KEPT_FOR = timedelta(seconds=5)
CACHE = "calendar_cache"
LONG_AGO = datetime.min.replace(tzinfo=UTC)

Version = tuple[Any, ...]


@dataclass(frozen=True)
class _Kept:
    """The calendars of a version, and when that was last seen to be the stored one."""

    calendars: Calendars
    version: Version
    seen_at: datetime


def load() -> Calendar:
    """The city's calendar as it is stored, at most five seconds old."""
    return calendars().city


def load_of(unit: str | None) -> Calendar:
    """The calendar that the unit with this code goes by; without one, the city's."""
    return calendars().of(unit)


def calendars() -> Calendars:
    """The city's calendar and those of units with hours of their own, five seconds old at most."""
    kept: _Kept | None = current_app.extensions.get(CACHE)
    now = clock.now()
    if kept is not None and abs(now - kept.seen_at) < KEPT_FOR:
        return kept.calendars
    version = _version()
    found = kept.calendars if kept is not None and kept.version == version else _read(now)
    current_app.extensions[CACHE] = _Kept(found, version, now)
    return found


def as_stored() -> Calendars:
    """The calendars as they are stored this moment; the same object while nothing changed."""
    kept: _Kept | None = current_app.extensions.get(CACHE)
    if kept is not None:
        current_app.extensions[CACHE] = replace(kept, seen_at=LONG_AGO)
    return calendars()


def forget() -> None:
    """Read the stored calendar anew next time."""
    current_app.extensions.pop(CACHE, None)


def year_of_days(year: int) -> dict[str, Any]:
    """Every day of a year as the API tells it. Raises NotFound for a year that isn't kept."""
    wanted = select(CalendarYear.status).where(CalendarYear.year == year)
    status = db.session.scalar(wanted) if FIRST_YEAR <= year <= LAST_YEAR else None
    if status is None:
        raise NotFound("unknown_year", "There is no calendar of this year.", field="year")
    stated = {one.day: one for one in stated_days(year)}
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    days = [_on_the_wire(first + timedelta(days=n), stated) for n in range(length)]
    return {"year": year, "status": status.value, "days": days}


def stated_days(year: int) -> list[CalendarDay]:
    """The rows of a year's stated days, in order."""
    rows = (
        select(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(rows))


def _on_the_wire(day: date, stated: dict[date, CalendarDay]) -> dict[str, Any]:
    row = stated.get(day)
    found: dict[str, Any] = {
        "date": day.isoformat(),
        "working": row.is_working if row else day.weekday() < SATURDAY,
    }
    if row and row.name:
        found["name"] = row.name
    return found


def _version() -> Version:
    versions = [
        one
        for model in (CalendarYear, OfficeHours, OfficeClosure)
        for one in (
            select(func.sum(func.extract("epoch", model.changed_at))).scalar_subquery(),
            select(func.count()).select_from(model).scalar_subquery(),
        )
    ]
    return tuple(db.session.execute(select(*versions)).one())


def _read(now: datetime) -> Calendars:
    statuses = {
        year: status
        for year, status in db.session.execute(select(CalendarYear.year, CalendarYear.status))
    }
    days = db.session.execute(select(CalendarDay.day, CalendarDay.is_working))
    hours = db.session.scalars(select(OfficeHours).order_by(OfficeHours.place, OfficeHours.id))
    shut = db.session.scalars(
        select(OfficeClosure).order_by(OfficeClosure.closed_on, OfficeClosure.id)
    )
    opening: defaultdict[str | None, Opening] = defaultdict(Opening)
    for row in hours:
        opening[row.unit_code] = opening[row.unit_code].with_rule(_rule(row))
    for one in shut:
        closure = Closure(one.closed_on, one.starts, one.ends)
        opening[one.unit_code] = opening[one.unit_code].with_closure(closure)
    return Calendars(
        ZoneInfo(current_app.config["CITY_TIMEZONE"]),
        {day: is_working for day, is_working in days},
        published_through(statuses, otherwise=now.year - 1),
        dict(opening),
    )


def _rule(row: OfficeHours) -> Hours:
    weekdays = None if row.weekdays is None else frozenset(row.weekdays)
    return Hours(
        read_intervals(row.intervals),
        row.from_on,
        row.until_on,
        weekdays,
        opens_holidays=row.is_open_on_holidays,
    )
