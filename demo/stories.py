"""The demo's tickets as they are written down in `data/tickets`, one file a ticket.

Decided here: what a file may hold. Whose words are which step's, and what a step does, is
decided in `tickets`; when it happened, in `days`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("data") / "tickets"
CITIZEN = "citizen"


@dataclass(frozen=True)
class Step:
    """What somebody did, when, and what they gave with it; `by` is a login or the citizen."""

    do: str
    at: str
    by: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """A matter as it came in, and everything that happened to it, in order."""

    name: str
    at: str
    by: str
    matter: Mapping[str, Any]
    steps: Sequence[Step]


def stories() -> list[Story]:
    """Every story, in order of name."""
    return [read(path) for path in sorted(FOLDER.glob("*.toml"))]


def read(path: Path) -> Story:
    """One file. Raises KeyError for a story or a step without time and author."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = [
        Step(one.pop("do"), one.pop("at"), one.pop("by"), one) for one in found.pop("step", [])
    ]
    return Story(path.stem, found.pop("at"), found.pop("by"), found, steps)
