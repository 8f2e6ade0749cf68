"""A citizen is known by a phone number, or, without one, made anew with every matter."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import EncryptedText, Key, Stamp
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
