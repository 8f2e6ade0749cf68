"""Reminders: to units that leave tickets unsigned, and to those where nobody logs in.

Decided here: once a day and unit, on working days. Not here: when it runs (`jobs`).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import String, and_, cast, exists, func, literal, select

from dispatch.models import Assignment
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.people.models import Membership, Unit
from hotline.people.queries import in_force
from supervision import warn
from supervision.rules import ReminderRules, WarningKind
from supervision.warn import Warned

SIGNED_IN = "signed_in"


class Reminder(Protocol):
    """A kind of reminder; answers how many units were reminded."""

    def __call__(self, day: date, *, now: datetime, numbers: ReminderRules) -> int:
        """Remind whom it concerns."""


def of_unsigned(day: date, *, now: datetime, numbers: ReminderRules) -> int:
    """Remind the people of units of what they leave unsigned; answers how many units."""
    late = now - timedelta(hours=numbers.unsigned_hours)
    found = db.session.execute(
        select(Unit.id, Unit.name, func.count())
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(
            Assignment.ended_at.is_(None),
            Assignment.signed_at.is_(None),
            Assignment.return_asked_at.is_(None),
            Assignment.dispatched_at <= late,
        )
        .group_by(Unit.id)
        .order_by(Unit.code)
    ).all()
    for unit_id, name, count in found:
        facts: dict[str, object] = {"unit": name, "count": count}
        what = _warned(WarningKind.UNSIGNED, unit_id, day, now, facts)
        warn.tell(warn.of_unit(unit_id, now), what)
    return len(found)


def of_absent(day: date, *, now: datetime, numbers: ReminderRules) -> int:
    """Remind units with open tickets where nobody logged in for days; supervisors are told too."""
    found = _absent(now - timedelta(days=numbers.absent_days), now)
    supervisors = warn.with_role([Role.SUPERVISOR], now) if found else set()
    for unit_id, name in found:
        facts: dict[str, object] = {"unit": name, "count": numbers.absent_days}
        what = _warned(WarningKind.ABSENT, unit_id, day, now, facts)
        warn.tell(warn.of_unit(unit_id, now) | supervisors, what)
    return len(found)


def _absent(since: datetime, now: datetime) -> Sequence[tuple[int, str]]:
    came_in = (
        exists()
        .where(Membership.unit_id == Unit.id, in_force(now))
        .where(
            AuditEntry.subject == func.concat("staff:", cast(Membership.staff_id, String)),
            AuditEntry.kind == SIGNED_IN,
            AuditEntry.at >= since,
        )
    )
    has_work = exists().where(
        and_(
            Assignment.unit_id == Unit.id,
            Assignment.ended_at.is_(None),
            Assignment.replied_at.is_(None),
            Assignment.dispatched_at <= literal(since),
        )
    )
    asked = select(Unit.id, Unit.name).where(has_work, ~came_in).order_by(Unit.code)
    return [(unit_id, name) for unit_id, name in db.session.execute(asked)]


def _warned(
    kind: WarningKind, unit_id: int, day: date, now: datetime, facts: dict[str, object]
) -> Warned:
    return Warned(
        kind=kind,
        key=f"{kind.value}:{unit_id}:{day.isoformat()}",
        at=now,
        unit_id=unit_id,
        text=f"warned_{kind.value}",
        facts=facts,
    )
