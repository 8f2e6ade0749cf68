"""Tells browsers that something changed: topics, published to Redis after the fact.

A topic names what to look at again, never what it says: `state:received`, `ticket:<number>`,
`unit:<code>`, `counts`. Whoever hears it fetches the page anew, and access is applied there.
Not here: who listens (`live_hub`), what a ticket's event tells (`tickets.readers`). The
surprise: nothing that is told is certain to arrive; without Redis it is silently lost.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import current_app, has_request_context, request
from sqlalchemy.engine import make_url

from hotline.access import Viewer
from hotline.redis import Lenient

COUNTS = "counts"
BY_ITSELF = "X-Live"
"""The header of a request that a page makes by itself, and no hand."""
PATHS = "/live/"
EVERYBODY = None


@dataclass(frozen=True)
class Change:
    """Topics, and whom they are for: the hotline and these units, or everybody signed in."""

    topics: frozenset[str]
    units: frozenset[int] | None = frozenset()

    def is_for(self, viewer: Viewer) -> bool:
        """Whether this viewer is told."""
        if self.units is EVERYBODY:
            return True
        return viewer.is_hotline or not self.units.isdisjoint(viewer.unit_ids)


def tell(topics: Iterable[str], units: Collection[int] | None = ()) -> None:
    """Tell the hotline and the staff of these units (by id), or with None everybody.

    For readers and jobs; a request tells only what a page asks by itself.
    """
    told = None if units is EVERYBODY else frozenset(units)
    tell_all([Change(frozenset(topics), told)])


def tell_all(changes: Collection[Change]) -> None:
    """Tell several changes at once."""
    if changes:
        words = dump(changes)
        redis().ask(lambda client: client.publish(channel(), words))


def dump(changes: Iterable[Change]) -> str:
    """Changes as they are sent through Redis."""
    return json.dumps(
        [
            [sorted(one.topics), None if one.units is EVERYBODY else sorted(one.units)]
            for one in changes
        ]
    )


def parse(words: bytes | str) -> list[Change]:
    """Changes as they came through Redis; what isn't ours is left away."""
    try:
        return [
            Change(frozenset(map(str, topics)), None if units is None else frozenset(units))
            for topics, units in json.loads(words)
        ]
    except (ValueError, TypeError):
        return []


def channel() -> str:
    """This installation's own name in Redis, which others may use too."""
    config = current_app.config
    database = make_url(config["SQLALCHEMY_DATABASE_URI"]).database
    mark = hashlib.sha256(f"{config['SECRET_KEY']}/{database}".encode()).hexdigest()
    return f"live:{mark[:16]}"


def redis() -> Lenient:
    """The process's client for what may as well not happen."""
    made: Lenient | None = current_app.extensions.get("live_redis")
    if made is None:
        made = Lenient(current_app.config["REDIS_URL"])
        current_app.extensions["live_redis"] = made
    return made


def is_by_itself() -> bool:
    """Whether a page made this request by itself: it prolongs no session, and shows no flash."""
    if not has_request_context():
        return False
    return BY_ITSELF in request.headers or f"{request.path}/".startswith(PATHS)
