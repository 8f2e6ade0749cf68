"""The demo's directory: units, subject tree, request types, catalogue, areas, and the calendar.

Decided here: that it lies in `data`. What a row must hold is decided by the rooms that load it.
The 86 units are composed from the city's institutions; `data/README.md` says so.
"""

from datetime import datetime
from pathlib import Path

from dispatch.cli import load
from hotline.calendar import operations as calendar
from hotline.tickets import queries

FOLDER = Path(__file__).with_name("data")


def seed(now: datetime) -> list[str]:
    """Load the folder's files and bring the calendar up to date; answers a line for each.

    Loading again changes what is there and takes nothing away. Raises ValueError, Invalid.
    """
    lines = load(FOLDER)
    years = calendar.update(now=now)
    queries.forget_rulebook()
    return [*lines, f"{len(years)} years of the calendar"]
