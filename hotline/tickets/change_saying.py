"""What an event says that came to be otherwise: limits and deadlines, before and after.

Decided here: how such facts are read aloud. Not here: who makes them (dispatch), all other facts
(`saying`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext

from hotline.labels import msgid
from hotline.templating import exact, hours, working_days
from hotline.tickets.queries import Happening


def lines(facts: Mapping[str, Any], unit_names: Mapping[int, str]) -> list[str]:
    """The limit before and after, and each deadline that moved; whose, where it is of several."""
    moved = facts.get("deadlines")
    is_of_several = isinstance(moved, list) and len({one.get("unit_id") for one in moved}) > 1
    return [
        *_received(facts.get("received_at")),
        *_limit(facts.get("limit")),
        *(_of_units(moved, unit_names) if is_of_several else _deadlines(moved)),
        *_of_units(facts.get("followed"), unit_names),
    ]


def unit_names(events: Iterable[Happening]) -> dict[int, str]:
    """The units that the events are about, by number."""
    return {
        one.facts["unit_id"]: one.unit_name
        for one in events
        if one.unit_name and one.facts.get("unit_id")
    }


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


def _of_units(moved: Any, unit_names: Mapping[int, str]) -> list[str]:
    """Deadlines of several units, each with its unit; the hotline's own with none."""
    if not isinstance(moved, list):
        return []
    said = []
    for one, line in zip(moved, _deadlines(moved), strict=True):
        unit = one.get("unit") or unit_names.get(one.get("unit_id"))
        said.append(gettext("%(unit)s, %(line)s", unit=unit, line=line) if unit else line)
    return said
