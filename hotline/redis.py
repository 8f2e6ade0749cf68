"""Redis, which may be away or lose everything at any moment.

One factory with short time-outs and no retries: with the library's defaults a call blocks
for seconds when Redis is away. Blocking readers ask for a connection of their own. What may
as well not happen goes through `Lenient`, which leaves a Redis that failed alone for a while.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

T = TypeVar("T")
LEFT_ALONE_SECONDS = 2.0

log = structlog.get_logger(__name__)


def connect(url: str, *, is_blocking: bool = False) -> Redis:
    """A client for `url`; `is_blocking` waits without a read time-out (workers' queues)."""
    client: Redis = Redis.from_url(
        url,
        socket_connect_timeout=0.2,
        socket_timeout=None if is_blocking else 0.5,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    return client


class Lenient:
    """A client for what may fail: a dead Redis costs one short attempt every two seconds."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)
        self._away_until = 0.0
        self.lost = 0

    def ask(self, act: Callable[[Redis], T]) -> T | None:
        """What `act` answers, or None when Redis is away; how often that was is counted."""
        if time.monotonic() >= self._away_until:
            try:
                return act(self._redis)
            except RedisError:
                self._away_until = time.monotonic() + LEFT_ALONE_SECONDS
                if not self.lost:
                    log.warning("redis.away", exc_info=True)
        self.lost += 1
        return None
