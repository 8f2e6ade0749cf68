"""A file of articles that was looked through, until somebody says yes to it."""

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Big, Json, Key, Stamp
from hotline.extensions import Base


class Import(Base):
    """One file: its good rows and its bad ones, in `sheet`; who gave it alone may take it in.

    `sheet` holds `good` (line, row, changes, twin, twin_line), `bad` (line, title, faults),
    `known`, `skipped` and `is_cut`; once it is taken in, `bad` tells what was refused then.
    """

    __tablename__ = "kb_imports"
    __table_args__ = (Index("ix_kb_imports_made_at", "made_at"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(43), unique=True)
    staff_id: Mapped[Big] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(100))
    sheet: Mapped[Json]
    made: Mapped[int] = mapped_column(Integer, server_default="0")
    changed: Mapped[int] = mapped_column(Integer, server_default="0")
    made_at: Mapped[Stamp]
    taken_at: Mapped[Stamp | None]
