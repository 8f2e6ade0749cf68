"""Who somebody is, and what the directory holds; one SELECT a function, nothing is cached.

A membership is in force when since <= now < until; a stand-in is a membership with dates, so it
begins and ends by itself, without a change to the row or to anybody's session.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from hotline import crypto
from hotline.access import Role, Viewer
from hotline.audit import AuditEntry
from hotline.events import DeadLetter, OutboxRow
from hotline.extensions import db
from hotline.people.models import ApiToken, EndedSession, Membership, Staff, Unit

WHO = (
    Staff.id,
    Staff.name,
    Staff.username,
    Staff.locale,
    Membership.role,
    Membership.unit_id,
)


@dataclass(frozen=True)
class Who:
    """Somebody as a history names them: the unit, or a role where they belong to the hotline."""

    name: str
    role: Role | None
    unit: str | None


@dataclass(frozen=True)
class Backlog:
    """What waits for one reader: how many facts, since when, how often the worst was tried."""

    reader: str
    waiting: int
    oldest_at: datetime
    attempts: int


@dataclass(frozen=True)
class Dead:
    """What one reader gave up on."""

    reader: str
    count: int
    latest_at: datetime


def viewer_of(
    staff_id: int, epoch: int, now: datetime, *, session: bytes | None = None
) -> Viewer | None:
    """The viewer behind a session; None when inactive, changed since, or signed out of.

    `session` is the digest of the session's own secret, by which a sign-out ends it.
    """
    asked = _with_roles(now).where(
        Staff.id == staff_id,
        Staff.epoch == epoch,
        Staff.is_active,
        ~exists().where(EndedSession.digest == (session or b"")),
    )
    return _viewer(db.session.execute(asked).all())


def viewer_by_token(token: str, now: datetime) -> Viewer | None:
    """The viewer behind a bearer token; None when it is unknown, revoked or its owner inactive."""
    given = {"digest": crypto.token_digest(token), "now": now}
    rows = db.session.execute(_by_token(), given).all()
    return _viewer(rows, token_id=rows[0].token_id) if rows else None


def staff_by_username(username: str) -> Staff | None:
    """Somebody by their username as it is kept."""
    return db.session.scalars(select(Staff).where(Staff.username == username)).one_or_none()


def staff_page(
    *, words: str = "", role: Role | None = None, after: str = "", limit: int, now: datetime
) -> list[Staff]:
    """Staff in order of username behind `after`; `words` begin a username or are in a name."""
    asked = select(Staff).where(Staff.username > after).order_by(Staff.username).limit(limit)
    if words:
        begins = Staff.username.startswith(words.lower(), autoescape=True)
        asked = asked.where(or_(begins, Staff.name.contains(words, autoescape=True)))
    if role is not None:
        holds = exists().where(
            Membership.staff_id == Staff.id, Membership.role == role, in_force(now)
        )
        asked = asked.where(holds)
    return list(db.session.scalars(asked))


def memberships_of(staff_ids: Collection[int]) -> list[Membership]:
    """All memberships of these people with their units, over or not, the youngest first."""
    return list(db.session.scalars(_memberships(staff_ids)))


def memberships_in_force(staff_ids: Collection[int], now: datetime) -> list[Membership]:
    """The memberships of these people that count at this moment, with their units."""
    return list(db.session.scalars(_memberships(staff_ids).where(in_force(now))))


def tokens_of(staff_id: int) -> list[ApiToken]:
    """Somebody's tokens that still open something, the youngest first."""
    asked = select(ApiToken).where(ApiToken.staff_id == staff_id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(asked.order_by(ApiToken.id.desc())))


def open_tokens() -> list[tuple[ApiToken, Staff]]:
    """Every token that still opens something, with its owner, the youngest first."""
    asked = select(ApiToken, Staff).join(Staff, Staff.id == ApiToken.staff_id)
    rows = db.session.execute(
        asked.where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    )
    return [(token, staff) for token, staff in rows]


def traces_of(staff_id: int, limit: int = 20) -> list[AuditEntry]:
    """What was last done to or by this account, the youngest first."""
    asked = select(AuditEntry).where(AuditEntry.subject == f"staff:{staff_id}")
    return list(db.session.scalars(asked.order_by(AuditEntry.at.desc()).limit(limit)))


def names_of(staff_ids: Iterable[int]) -> dict[int, str]:
    """Staff id → name, for showing who did something; unknown ids are left away."""
    wanted = set(staff_ids)
    if not wanted:
        return {}
    found = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    return {staff_id: name for staff_id, name in found}


def who_are(staff_ids: Iterable[int]) -> dict[int, Who]:
    """Staff id → name and place, for a history: the role or unit they hold now or held last."""
    wanted = set(staff_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Staff.id, Staff.name, Membership.role, Unit.name)
        .outerjoin(Membership, Membership.staff_id == Staff.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Staff.id.in_(wanted))
        .order_by(Membership.until.nulls_last(), Membership.since)
    )
    return {staff_id: Who(name, role, unit) for staff_id, name, role, unit in rows}


def units() -> list[Unit]:
    """All units in operation, in order of code."""
    return list(db.session.scalars(_open_units()))


def units_page(*, after: str = "", limit: int) -> list[tuple[Unit, str | None]]:
    """Units in operation behind a code, in order of code, each with its parent's code."""
    parent = aliased(Unit)
    asked = _open_units().outerjoin(parent, parent.id == Unit.parent_id)
    rows = db.session.execute(asked.add_columns(parent.code).where(Unit.code > after).limit(limit))
    return [(unit, parent_code) for unit, parent_code in rows]


def unit_by_code(code: str) -> Unit | None:
    """One unit in operation."""
    return db.session.scalars(_open_units().where(Unit.code == code)).one_or_none()


def units_by_code(codes: Iterable[str]) -> dict[str, Unit]:
    """Code → unit in operation; unknown codes are left away."""
    wanted = set(codes)
    if not wanted:
        return {}
    found = db.session.scalars(_open_units().where(Unit.code.in_(wanted)))
    return {unit.code: unit for unit in found}


def backlog() -> list[Backlog]:
    """What waits in the outbox, a line a reader, the longest wait first."""
    oldest = func.min(OutboxRow.created_at)
    rows = db.session.execute(
        select(OutboxRow.reader, func.count(), oldest, func.max(OutboxRow.attempts))
        .group_by(OutboxRow.reader)
        .order_by(oldest)
    )
    return [Backlog(*row) for row in rows]


def dead_letters() -> list[Dead]:
    """What readers gave up on, a line a reader."""
    rows = db.session.execute(
        select(DeadLetter.reader, func.count(), func.max(DeadLetter.failed_at))
        .group_by(DeadLetter.reader)
        .order_by(DeadLetter.reader)
    )
    return [Dead(*row) for row in rows]


def in_force(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition that a membership counts at this moment."""
    return and_(Membership.since <= now, or_(Membership.until.is_(None), Membership.until > now))


def _memberships(staff_ids: Collection[int]) -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.staff_id.in_(staff_ids))
        .options(joinedload(Membership.unit))
        .order_by(Membership.since.desc(), Membership.id.desc())
    )


@cache
def _by_token() -> Select[*tuple[Any, ...]]:
    """Built once: every call of the JSON API begins with it."""
    return (
        _with_roles(bindparam("now", type_=DateTime(timezone=True)))
        .add_columns(ApiToken.id.label("token_id"))
        .join(ApiToken, ApiToken.staff_id == Staff.id)
        .where(
            ApiToken.digest == bindparam("digest"),
            ApiToken.revoked_at.is_(None),
            Staff.is_active,
        )
    )


def _with_roles(now: datetime | BindParameter[datetime]) -> Select[*tuple[Any, ...]]:
    """A row a role in force; one row without a role for somebody who has none."""
    return select(*WHO).outerjoin(Membership, and_(Membership.staff_id == Staff.id, in_force(now)))


def _viewer(rows: Sequence[Row[Any]], token_id: int | None = None) -> Viewer | None:
    if not rows:
        return None
    first = rows[0]
    return Viewer.of(
        first.id,
        first.name,
        first.username,
        roles=frozenset(row.role for row in rows if row.role is not None),
        unit_ids=frozenset(row.unit_id for row in rows if row.unit_id is not None),
        posts=frozenset((row.unit_id, row.role) for row in rows if row.unit_id is not None),
        token_id=token_id,
        locale=first.locale,
    )


def _open_units() -> Select[Unit]:
    return select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.code)
