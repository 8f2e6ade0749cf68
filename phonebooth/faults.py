"""What can be made to go wrong, so that a hotline can be tried against a bad network.

A fault has a direction, a kind and how often it strikes; the board hands out those that
strike now. What a struck request then does is decided where it is made: `courier` for
requests to the hotline, `rest` for requests from it.
"""

import threading
from enum import StrEnum
from secrets import SystemRandom
from typing import Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator

_MOST_FAULTS = 200


class Direction(StrEnum):
    """Which requests: texts to the hotline, reports on its texts, its own requests.

    Of calls: `voice` asks for documents, `call_status` and `recording_status` report.
    """

    INBOUND = "inbound"
    STATUS = "status"
    REST = "rest"
    VOICE = "voice"
    CALL_STATUS = "call_status"
    RECORDING_STATUS = "recording_status"


class Kind(StrEnum):
    """What happens to them.

    To the hotline: `repeat` (again, same ids), `delay`, `reorder` (a later one overtakes),
    `drop` (never made), `time_out` (made, but the answer isn't waited for).
    From the hotline: `delay`, `drop` (not done, hung up), `time_out` (done, the answer comes
    too late), `cut` (done, hung up in the middle of the answer), `answer` (not done, an
    HTTP status instead).
    In a call: `hang_up`, where `step` says: `request` (while the hotline prepares a document),
    `document` (it has come, nothing of it is done), or a verb (`Gather`: as soon as it waits).
    `nth` counts the steps of that name within the leg.
    """

    REPEAT = "repeat"
    DELAY = "delay"
    REORDER = "reorder"
    DROP = "drop"
    TIME_OUT = "time_out"
    CUT = "cut"
    ANSWER = "answer"
    HANG_UP = "hang_up"


_TO_HOTLINE = frozenset({Kind.REPEAT, Kind.DELAY, Kind.REORDER, Kind.DROP, Kind.TIME_OUT})
_FROM_HOTLINE = frozenset({Kind.DELAY, Kind.DROP, Kind.TIME_OUT, Kind.CUT, Kind.ANSWER})
POSSIBLE = {
    Direction.INBOUND: _TO_HOTLINE,
    Direction.STATUS: _TO_HOTLINE,
    Direction.REST: _FROM_HOTLINE,
    Direction.VOICE: _TO_HOTLINE | {Kind.HANG_UP},
    Direction.CALL_STATUS: _TO_HOTLINE,
    Direction.RECORDING_STATUS: _TO_HOTLINE,
}
_DEFAULT_SECONDS = {Kind.DELAY: 2.0, Kind.REORDER: 5.0, Kind.TIME_OUT: 30.0}
_SHORT_PATIENCE = 0.05


class Fault(BaseModel):
    """One switch, as the control API takes it. `times` null means until it is cleared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    direction: Direction
    kind: Kind
    times: int | None = Field(default=1, ge=1)
    probability: float = Field(default=1.0, gt=0, le=1)
    phone: str | None = None
    seconds: float | None = Field(default=None, gt=0, le=120)
    copies: int = Field(default=1, ge=1, le=20)
    status: int = Field(default=500, ge=400, le=599)
    code: int | None = None
    retry_after: int | None = Field(default=None, ge=0)
    path: str = ""
    step: str = "document"
    nth: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.kind not in POSSIBLE[self.direction]:
            possible = ", ".join(sorted(POSSIBLE[self.direction]))
            raise ValueError(f"{self.direction} knows {possible}")
        return self

    @property
    def lasts(self) -> float:
        """Seconds, the kind's own when none are given: how late, or how long is waited."""
        if self.kind is Kind.TIME_OUT and self.direction is not Direction.REST:
            return self.seconds or _SHORT_PATIENCE
        return self.seconds or _DEFAULT_SECONDS.get(self.kind, 1.0)


class FaultBoard:
    """The switches that are on; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: dict[str, Fault] = {}
        self._left: dict[str, int | None] = {}
        self._chance = SystemRandom()

    def switch_on(self, fault: Fault) -> str:
        """Add a switch; its id. Beyond 200 the oldest goes."""
        fault_id = uuid4().hex[:12]
        with self._lock:
            self._on[fault_id], self._left[fault_id] = fault, fault.times
            while len(self._on) > _MOST_FAULTS:
                self._forget(next(iter(self._on)))
        return fault_id

    def switch_off(self, fault_id: str | None = None) -> bool:
        """Remove one switch, or all; False when there is none of that id."""
        with self._lock:
            if fault_id is None:
                self._on.clear()
                self._left.clear()
                return True
            return self._forget(fault_id)

    def all(self) -> list[tuple[str, Fault, int | None]]:
        """Each switch with its id and how often it will still strike."""
        with self._lock:
            return [(key, fault, self._left[key]) for key, fault in self._on.items()]

    def strike(self, direction: Direction, phone: str, url: str = "") -> dict[Kind, Fault]:
        """The faults that strike this request, one of a kind, counted down."""
        struck: dict[Kind, Fault] = {}
        with self._lock:
            for key, fault in list(self._on.items()):
                is_new = fault.kind not in struck and fault.kind is not Kind.HANG_UP
                if is_new and fault.path in url and self._strikes(fault, direction, phone):
                    struck[fault.kind] = fault
                    self._count_down(key)
        return struck

    def hangs_up(self, phone: str, step: str, nth: int) -> bool:
        """Whether the caller is to hang up at this step of the leg, counted down."""
        with self._lock:
            for key, fault in list(self._on.items()):
                is_here = fault.kind is Kind.HANG_UP and (fault.step, fault.nth) == (step, nth)
                if is_here and self._strikes(fault, Direction.VOICE, phone):
                    self._count_down(key)
                    return True
        return False

    def _strikes(self, fault: Fault, direction: Direction, phone: str) -> bool:
        is_meant = fault.direction is direction and fault.phone in (None, phone)
        return is_meant and self._chance.random() < fault.probability

    def _count_down(self, key: str) -> None:
        left = self._left[key]
        if left is not None:
            self._left[key] = left - 1
            if left == 1:
                self._forget(key)

    def _forget(self, key: str) -> bool:
        self._left.pop(key, None)
        return self._on.pop(key, None) is not None
