"""What a unit asked for in time: extensions and suspensions, and what was decided.

The words of asking and deciding are those of the ticket's events (`seq`, `decision_seq`). A row
that was decided without a verdict lapsed: the matter went on before anybody looked at it.
"""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, SmallInteger, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.time_rules import EndedBecause, SuspensionReason
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base

IS_OPEN = sql("decided_at IS NULL")
IN_FORCE = sql("began_at IS NOT NULL AND ended_at IS NULL")


class Extension(Base):
    """A request for more time; a first one is the reviewer's, a second the head's."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("working_days >= 1", name="working_days"),
        CheckConstraint("is_granted IS NULL OR decided_at IS NOT NULL", name="granted_decided"),
        CheckConstraint(
            "(is_granted IS TRUE) = (new_due_at IS NOT NULL)", name="granted_with_limit"
        ),
        Index("uq_extensions_open", "assignment_id", unique=True, postgresql_where=IS_OPEN),
        Index("ix_extensions_open", "ticket_id", postgresql_where=IS_OPEN),
        Index("ix_extensions_ticket_id", "ticket_id", "id"),
        Index("ix_extensions_unit_id", "unit_id", "asked_at"),
    )

    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    seq: Mapped[int]
    working_days: Mapped[int] = mapped_column(SmallInteger)
    is_second: Mapped[bool] = mapped_column(Boolean, server_default="false")
    old_due_at: Mapped[Stamp]
    asked_at: Mapped[Stamp]
    asked_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None]
    is_granted: Mapped[bool | None]
    new_due_at: Mapped[Stamp | None]
    upstream_consent: Mapped[str | None] = mapped_column(String(200))


class Suspension(Base):
    """A request that the unit's clocks stand still, and the standstill when it was granted."""

    __tablename__ = "suspensions"
    __table_args__ = (
        one_of("reason", SuspensionReason),
        one_of("ended_because", EndedBecause),
        CheckConstraint("is_granted IS NULL OR decided_at IS NOT NULL", name="granted_decided"),
        CheckConstraint("(is_granted IS TRUE) = (began_at IS NOT NULL)", name="granted_begins"),
        CheckConstraint("(began_at IS NULL) = (ends_at IS NULL)", name="begins_and_ends"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended_because_of"),
        Index("uq_suspensions_open", "assignment_id", unique=True, postgresql_where=IS_OPEN),
        Index("ix_suspensions_open", "ticket_id", postgresql_where=IS_OPEN),
        Index("uq_suspensions_in_force", "ticket_id", unique=True, postgresql_where=IN_FORCE),
        Index("ix_suspensions_ends_at", "ends_at", "id", postgresql_where=IN_FORCE),
        Index("ix_suspensions_ticket_id", "ticket_id", "id"),
        Index("ix_suspensions_unit_id", "unit_id", "asked_at"),
    )

    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    seq: Mapped[int]
    reason: Mapped[SuspensionReason] = mapped_column(Code(SuspensionReason))
    until_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[Stamp]
    asked_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None]
    is_granted: Mapped[bool | None]
    began_at: Mapped[Stamp | None]
    ends_at: Mapped[Stamp | None]
    ended_at: Mapped[Stamp | None]
    ended_because: Mapped[EndedBecause | None] = mapped_column(Code(EndedBecause))
