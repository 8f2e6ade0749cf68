"""Calls led by a machine: what a registered flow is asked, and what it answers.

`wsgi` registers flows by name in `app.extensions["call_flows"]`; the carrier's document `flow` asks
the call's flow at each step and turns its answer into words, keys and recordings. Not here: what
is asked (the flow's own room), how it is spoken (the documents).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flask import current_app

from hotline.calls.kinds import LegEnd
from hotline.calls.menu import Heard
from hotline.calls.models import Call
from hotline.calls.prompting import Spoken
from hotline.events import Fact, publish

OVER = "call.flow_over"
"""The fact that the citizen's end of a machine's call is over, with the carrier's word on how."""
FIRST = ""
"""The name of a flow's first step."""


class Then(StrEnum):
    """What follows the words."""

    ASK = "ask"
    RECORD = "record"
    PERSON = "person"
    HANG_UP = "hang_up"


@dataclass(frozen=True)
class Turn:
    """What the flow hears: at which of its steps, how often it went wrong there, what was said.

    `recording_id` and `seconds` tell of a recording that was asked for; `is_machine` that an
    answering machine picked up, which gets no details.
    """

    subject: str
    step: str
    heard: Heard
    tries: int
    is_first: bool
    is_machine: bool
    language: str
    now: datetime
    recording_id: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class Reply:
    """What the citizen hears, what is waited for, and the step that hears the answer.

    The same step again with `tries` one higher asks once more. `digits` is how many keys.
    """

    words: tuple[Spoken, ...]
    then: Then
    step: str = FIRST
    tries: int = 0
    digits: int = 1
    timeout: int = 6
    longest: int = 60


class Flow(Protocol):
    """One kind of call that a machine leads. Told the same twice, it answers the same."""

    def step(self, call: Call, turn: Turn) -> Reply:
        """Answer what was heard; silence is heard too. The call is locked."""

    def may_ring(self, call: Call, now: datetime) -> bool:
        """Whether the citizen may still be rung; asked right before it is dialled."""


def registered(name: str | None) -> Flow | None:
    """The flow of this name, if there is one."""
    known: Mapping[str, Flow] = current_app.extensions.get("call_flows", {})
    return known.get(name or "")


def may_ring(call: Call, now: datetime) -> bool:
    """Whether this call may still be dialled, as far as its flow has a say."""
    known = registered(call.flow) if call.flow else None
    return known is None or known.may_ring(call, now)


def tell_over(call: Call, outcome: LegEnd | None, *, at: datetime) -> None:
    """Tell the flow's room that the citizen's end is over; told twice, it changes nothing."""
    if call.flow is not None:
        facts = {"flow": call.flow, "outcome": outcome.value if outcome else None}
        publish([Fact(OVER, f"call:{call.id}", facts, at)])
