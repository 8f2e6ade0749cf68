"""A citizen is known by a phone number, or, without one, made anew with every matter.

Beside them stands what staff should know when they meet again; what is ended stays, with who and
when, until the citizen is erased.
"""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.citizens.rules import Flag
from hotline.columns import Code, EncryptedText, Key, Stamp, one_of
from hotline.extensions import Base


class Citizen(Base):
    """Name and number are encrypted; the blind index finds the number exactly."""

    __tablename__ = "citizens"

    id: Mapped[Key]
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[Stamp]
    erased_at: Mapped[Stamp | None]


class CitizenNote(Base):
    """What somebody wrote down about a citizen."""

    __tablename__ = "citizen_notes"
    __table_args__ = (Index("ix_citizen_notes_citizen_id", "citizen_id", "id"),)

    id: Mapped[Key]
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizens.id"))
    words: Mapped[str] = mapped_column(EncryptedText)
    added_by: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[Stamp]
    ended_by: Mapped[str | None] = mapped_column(String(60))
    ended_at: Mapped[Stamp | None]


class CitizenFlag(Base):
    """A flag on a citizen; each is set once at a time."""

    __tablename__ = "citizen_flags"
    __table_args__ = (
        one_of("flag", Flag),
        Index("ix_citizen_flags_citizen_id", "citizen_id", "id"),
        Index(
            "uq_citizen_flags_set",
            "citizen_id",
            "flag",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    citizen_id: Mapped[int] = mapped_column(ForeignKey("citizens.id"))
    flag: Mapped[Flag] = mapped_column(Code(Flag))
    added_by: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[Stamp]
    ended_by: Mapped[str | None] = mapped_column(String(60))
    ended_at: Mapped[Stamp | None]
