"""The cursor of a list sorted by a time: that time and the row's number; pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hotline.errors import MadeUp

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
FURTHEST: Final = 10**17
LARGEST_KEY: Final = 2**63 - 1


def write(at: datetime, row_id: int) -> str:
    """The cursor behind a row."""
    return f"{(at - EPOCH) // MICROSECOND}.{row_id}"


def read(cursor: str) -> tuple[datetime, int]:
    """Time and number of the last row. Raises MadeUp for a cursor that is none of ours."""
    micros, _, row_id = cursor.partition(".")
    digits = micros + row_id
    is_ours = micros and row_id and digits.isascii() and digits.isdigit() and len(digits) < 36
    if not is_ours or int(micros) > FURTHEST or int(row_id) > LARGEST_KEY:
        raise MadeUp("bad_cursor", "This cursor is not one of ours.", field="cursor")
    return EPOCH + timedelta(microseconds=int(micros)), int(row_id)


def read_id(cursor: str) -> int:
    """The number in a cursor that is nothing but a number. Raises MadeUp."""
    is_ours = cursor.isascii() and cursor.isdigit() and int(cursor) <= LARGEST_KEY
    if not is_ours:
        raise MadeUp("bad_cursor", "This cursor is not one of ours.", field="cursor")
    return int(cursor)
