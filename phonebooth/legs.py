"""A leg: one end of a call, from the moment it is queued until it is over.

Its fields are changed only by `Network` and by the leg's own thread, always under the
network's one lock; `changed` is a condition on that lock, `anything` one that wakes with
every leg. Whoever waits as a leg waits in
`rest`, and is torn away from there when the leg is hung up or sent elsewhere.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING, Any

from phonebooth import clock

if TYPE_CHECKING:
    from phonebooth.recordings import Recording
    from phonebooth.rooms import Room

_MOST_HEARD = 400
_MOST_KEYS = 200
_MOST_WORDS = 50


class CallDirection(StrEnum):
    """Who began it, in the carrier's words."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


class Status(StrEnum):
    """How far a leg is, in the carrier's words."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


LIVE = frozenset({Status.QUEUED, Status.RINGING, Status.IN_PROGRESS})


class HungUpError(Exception):
    """The leg is over; raised where it waits."""


class MovedError(Exception):
    """The leg is to leave what it does for another document."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where a leg goes next: an address with fields to send there, or a document itself."""

    url: str = ""
    twiml: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What was asked for when the leg was made."""

    start: Move = field(default_factory=Move)
    fallback_url: str = ""
    status_callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    timeout: float = 60.0
    detects_machines: bool = False
    waits_for_beep: bool = False
    is_recorded: bool = False
    recording_callback: str = ""
    recording_events: frozenset[str] = frozenset({"completed"})
    send_digits: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One thing that the person at this end heard or saw."""

    at: datetime
    kind: str
    details: dict[str, Any]


@dataclass(eq=False, kw_only=True)
class Leg:
    """One end of a call. `far_end` is who is there: a number, `client:…` or `sip:…`.

    `caller` is who really calls, where the sender doesn't show it.
    """

    sid: str
    direction: CallDirection
    sender: str
    recipient: str
    changed: Condition = field(repr=False)
    anything: Condition = field(repr=False)
    terms: Terms = field(default_factory=Terms)
    parent: "Leg | None" = None
    caller: str = ""
    status: Status = Status.QUEUED
    created_at: datetime = field(default_factory=clock.now)
    updated_at: datetime = field(default_factory=clock.now)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str = ""
    doing: dict[str, Any] = field(default_factory=dict)
    room: "Room | None" = None
    bridge: "Room | None" = None
    is_hung_up: bool = False
    is_dialled_in: bool = False
    decision: str = ""
    waits_no_longer: bool = False
    stirred_at: float = field(default_factory=monotonic)
    move: Move | None = None
    sequence: int = 0
    documents: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    keys: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_KEYS))
    words: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_WORDS))
    replies: deque[str] = field(default_factory=lambda: deque(maxlen=_MOST_WORDS))
    heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=_MOST_HEARD))
    recordings: "list[Recording]" = field(default_factory=list)

    @property
    def far_end(self) -> str:
        """Who is at this end of the network."""
        if self.caller:
            return self.caller
        return self.sender if self.direction is CallDirection.INBOUND else self.recipient

    @property
    def is_live(self) -> bool:
        """Whether it isn't over yet."""
        return self.status in LIVE

    @property
    def is_answered(self) -> bool:
        """Whether somebody has taken it."""
        return self.started_at is not None

    @property
    def duration(self) -> int | None:
        """Whole seconds from the answer to the end; None while it lasts."""
        if self.ended_at is None:
            return None
        began_at = self.started_at or self.ended_at
        return int((self.ended_at - began_at).total_seconds())

    def check(self) -> None:
        """Raise HungUpError or MovedError when one is due; under the lock."""
        if self.is_hung_up or not self.is_live:
            raise HungUpError
        if self.move is not None:
            raise MovedError

    def rest(self, seconds: float | None, until: Callable[[], object] = bool) -> bool:
        """Wait, under the lock; True when `until` came true, False when the time is up.

        Raises HungUpError and MovedError as soon as one is due.
        """
        began = monotonic()
        self.waits_no_longer = False
        while True:
            self.check()
            if until():
                return True
            left = None if seconds is None else began + seconds - monotonic()
            if self.waits_no_longer or (left is not None and left <= 0):
                return False
            self.changed.wait(left)

    def touch(self) -> None:
        """Something about it has changed: note when, and wake who waits."""
        self.updated_at = clock.now()
        self.changed.notify_all()
        self.anything.notify_all()
