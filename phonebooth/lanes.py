"""Work to do later, in background threads, in order for each phone.

All the work of one phone runs in one lane, so that without a fault its texts and reports
arrive in the order they were made; work of other phones is not held up by it.
"""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from zlib import crc32

_log = logging.getLogger(__name__)

Call = Callable[[], None]


class Lane:
    """One thread and its timetable; the thread starts with the first piece of work."""

    def __init__(self, name: str) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Call]] = []
        self._turn = itertools.count()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def put(self, seconds: float, call: Call) -> None:
        """Run `call` in that many seconds, or as soon after as the lane is free."""
        with self._changed:
            if self._is_closed:
                return
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._turn), call))
            if not self._thread.is_alive():
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Forget what is due and end the thread after its present piece of work."""
        with self._changed:
            self._is_closed = True
            self._due.clear()
            self._changed.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=2)

    def __len__(self) -> int:
        return len(self._due)

    def _run(self) -> None:
        while (call := self._next()) is not None:
            try:
                call()
            except Exception:
                _log.exception("A piece of the phonebooth's work failed.")

    def _next(self) -> Call | None:
        with self._changed:
            while not self._is_closed:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
        return None


class Lanes:
    """A fixed number of lanes; a phone always has the same one."""

    def __init__(self, count: int = 8) -> None:
        self._lanes = [Lane(f"phonebooth-lane-{number}") for number in range(count)]

    def later(self, phone: str, seconds: float, call: Call) -> None:
        """Run `call` in the phone's lane in that many seconds."""
        self._lanes[crc32(phone.encode()) % len(self._lanes)].put(seconds, call)

    def close(self) -> None:
        """End all the threads."""
        for lane in self._lanes:
            lane.close()

    def __len__(self) -> int:
        return sum(len(lane) for lane in self._lanes)
