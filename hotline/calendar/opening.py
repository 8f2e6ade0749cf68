"""Changing when offices are open: hours and single closures, the city's and a unit's own.

Decided here: a unit with hours of its own goes by them alone; the city's closures shut every
unit but those that are open on holidays. Each change leaves an audit entry and the fact
`hours_changed` with the days that count otherwise now, for whoever keeps deadlines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from hotline import audit
from hotline.calendar import queries, recomputing
from hotline.calendar.models import OfficeClosure, OfficeHours
from hotline.calendar.rules import write_intervals
from hotline.errors import NotFound
from hotline.events import Fact, publish
from hotline.extensions import db
from hotline.hours import Closure, Hours
from hotline.worktime import Calendar

SUBJECT = "calendar:hours"
NEAR = timedelta(days=500)
"""No limit counts days farther away than that."""


@dataclass(frozen=True)
class _Before:
    """The calendar before a change, of the city or of the unit with this code."""

    unit: str | None
    calendar: Calendar


def set_hours(rules: Sequence[Hours], *, by: str, now: datetime, unit: str | None = None) -> None:
    """Replace the rules for opening hours, of the city or of one unit.

    Without any the ordinary hours hold, for a unit those of the city.
    """
    before = _before(unit)
    gone = delete(OfficeHours).where(OfficeHours.unit_code.is_not_distinct_from(unit))
    db.session.execute(gone)
    for place, rule in enumerate(rules):
        row = OfficeHours(
            unit_code=unit,
            place=place,
            from_on=rule.from_on,
            until_on=rule.until_on,
            weekdays=None if rule.weekdays is None else sorted(rule.weekdays),
            intervals=write_intervals(rule),
            is_open_on_holidays=rule.opens_holidays,
            changed_at=now,
            changed_by=by,
        )
        db.session.add(row)
    written = [write_intervals(rule) for rule in rules]
    audit.record(by, "office_hours_changed", SUBJECT, at=now, intervals=written, unit=unit)
    _tell(before, by=by, now=now)


def close(
    closure: Closure, reason: str, *, by: str, now: datetime, unit: str | None = None
) -> OfficeClosure:
    """Shut everybody, or one unit, for a day or a part of it."""
    before = _before(unit)
    row = OfficeClosure(
        unit_code=unit,
        closed_on=closure.day,
        starts=closure.starts,
        ends=closure.ends,
        reason=reason,
        changed_at=now,
        changed_by=by,
    )
    db.session.add(row)
    audit.record(by, "office_closed", SUBJECT, at=now, unit=unit, **_facts(row))
    _tell(before, by=by, now=now)
    return row


def open_again(closure_id: int, *, by: str, now: datetime) -> None:
    """Take a closure back. Raises NotFound."""
    row = db.session.get(OfficeClosure, closure_id) if 0 < closure_id < 2**63 else None
    if row is None:
        raise NotFound("closure_not_found", "There is no such closure.", field="closure")
    before = _before(row.unit_code)
    db.session.delete(row)
    audit.record(by, "office_opened_again", SUBJECT, at=now, unit=row.unit_code, **_facts(row))
    _tell(before, by=by, now=now)


def _facts(row: OfficeClosure) -> dict[str, str]:
    return {"day": row.closed_on.isoformat(), "hours": f"{row.starts:%H:%M}-{row.ends:%H:%M}"}


def _before(unit: str | None) -> _Before:
    recomputing.hold_calendar()
    queries.forget()
    return _Before(unit, queries.load_of(unit))


def _tell(before: _Before, *, by: str, now: datetime) -> None:
    db.session.flush()
    queries.forget()
    moved = before.calendar.differing_days(queries.load_of(before.unit))
    queries.forget()  # what is not committed yet is nobody else's calendar
    facts = {"unit": before.unit, "moved": [day.isoformat() for day in moved]}
    publish([Fact("hours_changed", SUBJECT, facts, now)])
    near = [day for day in moved if abs(day - now.date()) < NEAR]
    recomputing.follow(SUBJECT, near, min([*near, now.date()]), by=by, now=now)
