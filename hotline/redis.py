"""Redis, which may be away or lose everything at any moment.

One factory with short time-outs and no retries: with the library's defaults a call blocks
for seconds when Redis is away. Blocking readers ask for a connection of their own.
"""

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


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
