"""What happens inside a unit: what it handed down to a sub-unit, what was put before its head.

Free words lie with the ticket's events; the rows keep the event's number (`seq`). The clocks of
a sub-unit are rows of the ticket's clocks under its own unit number.
"""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.models import Assignment
from dispatch.rules import ContactResult, ReturnReason
from dispatch.second_level_rules import SubOutcome, SubStage
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.people.models import Unit
from hotline.tickets.kinds import Completion


class SubAssignment(Base):
    """A ticket that a unit handed down to one of its sub-units; one open at a time."""

    __tablename__ = "sub_assignments"
    __table_args__ = (
        one_of("outcome", SubOutcome),
        one_of("completion", Completion),
        one_of("contact_result", ContactResult),
        one_of("return_reason", ReturnReason),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_with_outcome"),
        CheckConstraint("(replied_at IS NULL) = (completion IS NULL)", name="replied_with_result"),
        Index(
            "uq_sub_assignments_active",
            "assignment_id",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index("ix_sub_assignments_ticket_id", "ticket_id", "id"),
        Index(
            "ix_sub_assignments_unit_active",
            "sub_unit_id",
            "ticket_id",
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index("ix_sub_assignments_sub_unit_id", "sub_unit_id", "id"),
    )

    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    sub_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    seq: Mapped[int]
    limit_working_days: Mapped[int] = mapped_column(SmallInteger)
    limit_hours: Mapped[int | None] = mapped_column(SmallInteger)
    handed_at: Mapped[Stamp]
    handed_by: Mapped[str] = mapped_column(String(60))
    signed_at: Mapped[Stamp | None]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    replied_at: Mapped[Stamp | None]
    replied_by: Mapped[str | None] = mapped_column(String(60))
    reply_seq: Mapped[int | None]
    completion: Mapped[Completion | None] = mapped_column(Code(Completion))
    basis: Mapped[str | None] = mapped_column(Text)
    contacted_at: Mapped[Stamp | None]
    contact_result: Mapped[ContactResult | None] = mapped_column(Code(ContactResult))
    promised_on: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[ReturnReason | None] = mapped_column(Code(ReturnReason))
    end_seq: Mapped[int | None]
    ended_at: Mapped[Stamp | None]
    outcome: Mapped[SubOutcome | None] = mapped_column(Code(SubOutcome))
    assignment: Mapped[Assignment] = relationship(lazy="raise", viewonly=True)
    sub_unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)

    @property
    def stage(self) -> SubStage:
        """Where it is for the sub-unit."""
        if self.replied_at is not None:
            return SubStage.REPLIED
        return SubStage.TO_SIGN if self.signed_at is None else SubStage.IN_PROGRESS


class SubmittedReply(Base):
    """A handler's reply put before the head of the unit; one waits at a time."""

    __tablename__ = "submitted_replies"
    __table_args__ = (
        one_of("completion", Completion),
        one_of("contact_result", ContactResult),
        CheckConstraint(
            "is_approved IS NULL OR decided_at IS NOT NULL", name="decided_with_verdict"
        ),
        Index(
            "uq_submitted_replies_open",
            "assignment_id",
            unique=True,
            postgresql_where=sql("decided_at IS NULL"),
        ),
        Index("ix_submitted_replies_ticket_id", "ticket_id", "id"),
    )

    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    seq: Mapped[int]
    completion: Mapped[Completion] = mapped_column(Code(Completion))
    basis: Mapped[str] = mapped_column(Text)
    contacted_at: Mapped[Stamp | None]
    contact_result: Mapped[ContactResult | None] = mapped_column(Code(ContactResult))
    promised_on: Mapped[date | None] = mapped_column(Date)
    submitted_at: Mapped[Stamp]
    submitted_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None]
    is_approved: Mapped[bool | None] = mapped_column(Boolean)
