"""How long a unit may take: the limit of a request, from its type, its leaf and its history.

Decided here: working days and hours. Not here: when that ends (`clocks`), what a unit may ask for
on top (dispatch). Source: the State Council's notices on 12345, GB/T 33358-2016, the category
tree's own limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hotline.tickets.kinds import RequestType

TYPE_LIMITS: Final[Mapping[RequestType, int]] = {
    RequestType.CONSULTATION: 3,
    RequestType.HELP: 5,
    RequestType.COMPLAINT: 10,
    RequestType.REPORT: 15,
    RequestType.SUGGESTION: 7,
    RequestType.PRAISE: 3,
    RequestType.OTHER: 1,
}
"""Working days of each type."""

BY_LEAF: Final = frozenset({RequestType.HELP, RequestType.COMPLAINT, RequestType.REPORT})
"""Types whose limit is the leaf's; their own stands only where the leaf has none."""

REDO_WORKING_DAYS: Final = 3
SAME_DAY: Final = 0
AT_ONCE_DAYS: Final = 3
SHORT_DAYS: Final = 6


@dataclass(frozen=True)
class LeafLimits:
    """What a leaf of the category tree says; None where it says nothing."""

    limit_working_days: int | None = None
    limit_hours: int | None = None
    is_compressed: bool = False


@dataclass(frozen=True)
class Limit:
    """Working days, and natural hours that may end earlier; never later than upstream allows.

    No working days at all is a matter for the same day.
    """

    working_days: int
    hours: int | None = None
    upstream_due_at: datetime | None = None


def limit_for(
    request_type: RequestType,
    leaf: LeafLimits,
    *,
    is_redo: bool = False,
    upstream_due_at: datetime | None = None,
    type_limits: Mapping[RequestType, int] = TYPE_LIMITS,
    redo_working_days: int = REDO_WORKING_DAYS,
) -> Limit:
    """Decide the limit of a unit's handling.

    Help, complaint and report take the leaf's limit, the type's where the leaf has none; a
    consultation the shorter of the two; all of these take the leaf's hours as well, and are
    compressed where the leaf says so. Suggestion, praise and other go by their type alone, a redo
    by its own fixed days.
    """
    if is_redo:
        return Limit(redo_working_days, None, upstream_due_at)
    days = type_limits.get(request_type, TYPE_LIMITS[request_type])
    hours = None
    if request_type in BY_LEAF:
        days, hours = leaf.limit_working_days or days, leaf.limit_hours
    elif request_type is RequestType.CONSULTATION:
        days, hours = min(days, leaf.limit_working_days or days), leaf.limit_hours
    is_by_leaf = request_type in BY_LEAF or request_type is RequestType.CONSULTATION
    if leaf.is_compressed and is_by_leaf:
        days = compressed(days)
    return Limit(days, hours, upstream_due_at)


def compressed(days: int) -> int:
    """What 四办四清单 makes of a limit: the same day, one working day, a third of the days."""
    if days <= AT_ONCE_DAYS:
        return SAME_DAY
    return 1 if days <= SHORT_DAYS else -(-days // 3)
