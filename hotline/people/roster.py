"""The directory as the administrator looks at it: units, their people, their duty roster."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select

from hotline.extensions import db
from hotline.people.models import Duty, Membership, Staff, Unit, UnitKind
from hotline.people.queries import in_force


@dataclass(frozen=True)
class Listed:
    """A unit in the list: how many people it has now, how many sub-units are open."""

    unit: Unit
    people: int
    sub_units: int


def units_of(
    *, words: str, kind: UnitKind | None, with_closed: bool, now: datetime
) -> list[Listed]:
    """Units with their sub-units behind them, by code; `words` are in code, name or keywords."""
    people = (
        select(func.count(Membership.staff_id.distinct()))
        .where(Membership.unit_id == Unit.id, in_force(now))
        .scalar_subquery()
    )
    sub = select(Unit).subquery()
    subs = (
        select(func.count())
        .select_from(sub)
        .where(sub.c.parent_id == Unit.id, sub.c.closed_at.is_(None))
        .scalar_subquery()
    )
    asked = select(Unit, people, subs).order_by(Unit.code)
    if words:
        fields = (Unit.code, Unit.name, Unit.keywords)
        asked = asked.where(or_(*(one.icontains(words, autoescape=True) for one in fields)))
    if kind is not None:
        asked = asked.where(Unit.kind == kind)
    if not with_closed:
        asked = asked.where(Unit.closed_at.is_(None))
    return [Listed(*row) for row in db.session.execute(asked)]


def unit(code: str) -> Unit | None:
    """A unit by its code, closed or not."""
    return db.session.scalars(select(Unit).where(Unit.code == code)).one_or_none()


def sub_units(unit_id: int) -> list[Unit]:
    """The sub-units of a unit, by code, closed ones last."""
    asked = select(Unit).where(Unit.parent_id == unit_id)
    return list(db.session.scalars(asked.order_by(Unit.closed_at.is_not(None), Unit.code)))


def people(unit_id: int, now: datetime) -> list[tuple[Staff, Membership]]:
    """Who holds a role there now or later, by name; stand-ins are memberships with an end."""
    asked = (
        select(Staff, Membership)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.unit_id == unit_id)
        .where(or_(Membership.until.is_(None), Membership.until > now))
        .order_by(Membership.role, Staff.username)
    )
    return [(staff, membership) for staff, membership in db.session.execute(asked)]


def duties(unit_id: int, day: date) -> list[Duty]:
    """Turns of duty that are not over, the nearest first."""
    asked = select(Duty).where(Duty.unit_id == unit_id, Duty.until_on >= day)
    return list(db.session.scalars(asked.order_by(Duty.since_on)))


def unit_by_id(unit_id: int) -> Unit | None:
    """A unit by its own number."""
    return db.session.get(Unit, unit_id)
