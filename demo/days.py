"""When something in the demo happened, said so that it fits whenever the demo is made.

Decided here: the two spellings. `3d 10:12` is 10:12 on the third working day before the day of
the next closing time, `35m` is 35 minutes ago. So a limit of n working days that began on day n
is due at the next closing, one that began on day n + 1 is overdue, on a Sunday night too.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from hotline.worktime import Calendar

_DAY = re.compile(r"(?P<days>\d+)d (?P<wall>\d\d:\d\d)")
_AHEAD = re.compile(r"(?P<days>[1-9]\d*)d")
_AGO = re.compile(r"(?P<minutes>\d+)m")


def moment(spelled: str, now: datetime, calendar: Calendar) -> datetime:
    """The moment that is meant, never after `now`. Raises ValueError for any other spelling."""
    if found := _AGO.fullmatch(spelled):
        return now - timedelta(minutes=int(found["minutes"]))
    found = _DAY.fullmatch(spelled)
    if found is None or int(found["days"]) < 1:
        raise ValueError(f"{spelled!r} is no time like '3d 10:12' or '35m'")
    day = calendar.nth_working_day_after(_closing_on(now, calendar), -int(found["days"]))
    wall = time.fromisoformat(found["wall"])
    return datetime.combine(day, wall, calendar.zone).astimezone(UTC)


def moments(spelled: Sequence[str], now: datetime, calendar: Calendar) -> list[datetime]:
    """Each as `moment` reads it. Raises ValueError for any other spelling."""
    return [moment(one, now, calendar) for one in spelled]


def ahead(spelled: str, now: datetime, calendar: Calendar) -> date:
    """The working day that `15d` means, counted from today. Raises ValueError otherwise."""
    found = _AHEAD.fullmatch(spelled)
    if found is None:
        raise ValueError(f"{spelled!r} is no day like '15d'")
    today = now.astimezone(calendar.zone).date()
    return calendar.nth_working_day_after(today, int(found["days"]))


def _closing_on(now: datetime, calendar: Calendar) -> date:
    """The day on which offices close next."""
    today = now.astimezone(calendar.zone).date()
    if calendar.is_working(today) and calendar.closing(today) > now:
        return today
    return calendar.nth_working_day_after(today, 1)
