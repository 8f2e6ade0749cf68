"""How the people and machines at the other end behave when they are called.

Without an entry somebody decides by hand, on the phone's page or by the control API. An
entry for `client:…` also means that this client is there, without a browser.
"""

import threading
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Answers(StrEnum):
    """What happens when it rings."""

    BY_HAND = "by_hand"
    ITSELF = "itself"
    MACHINE = "machine"
    BUSY = "busy"
    DECLINES = "declines"
    OFF = "off"
    UNREACHABLE = "unreachable"


class Behaviour(BaseModel):
    """One end's. `replies` are the keys pressed, one entry for each question asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: Answers = Answers.BY_HAND
    after: float = Field(default=0.0, ge=0, le=600)
    replies: list[str] = Field(default_factory=list, max_length=50)
    hangs_up_after: float | None = Field(default=None, ge=0, le=14_400)


class Behaviours:
    """All entries; thread-safe; bounded, the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Behaviour] = {}
        self._most = most

    def set(self, address: str, behaviour: Behaviour) -> None:
        """From now on."""
        with self._lock:
            self._rows.pop(address, None)
            self._rows[address] = behaviour
            while len(self._rows) > self._most:
                del self._rows[next(iter(self._rows))]

    def has(self, address: str) -> bool:
        """Whether there is an entry."""
        with self._lock:
            return address in self._rows

    def of(self, address: str) -> Behaviour:
        """The entry, or the ordinary behaviour."""
        with self._lock:
            return self._rows.get(address) or Behaviour()

    def all(self) -> dict[str, Behaviour]:
        """All entries by address."""
        with self._lock:
            return dict(self._rows)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._rows.clear()
