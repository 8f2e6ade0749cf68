"""What the network remembers: messages, switched-off phones, deliveries tried.

In memory, for one process; thread-safe; bounded, the oldest goes first. Rows are frozen,
a change puts a new one in place, so a reader never sees half of one.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any


class Way(StrEnum):
    """Which way a message goes, in the carrier's words."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_REPLY = "outbound-reply"


class Handover(StrEnum):
    """How far a citizen's text has come on its way to the hotline."""

    NONE = ""
    WAITING = "waiting"
    TAKEN = "taken"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text. `sender` and `recipient` as the carrier writes numbers."""

    sid: str
    way: Way
    sender: str
    recipient: str
    body: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    status_callback: str = ""
    handover: Handover = Handover.NONE
    problem: str = ""

    @property
    def citizen(self) -> str:
        """The phone at the other end from the hotline."""
        return self.sender if self.way is Way.INBOUND else self.recipient


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One request made to the hotline and how long its answer took; the control API reads it."""

    at: datetime
    direction: str
    sid: str
    phone: str
    url: str
    token: str
    status: int | None
    problem: str
    seconds: float = 0.0


class Store:
    """The messages in the order they came, and a revision that moves with every change."""

    def __init__(self, *, messages: int, phones: int, deliveries: int) -> None:
        self._lock = threading.RLock()
        self._messages: dict[str, Message] = {}
        self._off: dict[str, None] = {}
        self._deliveries: deque[Delivery] = deque(maxlen=deliveries)
        self._limit, self._phones = messages, phones
        self._revision = 0

    @property
    def revision(self) -> int:
        """Grows with every change that a page could show."""
        with self._lock:
            return self._revision

    def add(self, message: Message) -> Message:
        """Keep a new message; beyond the limit the oldest is forgotten."""
        with self._lock:
            self._messages[message.sid] = message
            while len(self._messages) > self._limit:
                del self._messages[next(iter(self._messages))]
            self._revision += 1
        return message

    def change(self, sid: str, **changes: Any) -> Message | None:
        """Put the changed row in place; None when the message is forgotten already."""
        with self._lock:
            message = self._messages.get(sid)
            if message is None:
                return None
            self._messages[sid] = changed = replace(message, **changes)
            self._revision += 1
        return changed

    def get(self, sid: str) -> Message | None:
        """The message of that id."""
        with self._lock:
            return self._messages.get(sid)

    def newest_first(self) -> list[Message]:
        """All that are kept."""
        with self._lock:
            return list(reversed(self._messages.values()))

    def conversation(self, phone: str, limit: int = 200) -> list[Message]:
        """The last `limit` messages of one phone, oldest first."""
        return list(islice(self.of(phone), limit))[::-1]

    def of(self, phone: str) -> Iterator[Message]:
        """All that are kept of one phone, newest first."""
        return (m for m in self.newest_first() if m.citizen == phone)

    def switch(self, phone: str, *, is_off: bool) -> None:
        """Switch a phone off, or on again."""
        with self._lock:
            self._off.pop(phone, None)
            if is_off:
                self._off[phone] = None
            while len(self._off) > self._phones:
                del self._off[next(iter(self._off))]
            self._revision += 1

    def is_off(self, phone: str) -> bool:
        """Whether texts can't reach that phone now."""
        with self._lock:
            return phone in self._off

    def log(self, delivery: Delivery) -> None:
        """Remember one request made."""
        with self._lock:
            self._deliveries.append(delivery)

    def deliveries(self) -> list[Delivery]:
        """The requests made, oldest first."""
        with self._lock:
            return list(self._deliveries)
