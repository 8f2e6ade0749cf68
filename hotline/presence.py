"""Who has something open right now, and what they are doing with it; kept in Redis only.

A page says every few seconds that it is still open; who was not heard of for a while is gone.
Nothing here blocks anybody, and without Redis nobody is seen.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from redis import Redis

from hotline import live
from hotline.access import Viewer

SEEN_WITHIN = timedelta(seconds=45)


class Doing(StrEnum):
    """What somebody does with what they have open."""

    VIEWING = "viewing"
    WRITING = "writing"
    GONE = "gone"


@dataclass(frozen=True)
class Other:
    """Somebody else who has it open."""

    name: str
    doing: Doing


def note(what: str, viewer: Viewer, tab: str, doing: Doing, *, now: datetime) -> bool:
    """Keep what the viewer's tab does now; answers whether others see a difference."""
    key, field = _key(what), f"{viewer.staff_id}/{tab}"
    moment = int(now.timestamp())

    def keep(redis: Redis) -> bool:
        before = _doing(cast("dict[bytes, bytes]", redis.hgetall(key)), now).get(viewer.staff_id)
        with redis.pipeline(transaction=True) as together:
            if doing is Doing.GONE:
                together.hdel(key, field)
            else:
                together.hset(key, field, json.dumps([viewer.name, doing.value, moment]))
                together.expire(key, 2 * SEEN_WITHIN)
            together.hgetall(key)
            after = _doing(together.execute()[-1], now).get(viewer.staff_id)
        return before != after

    return bool(live.redis().ask(keep))


def others(what: str, viewer: Viewer, *, now: datetime) -> list[Other]:
    """Who else has it open, by name; nobody while Redis is away."""
    kept = live.redis().ask(lambda redis: cast("dict[bytes, bytes]", redis.hgetall(_key(what))))
    found = _doing(kept or {}, now)
    return sorted(
        (one for staff_id, one in found.items() if staff_id != viewer.staff_id),
        key=lambda one: one.name,
    )


def _doing(kept: dict[bytes, bytes], now: datetime) -> dict[int, Other]:
    """Staff id → what they do, of all their tabs: writing in one is writing."""
    found: dict[int, Other] = {}
    for field, value in kept.items():
        name, doing, moment = json.loads(value)
        staff_id = int(field.partition(b"/")[0])
        is_fresh = now.timestamp() - moment <= SEEN_WITHIN.total_seconds()
        if is_fresh and (staff_id not in found or doing == Doing.WRITING):
            found[staff_id] = Other(name, Doing(doing))
    return found


def _key(what: str) -> str:
    return f"{live.channel()}:presence:{what}"
