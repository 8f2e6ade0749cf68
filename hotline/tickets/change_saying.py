"""What an event says that came to be otherwise: limits and deadlines, before and after.

Decided here: how such facts are read aloud. Not here: who makes them (dispatch), all other facts
(`saying`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from hotline.labels import msgid
from hotline.templating import exact, hours, working_days


def lines(facts: Mapping[str, Any]) -> list[str]:
    """The limit before and after, and each deadline that moved."""
    return [
        *_received(facts.get("received_at")),
        *_limit(facts.get("limit")),
        *_deadlines(facts.get("deadlines")),
        *_followed(facts.get("followed")),
    ]


def _received(at: Any) -> list[str]:
    if not isinstance(at, str):
        return []
    return [gettext("Late entry: received %(at)s", at=exact(datetime.fromisoformat(at)))]


def _limit(limit: Any) -> list[str]:
    if not isinstance(limit, dict) or limit.get("before") == limit.get("after"):
        return []
    before, after = _long(limit.get("before")), _long(limit.get("after"))
    return [gettext("Limit: %(before)s → %(after)s", before=before, after=after)]


def _long(one: Any) -> str:
    if not isinstance(one, dict):
        return "—"
    if one.get("hours"):
        return str(hours(int(one["hours"])))
    return str(working_days(int(one.get("working_days") or 0)))


def _deadlines(moved: Any) -> list[str]:
    if not isinstance(moved, list):
        return []
    return [
        gettext(
            "%(clock)s: %(before)s → %(after)s",
            clock=gettext(msgid("clock", one["clock"])),
            before=exact(datetime.fromisoformat(one["before"])),
            after=exact(datetime.fromisoformat(one["after"])),
        )
        for one in moved
    ]


def _followed(moved: Any) -> list[str]:
    """The deadlines of further units that moved with the lead's, each with its unit."""
    if not isinstance(moved, list):
        return []
    return [
        gettext("%(unit)s, %(line)s", unit=one["unit"], line=line)
        for one, line in zip(moved, _deadlines(moved), strict=True)
    ]
