"""The dispatch catalogue, and who has which ticket to handle: assignments and what comes of them.

Free words (a reply's text, a note, a reason) lie with the ticket's events, where they can be
erased; the rows here keep the event's number (`seq`). Deadlines are the ticket's clocks.
"""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dispatch.routing import Route
from dispatch.rules import ContactResult, Outcome, ReturnReason, Stage
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.people.models import Unit
from hotline.tickets.kinds import Completion, Role

IS_ACTIVE = sql("ended_at IS NULL")
IS_SENT_BACK = sql("ended_at IS NULL AND sent_back > 0")
IS_REDONE = sql("ended_at IS NULL AND round > 1")


class CatalogueRow(Base):
    """Which unit takes a category, by which route; without a unit the place alone decides."""

    __tablename__ = "catalogue_rows"
    __table_args__ = (one_of("route", Route),)

    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"), primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    assist: Mapped[Any] = mapped_column(JSONB, server_default=sql("'[]'::jsonb"))
    route: Mapped[Route] = mapped_column(Code(Route))


class ServiceArea(Base):
    """Who supplies a place; an empty column is the district's own supplier."""

    __tablename__ = "service_areas"

    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    water: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    heating: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    gas: Mapped[str | None] = mapped_column(ForeignKey("units.code"))


class Assignment(Base):
    """A ticket given to a unit for one round, to lead or to assist.

    `reply_seq` is the event with which an assisting unit answered; the lead's replies are rows.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        one_of("role", (Role.LEAD, Role.ASSIST)),
        one_of("outcome", Outcome),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_with_outcome"),
        Index(
            "uq_assignments_active_lead",
            "ticket_id",
            unique=True,
            postgresql_where=sql("ended_at IS NULL AND role = 'lead'"),
        ),
        Index(
            "uq_assignments_active_unit",
            "ticket_id",
            "unit_id",
            unique=True,
            postgresql_where=IS_ACTIVE,
        ),
        Index("ix_assignments_ticket_id", "ticket_id", "id"),
        Index("ix_assignments_unit_active", "unit_id", "ticket_id", postgresql_where=IS_ACTIVE),
        Index("ix_assignments_sent_back", "unit_id", "ticket_id", postgresql_where=IS_SENT_BACK),
        Index("ix_assignments_redone", "unit_id", "ticket_id", postgresql_where=IS_REDONE),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role] = mapped_column(Code(Role))
    round: Mapped[int] = mapped_column(SmallInteger)
    seq: Mapped[int]
    limit_working_days: Mapped[int] = mapped_column(SmallInteger)
    limit_hours: Mapped[int | None] = mapped_column(SmallInteger)
    dispatched_at: Mapped[Stamp]
    dispatched_by: Mapped[str] = mapped_column(String(60))
    signed_at: Mapped[Stamp | None]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    contacted_at: Mapped[Stamp | None]
    return_asked_at: Mapped[Stamp | None]
    replied_at: Mapped[Stamp | None]
    sent_back: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    ended_at: Mapped[Stamp | None]
    outcome: Mapped[Outcome | None] = mapped_column(Code(Outcome))
    handler_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reply_seq: Mapped[int | None]
    unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)

    @property
    def stage(self) -> Stage:
        """Where it is for its unit; a decision under way and a reply come before the rest."""
        if self.return_asked_at is not None:
            return Stage.RETURN_ASKED
        if self.replied_at is not None:
            return Stage.IN_REVIEW
        return Stage.TO_SIGN if self.signed_at is None else Stage.IN_PROGRESS


class Reply(Base):
    """What a unit answered, and what the hotline said to it. The text is the event's words."""

    __tablename__ = "replies"
    __table_args__ = (
        one_of("completion", Completion),
        one_of("contact_result", ContactResult),
        CheckConstraint(
            "(reviewed_at IS NULL) = (is_accepted IS NULL)", name="reviewed_with_verdict"
        ),
        Index(
            "uq_replies_open",
            "assignment_id",
            unique=True,
            postgresql_where=sql("reviewed_at IS NULL"),
        ),
        Index("ix_replies_assignment_id", "assignment_id", "id"),
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
    replied_at: Mapped[Stamp]
    replied_by: Mapped[str] = mapped_column(String(60))
    reviewed_at: Mapped[Stamp | None]
    reviewed_by: Mapped[str | None] = mapped_column(String(60))
    review_seq: Mapped[int | None]
    is_accepted: Mapped[bool | None]


class Return(Base):
    """A unit's request to hand a ticket back; once an assignment, and so once a unit."""

    __tablename__ = "returns"
    __table_args__ = (
        one_of("reason", ReturnReason),
        Index("ix_returns_ticket_id", "ticket_id", "id"),
        Index("ix_returns_unit_id", "unit_id", "id"),
        Index("ix_returns_open", "ticket_id", postgresql_where=sql("decided_at IS NULL")),
    )

    id: Mapped[Key]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    seq: Mapped[int]
    reason: Mapped[ReturnReason] = mapped_column(Code(ReturnReason))
    is_late: Mapped[bool] = mapped_column(Boolean, server_default="false")
    asked_at: Mapped[Stamp]
    asked_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None]
    is_upheld: Mapped[bool | None]


class Promise(Base):
    """The ledger of promises: on the day the same unit is asked again."""

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_open", "promised_on", "id", postgresql_where=sql("is_open")),
        Index("ix_promises_ticket_id", "ticket_id"),
    )

    id: Mapped[Key]
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id"), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    promised_on: Mapped[date] = mapped_column(Date)
    is_open: Mapped[bool] = mapped_column(Boolean, server_default="true")
    made_at: Mapped[Stamp]
    entered_by: Mapped[str | None] = mapped_column(String(60))
    asked_again_at: Mapped[Stamp | None]
