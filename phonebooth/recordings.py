"""Recordings: what was said when, kept as lines; the sound is made from them when asked for.

A line lasts as long as it takes to say; a recording is as long as it ran by the clock, or as
its lines take, whichever is longer, so that a network made quick still has recordings of
sensible length.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from phonebooth import clock, sounds

_MOST_LINES = 2_000
_LETTERS_A_SECOND = 5.0


def seconds_of(text: str) -> float:
    """How long saying it takes."""
    return max(len(text) / _LETTERS_A_SECOND, 0.2)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing said: from which second, how long, by which end (`hotline` is the machine)."""

    starts: float
    seconds: float
    who: str
    text: str


@dataclass(eq=False, kw_only=True)
class Recording:
    """One recording, running or finished."""

    sid: str
    source: str
    call_sid: str | None = None
    conference_sid: str | None = None
    callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    began_at: datetime = field(default_factory=clock.now)
    began: float = field(default_factory=monotonic)
    ended_at: datetime | None = None
    seconds: float = 0.0
    lines: list[Line] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self.ended_at is not None

    @property
    def status(self) -> str:
        """In the carrier's words."""
        return "completed" if self.is_done else "in-progress"

    def add(self, who: str, text: str) -> None:
        """Something is said now."""
        if self.is_done or len(self.lines) >= _MOST_LINES:
            return
        after = self.lines[-1].starts + self.lines[-1].seconds if self.lines else 0.0
        starts = max(monotonic() - self.began, after)
        self.lines.append(Line(starts=starts, seconds=seconds_of(text), who=who, text=text))

    def finish(self) -> bool:
        """End it; False when it has ended before."""
        if self.is_done:
            return False
        spoken = self.lines[-1].starts + self.lines[-1].seconds if self.lines else 0.0
        self.seconds = max(monotonic() - self.began, spoken)
        self.ended_at = clock.now()
        return True

    def tones(self) -> list[sounds.Tone]:
        """What is heard in it, each speaker with a pitch of their own."""
        voices = list(dict.fromkeys(line.who for line in self.lines))
        return [
            sounds.Tone(starts=line.starts, seconds=line.seconds, voice=voices.index(line.who))
            for line in self.lines
        ]

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        return {
            "sid": self.sid,
            "call_sid": self.call_sid,
            "conference_sid": self.conference_sid,
            "source": self.source,
            "status": self.status,
            "seconds": round(self.seconds, 2),
            "lines": [
                {"starts": round(line.starts, 2), "who": line.who, "text": line.text}
                for line in self.lines
            ],
        }


class Recordings:
    """All recordings; thread-safe; bounded, the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Recording] = {}
        self._most = most

    def add(self, recording: Recording) -> Recording:
        """Keep a new one."""
        with self._lock:
            self._rows[recording.sid] = recording
            while len(self._rows) > self._most:
                del self._rows[next(iter(self._rows))]
        return recording

    def get(self, sid: str) -> Recording | None:
        """The recording of that id."""
        with self._lock:
            return self._rows.get(sid)

    def remove(self, sid: str) -> bool:
        """Forget one; False when there is none."""
        with self._lock:
            return self._rows.pop(sid, None) is not None

    def newest_first(self) -> list[Recording]:
        """All that are kept."""
        with self._lock:
            return list(reversed(self._rows.values()))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._rows.clear()
