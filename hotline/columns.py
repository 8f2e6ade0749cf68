"""Column types shared by every room's models.

Times are stored with their zone (UTC); personal words are stored encrypted.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import String, TypeDecorator

from hotline import crypto

Stamp = Annotated[datetime, mapped_column(DateTime(timezone=True))]
"""A moment: timestamptz, always aware."""

Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
"""A row's own number, made by the database."""

Big = Annotated[int, mapped_column(BigInteger)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


class EncryptedText(TypeDecorator[str]):
    """Text that is encrypted on the way in and decrypted on the way out."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt; None stays None."""
        return None if value is None else crypto.encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt; None stays None."""
        return None if value is None else crypto.decrypt(bytes(value))


class Code(TypeDecorator[StrEnum]):
    """A StrEnum stored as its text value and read back as the enum."""

    impl = String
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__(40)
        self.vocabulary = vocabulary

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """Refuse a word outside the vocabulary before the database does."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Read the text back as the enum."""
        return None if value is None else self.vocabulary(value)


def one_of(column: str, vocabulary: Iterable[StrEnum], name: str | None = None) -> CheckConstraint:
    """A CHECK that `column` holds one of the vocabulary's codes."""
    codes = ", ".join(f"'{word.value}'" for word in vocabulary)
    return CheckConstraint(f"{column} IN ({codes})", name=name or column)
