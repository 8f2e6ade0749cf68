"""The demo's tickets as they are written down in `data/tickets`, one file a ticket.

Decided here: what a file may hold. Whose words are which step's, and what a step does, is
decided in `tickets`; when it happened, in `days`. Most tickets are not written so, but made of
`matters`; these are the ones whose every step is told.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from demo import days, places
from hotline.worktime import Calendar

FOLDER = Path(__file__).with_name("data") / "tickets"
CITIZEN = "citizen"

Times = Callable[[datetime, Calendar], list[datetime]]
"""The moments of intake and of every step, in order, for a demo made now."""


@dataclass(frozen=True)
class Step:
    """What somebody did, and what they gave with it; `by` is a login or the citizen."""

    do: str
    by: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """A matter as it came in, and everything that happened to it, in order."""

    name: str
    by: str
    matter: Mapping[str, Any]
    steps: Sequence[Step]
    times: Times


def stories() -> list[Story]:
    """Every story, in order of name."""
    return [read(path) for path in sorted(FOLDER.glob("*.toml"))]


def read(path: Path) -> Story:
    """One file. Raises KeyError for a story or a step without time and author."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    if "place" in found:
        found["place"] = places.pinned(found["place"], path.stem)
    told = found.pop("step", [])
    spelled = [found.pop("at"), *(one.pop("at") for one in told)]
    steps = [Step(one.pop("do"), one.pop("by"), one) for one in told]
    return Story(path.stem, found.pop("by"), found, steps, partial(days.moments, spelled))
