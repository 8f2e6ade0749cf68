"""Who read or did what to personal data and to the system itself.

The history of a ticket is in its events; here stands what is no step of a ticket: unmasking,
exports, role changes, sign-ins. Rows are only added, in the transaction of what they record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Json, Key, Stamp
from hotline.extensions import Base, db


class AuditEntry(Base):
    """One trace."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject_at", "subject", "at"),)

    id: Mapped[Key]
    at: Mapped[Stamp]
    actor: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[Json]


def record(actor: str, kind: str, subject: str, *, at: datetime, **facts: Any) -> None:
    """Leave a trace; it stands when the surrounding transaction stands."""
    db.session.add(AuditEntry(at=at, actor=actor, kind=kind, subject=subject, facts=facts))


@dataclass(frozen=True)
class Asked:
    """Which traces somebody wants; what is None is not asked about."""

    actor: str | None = None
    kind: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


def page(asked: Asked, *, limit: int) -> list[AuditEntry]:
    """Traces that fit, the youngest first, behind `before_id`."""
    given: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (asked.actor, lambda value: AuditEntry.actor == value),
        (asked.kind, lambda value: AuditEntry.kind == value),
        (asked.subject, lambda value: AuditEntry.subject == value),
        (asked.since, lambda value: AuditEntry.at >= value),
        (asked.until, lambda value: AuditEntry.at < value),
        (asked.before_id, lambda value: AuditEntry.id < value),
    ]
    wanted = [made(value) for value, made in given if value is not None]
    found = select(AuditEntry).where(*wanted).order_by(AuditEntry.id.desc()).limit(limit)
    return list(db.session.scalars(found))
