"""One subscription a process, and the streams it feeds.

A thread of its own listens to Redis and hands what it hears to the streams' queues, gathered
for a fifth of a second, so that a flood of events is a few frames. It also notices when the
process is to stop, and ends the streams; with Redis away it says so to them and tries again.
"""

import queue
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from redis import RedisError
from redis.client import PubSub
from redis.exceptions import ConnectionError as Lost

from hotline.access import Viewer
from hotline.live import Change, parse
from hotline.redis import connect

GATHER_SECONDS = 0.2
LOOK_SECONDS = 1.0
PING_REDIS_SECONDS = 10.0
DEAF_SECONDS = 25.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 8.0
MOST_STREAMS = 280
MOST_A_VIEWER = 8
MOST_WAITING = 200
LEAST_SPREAD_MS, MOST_SPREAD_MS = 200, 1500
SPREAD_MS_EACH = 6
"""Pages ask anew one after another, so many milliseconds apart, but not later than the most."""

AWAY, HERE = b"event: away\ndata:\n\n", b"event: here\ndata:\n\n"

log = structlog.get_logger(__name__)
_is_serving: Callable[[], bool] = lambda: True  # noqa: E731  replaced by `serving`


class Full(Exception):
    """There are too many streams in this process, or of this viewer."""


def watch(is_alive: Callable[[], bool]) -> None:
    """Ask this, once a second, whether the process goes on serving."""
    global _is_serving
    _is_serving = is_alive


@dataclass(eq=False)
class Stream:
    """One browser that listens; `None` in the queue ends it."""

    viewer: Viewer
    frames: "queue.SimpleQueue[bytes | None]" = field(default_factory=queue.SimpleQueue)

    def put(self, frame: bytes | None) -> None:
        """Send a frame; a browser that takes none for too long is let go."""
        if self.frames.qsize() < MOST_WAITING:
            self.frames.put(frame)
        elif self.frames.qsize() == MOST_WAITING:
            self.frames.put(None)

    def next(self, seconds: float) -> bytes | None:
        """The next frame, None for the end. Raises queue.Empty after so many seconds."""
        return self.frames.get(timeout=seconds)


class Hub:
    """The process's streams and the thread that feeds them, started with the first stream."""

    def __init__(self, url: str, channel: str) -> None:
        self._url, self._channel = url, channel
        self._lock = threading.Lock()
        self._streams: set[Stream] = set()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._is_here = False

    def ask_room(self) -> None:
        """Raises Full when nobody at all can join."""
        if len(self._streams) >= MOST_STREAMS or self._stop.is_set() or not _is_serving():
            raise Full

    def join(self, viewer: Viewer) -> Stream:
        """A new stream for this viewer. Raises Full."""
        made = Stream(viewer)
        with self._lock:
            self.ask_room()
            own = sum(one.viewer.staff_id == viewer.staff_id for one in self._streams)
            if own >= MOST_A_VIEWER:
                raise Full
            self._streams.add(made)
            if self._is_here:
                made.put(HERE)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
        return made

    def leave(self, stream: Stream) -> None:
        """The browser is gone."""
        with self._lock:
            self._streams.discard(stream)

    def count(self) -> int:
        """How many listen."""
        with self._lock:
            return len(self._streams)

    def stop(self) -> None:
        """End all streams and the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2 * LOOK_SECONDS)

    def _run(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while self._goes_on():
            try:
                self._listen()
            except (RedisError, OSError):
                if self._is_here:
                    wait = FIRST_WAIT_SECONDS
                    log.warning("live.redis_away", exc_info=True)
            self._say_state(is_here=False)
            until = time.monotonic() + wait * random.uniform(0.75, 1.25)  # noqa: S311
            while self._goes_on() and time.monotonic() < until:
                self._stop.wait(min(LOOK_SECONDS, wait))
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        self._send(None)

    def _listen(self) -> None:
        """Hand on what Redis says until the process stops. Raises RedisError when it is lost."""
        client = connect(self._url, is_blocking=True)
        with client, PubSub(client.connection_pool) as heard:
            heard.subscribe(self._channel)
            self._hand_on(heard)

    def _hand_on(self, heard: PubSub) -> None:
        pending: list[Change] = []
        sent_at, heard_at = 0.0, time.monotonic()
        pinged_at = heard_at
        while self._goes_on():
            left = sent_at + GATHER_SECONDS - time.monotonic() if pending else LOOK_SECONDS
            message = heard.get_message(timeout=max(left, 0.0))
            now = time.monotonic()
            if message is not None:
                heard_at = now
                pending += self._read(message)
            if pending and now - sent_at >= GATHER_SECONDS:
                self._share(pending)
                pending, sent_at = [], now
            if now - pinged_at >= PING_REDIS_SECONDS:
                heard.ping()
                pinged_at = now
            if now - heard_at > DEAF_SECONDS:
                raise Lost("Redis answers no more")

    def _read(self, message: dict[str, object]) -> list[Change]:
        if message["type"] == "subscribe":
            self._say_state(is_here=True)
        data = message["data"]
        is_told = message["type"] == "message" and isinstance(data, bytes | str)
        return parse(data) if is_told and isinstance(data, bytes | str) else []

    def _share(self, changes: list[Change]) -> None:
        """To each stream what is for its viewer; the hotline's is the same for all."""
        listening = self._listening()
        spread = min(max(LEAST_SPREAD_MS, SPREAD_MS_EACH * len(listening)), MOST_SPREAD_MS)
        whole = _frame(spread, changes)
        for stream in listening:
            if stream.viewer.is_hotline:
                stream.put(whole)
            elif own := [one for one in changes if one.is_for(stream.viewer)]:
                stream.put(_frame(spread, own))

    def _say_state(self, *, is_here: bool) -> None:
        if is_here is not self._is_here:
            self._is_here = is_here
            self._send(HERE if is_here else AWAY)

    def _send(self, frame: bytes | None) -> None:
        for stream in self._listening():
            stream.put(frame)

    def _listening(self) -> list[Stream]:
        with self._lock:
            return list(self._streams)

    def _goes_on(self) -> bool:
        return _is_serving() and not self._stop.is_set()


def _frame(spread: int, changes: Iterable[Change]) -> bytes:
    """Over how many milliseconds the listening pages spread their asking, then the topics."""
    topics = sorted({topic for one in changes for topic in one.topics})
    return f"event: change\ndata: {spread} {' '.join(topics)}\n\n".encode()
