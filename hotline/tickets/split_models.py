"""Which tickets are the parts of which other: several matters, each handled by itself."""

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hotline.extensions import Base


class TicketPart(Base):
    """A ticket that was split off another; parts have no parts of their own."""

    __tablename__ = "ticket_parts"
    __table_args__ = (Index("uq_ticket_parts_position", "parent_id", "position", unique=True),)

    part_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id"), primary_key=True, autoincrement=False
    )
    parent_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
