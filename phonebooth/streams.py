"""Streams of events to browsers: whoever listens at an address gets what is told there.

An address is a phone's number or `client:<identity>`. A listener that reads too slowly, or
is one too many, is closed; the browser then comes again and is told the present state.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from flask import Response

_MOST_WAITING = 500
_HEARTBEAT = 5.0

Event = tuple[str, dict[str, Any]]

_END: Event = ("", {})


class Listener:
    """One open stream."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_closed = False
        self._changed = threading.Condition()
        self._events: deque[Event] = deque()

    def tell(self, event: Event) -> None:
        """Put an event into the stream."""
        with self._changed:
            if len(self._events) >= _MOST_WAITING:
                self.is_closed = True
            self._events.append(event)
            self._changed.notify()

    def close(self) -> None:
        """End the stream."""
        with self._changed:
            self.is_closed = True
            self._changed.notify()

    def next(self, seconds: float) -> Event | None:
        """The next event; None when there was none for so long; an empty one at the end."""
        ends = monotonic() + seconds
        with self._changed:
            while not self.is_closed:
                if self._events:
                    return self._events.popleft()
                left = ends - monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
        return _END


class Hub:
    """All listeners; thread-safe, bounded."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._most = most

    def join(self, address: str) -> Listener:
        """Begin to listen; beyond the limit the oldest is closed."""
        listener = Listener(address)
        with self._lock:
            self._listeners.append(listener)
            surplus, self._listeners = (
                self._listeners[: -self._most],
                self._listeners[-self._most :],
            )
        for each in surplus:
            each.close()
        return listener

    def leave(self, listener: Listener) -> None:
        """Listen no more."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def tell(self, address: str, kind: str, details: dict[str, Any]) -> None:
        """Everybody who listens there gets it."""
        with self._lock:
            meant = [each for each in self._listeners if each.address == address]
        for each in meant:
            each.tell((kind, details))

    def has(self, address: str) -> bool:
        """Whether anybody listens there."""
        with self._lock:
            return any(each.address == address for each in self._listeners)

    def close(self) -> None:
        """End all streams."""
        with self._lock:
            listeners, self._listeners = self._listeners, []
        for each in listeners:
            each.close()


def answer(hub: Hub, listener: Listener, first: Event, left: Callable[[], None]) -> Response:
    """The stream as `text/event-stream`; `left` is called when the browser has gone."""

    def lines() -> Iterator[str]:
        try:
            yield _written(first)
            while (event := listener.next(_HEARTBEAT)) != _END:
                yield ": \n\n" if event is None else _written(event)
        finally:
            hub.leave(listener)
            left()

    return Response(lines(), content_type="text/event-stream; charset=utf-8")


def _written(event: Event) -> str:
    return f"event: {event[0]}\ndata: {json.dumps(event[1], ensure_ascii=False)}\n\n"
