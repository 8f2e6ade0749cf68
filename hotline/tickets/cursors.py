"""The cursor of a list: the last row's sort key, and which order it belongs to; pure.

What comes in may be made up by hand: everything but a well-formed key of the right order is a
BadCursor. Times are whole microseconds; a key without a time stands after all that have one.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hotline.errors import MadeUp

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FURTHEST: Final = 7 * 10**15
LARGEST_ID: Final = 2**63 - 1
TICK: Final = timedelta(microseconds=1)
SHAPES: Final = {"n": "i", "r": "ti", "d": "ti", "u": "ri"}
"""Order → the kinds of its key: an id, a time, a rank."""


class BadCursor(MadeUp):
    """A cursor that is not one of ours."""


def write(order: str, key: tuple[Any, ...]) -> str:
    """The cursor behind a row with this key."""
    plain = [(one - EPOCH) // TICK if isinstance(one, datetime) else one for one in key]
    return base64.urlsafe_b64encode(json.dumps([order, *plain]).encode()).decode().rstrip("=")


def read(order: str, cursor: str) -> list[Any]:
    """The key in a cursor of this order; a missing time is None. Raises BadCursor."""
    try:
        made_for, *key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        shape = SHAPES[order]
        if made_for != order or len(key) != len(shape):
            raise ValueError(order)
        return [_read(kind, one) for kind, one in zip(shape, key, strict=True)]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as wrong:
        raise BadCursor("bad_cursor", "This cursor is not one of ours.", field="cursor") from wrong


def _read(kind: str, given: Any) -> Any:
    if kind == "t" and given is None:
        return None
    if type(given) is not int:
        raise TypeError(kind)
    most = {"i": LARGEST_ID, "t": FURTHEST, "r": 2}[kind]
    if not 0 <= given <= most:
        raise ValueError(kind)
    return EPOCH + given * TICK if kind == "t" else given
