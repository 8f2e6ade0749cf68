"""Who read or did what to personal data and to the system itself.

The history of a ticket is in its events; here stands what is no step of a ticket: unmasking,
exports, role changes, sign-ins. Rows are only added, in the transaction of what they record.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
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
