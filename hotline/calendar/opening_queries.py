"""Reading when offices are open, as it is stored: rules and closures, the city's or a unit's."""

from datetime import date

from sqlalchemy import select

from hotline.calendar.models import OfficeClosure, OfficeHours
from hotline.calendar.rules import read_intervals
from hotline.extensions import db
from hotline.hours import Hours


def rules_of(unit: str | None) -> list[OfficeHours]:
    """The rules in their order; of several that fit a day, the last one holds."""
    asked = select(OfficeHours).where(OfficeHours.unit_code.is_not_distinct_from(unit))
    return list(db.session.scalars(asked.order_by(OfficeHours.place, OfficeHours.id)))


def closures_of(unit: str | None, since_on: date) -> list[OfficeClosure]:
    """Closures from a day on, in order."""
    asked = select(OfficeClosure).where(
        OfficeClosure.unit_code.is_not_distinct_from(unit), OfficeClosure.closed_on >= since_on
    )
    return list(db.session.scalars(asked.order_by(OfficeClosure.closed_on, OfficeClosure.id)))


def units_with_own() -> list[str]:
    """The codes of units that have rules or closures of their own."""
    rules = select(OfficeHours.unit_code).where(OfficeHours.unit_code.is_not(None))
    shut = select(OfficeClosure.unit_code).where(OfficeClosure.unit_code.is_not(None))
    return sorted({str(code) for code in db.session.scalars(rules.union(shut))})


def as_rule(row: OfficeHours) -> Hours:
    """A stored rule as the calendar counts with it."""
    return Hours(
        read_intervals(row.intervals),
        row.from_on,
        row.until_on,
        None if row.weekdays is None else frozenset(row.weekdays),
        opens_holidays=row.is_open_on_holidays,
    )
