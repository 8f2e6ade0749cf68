"""A unit's head names who stands in for them while they are away, without an administrator.

Decided here: only a head in their own right names somebody, of their own unit, from a day on
until another, for so long at most; a stand-in is the head's role with an end, so it begins and
ends by itself. Not here: which roles meet in one person (`operations.grant`, which leaves the
trace).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline.access import Role, Viewer
from hotline.errors import Forbidden, Invalid, NotFound
from hotline.extensions import db
from hotline.people import operations
from hotline.people.models import Membership, Staff, Unit
from hotline.people.queries import in_force

LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class StandIn:
    """Somebody who is head of a unit for a time."""

    membership_id: int
    staff_id: int
    name: str
    unit_code: str
    unit_name: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Absence:
    """Who stands in, in which unit, from which day until which, both included."""

    staff_id: int
    unit_code: str
    since_on: date
    until_on: date


def stand_ins(unit_ids: Collection[int], now: datetime) -> list[StandIn]:
    """Who stands in for the heads of these units now or later, the nearest first."""
    rows = db.session.execute(
        select(Membership, Staff.name, Unit.code, Unit.name)
        .join(Staff, Staff.id == Membership.staff_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.unit_id.in_(unit_ids),
            Membership.role == Role.UNIT_HEAD,
            Membership.until > now,
            Membership.until > Membership.since,
        )
        .order_by(Membership.since, Membership.id)
    )
    return [
        StandIn(one.id, one.staff_id, name, code, unit, one.since, one.until)
        for one, name, code, unit in rows
        if one.until is not None
    ]


def headed(viewer: Viewer, now: datetime) -> Sequence[Unit]:
    """The units that the viewer heads in their own right."""
    asked = (
        select(Unit)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(
            Membership.staff_id == viewer.staff_id,
            Membership.role == Role.UNIT_HEAD,
            Membership.until.is_(None),
            in_force(now),
        )
        .order_by(Unit.code)
    )
    return db.session.scalars(asked).unique().all()


def colleagues(unit_ids: Collection[int], besides: int, now: datetime) -> list[tuple[int, str]]:
    """Staff number and name of who works in these units and may be named, by name."""
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(
            Membership.unit_id.in_(unit_ids),
            Membership.role != Role.UNIT_HEAD,
            Staff.id != besides,
            Staff.is_active,
            in_force(now),
        )
        .distinct()
        .order_by(Staff.name, Staff.id)
    )
    return [(staff_id, name) for staff_id, name in rows]


def name_stand_in(viewer: Viewer, absence: Absence, *, zone: ZoneInfo, now: datetime) -> Membership:
    """From the first moment of the first day to the last of the last one, or from now on today.

    Raises Forbidden (`heads_only`), Invalid (`not_of_the_unit`, `day_in_past`,
    `ends_before_it_begins`, `too_long`), and what `operations.grant` raises.
    """
    unit = next((one for one in headed(viewer, now) if one.code == absence.unit_code), None)
    if unit is None:
        raise Forbidden("heads_only", "Only the head of the unit names who stands in for them.")
    if absence.staff_id not in dict(colleagues([unit.id], viewer.staff_id, now)):
        raise Invalid("not_of_the_unit", "Nobody of this unit has that number.", field="person")
    _check(absence, now.astimezone(zone).date())
    begins = datetime.combine(absence.since_on, time(), zone)
    ends = datetime.combine(absence.until_on + timedelta(days=1), time(), zone)
    return operations.grant(
        absence.staff_id,
        Role.UNIT_HEAD,
        unit,
        since=max(begins, now),
        until=ends,
        by=viewer.actor,
        now=now,
    )


def end(viewer: Viewer, membership_id: int, now: datetime) -> None:
    """The head is back. Raises NotFound, Forbidden for another unit's."""
    units = headed(viewer, now)
    known = {one.membership_id for one in stand_ins([one.id for one in units], now)}
    if membership_id not in known:
        raise NotFound("unknown_membership", "There is no such role.", field="membership")
    operations.revoke(membership_id, by=viewer.actor, now=now)


def in_office(unit_ids: Collection[int], now: datetime) -> list[StandIn]:
    """Those who stand in right now."""
    return [one for one in stand_ins(unit_ids, now) if one.since <= now]


def _check(absence: Absence, today: date) -> None:
    if absence.since_on < today:
        raise Invalid("day_in_past", "Begin today or later.", field="since_on")
    if absence.until_on < absence.since_on:
        raise Invalid(
            "ends_before_it_begins", "The end must lie behind the start.", field="until_on"
        )
    if absence.until_on - absence.since_on > LONGEST:
        raise Invalid(
            "too_long",
            "Three months at most; for a longer absence ask the administrator for a new head.",
            field="until_on",
        )
