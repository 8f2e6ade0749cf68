"""What the hotline's own desk keeps beside a ticket: services called, objections, questions, modes.

Free words (who accepted, why one objects, what is asked) lie with the ticket's events, where they
can be erased; the rows here keep the event's number (`seq`).
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.tickets.kinds import Service


class ServiceCall(Base):
    """An emergency service called in to a ticket, and its acceptance."""

    __tablename__ = "service_calls"
    __table_args__ = (
        one_of("service", Service),
        Index(
            "uq_service_calls_waiting",
            "ticket_id",
            "service",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_service_calls_waiting",
            "called_at",
            "id",
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_service_calls_ticket_id", "ticket_id", "id"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    service: Mapped[Service] = mapped_column(Code(Service))
    seq: Mapped[int]
    is_three_way: Mapped[bool] = mapped_column(Boolean, server_default="false")
    called_at: Mapped[Stamp]
    called_by: Mapped[str] = mapped_column(String(60))
    accepted_at: Mapped[Stamp | None]
    acceptance_seq: Mapped[int | None]
    their_number: Mapped[str] = mapped_column(String(200), server_default="")
    ended_at: Mapped[Stamp | None]


class Objection(Base):
    """A citizen's objection to a refusal, once a ticket, and what a second person said to it."""

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_upheld IS NULL)", name="decided_with_verdict"),
        Index(
            "ix_objections_open",
            "objected_at",
            "id",
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    seq: Mapped[int]
    refused_by: Mapped[str] = mapped_column(String(60))
    objected_at: Mapped[Stamp]
    objected_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None]
    is_upheld: Mapped[bool | None]


class UnitQuestion(Base):
    """All that a unit must still know of its citizen; at most one is open a ticket.

    `is_by_hotline`: the citizen is not written to, somebody of the hotline asks.
    """

    __tablename__ = "unit_questions"
    __table_args__ = (
        Index(
            "uq_unit_questions_open",
            "ticket_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_unit_questions_ticket_id", "ticket_id", "id"),
        Index(
            "ix_unit_questions_to_ask",
            "asked_at",
            "id",
            postgresql_where=text("ended_at IS NULL AND is_by_hotline"),
        ),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    seq: Mapped[int]
    is_by_hotline: Mapped[bool]
    asked_at: Mapped[Stamp]
    asked_by: Mapped[str] = mapped_column(String(60))
    answer_seq: Mapped[int | None]
    ended_at: Mapped[Stamp | None]


class EmergencyMode(Base):
    """A time in which everything goes faster: a flood, the start of heating; one at a time."""

    __tablename__ = "emergency_modes"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(
            "uq_emergency_modes_running",
            text("(true)"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(80))
    announcement: Mapped[str] = mapped_column(Text)
    acknowledgement: Mapped[str] = mapped_column(Text)
    is_holding_callbacks: Mapped[bool] = mapped_column(Boolean, server_default="true")
    started_at: Mapped[Stamp]
    started_by: Mapped[str] = mapped_column(String(60))
    ends_at: Mapped[Stamp | None]
    ended_at: Mapped[Stamp | None]
    ended_by: Mapped[str | None] = mapped_column(String(60))
