"""Announced outages and closures. The area's words are kept as they are compared."""

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.notices.rules import Supply
from hotline.people.models import Unit


class Notice(Base):
    """One announcement of a unit: what is cut off, where, from when until when, and why."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("supply", Supply),
        CheckConstraint("ends_at > begins_at", name="ends_after_it_begins"),
        Index("ix_notices_ends_at", "ends_at", "id"),
    )

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    supply: Mapped[Supply] = mapped_column(Code(Supply))
    districts: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    area: Mapped[str] = mapped_column(Text)
    words: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    text: Mapped[str] = mapped_column(Text)
    begins_at: Mapped[Stamp]
    ends_at: Mapped[Stamp]
    entered_at: Mapped[Stamp]
    entered_by: Mapped[str] = mapped_column(String(60))
    changed_at: Mapped[Stamp | None]
    changed_by: Mapped[str | None] = mapped_column(String(60))
    unit: Mapped[Unit] = relationship(lazy="raise", viewonly=True)
