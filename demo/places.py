"""Where the demo's places lie: a point near a street or estate that `data/places.csv` knows.

Decided here: who sets a pin where no known place is named (citizens do, somewhere in the district).
The points are roughly right and inside their districts; nobody lives exactly there.
"""

import csv
from collections.abc import Mapping
from functools import cache
from typing import Any

from demo.matters import DATA
from demo.walking import drawn

CENTRES = {
    "C01": (39.937, 119.594),
    "C02": (39.983, 119.766),
    "C03": (39.834, 119.482),
    "C04": (39.879, 119.236),
    "C05": (39.712, 119.162),
    "C06": (39.892, 118.886),
    "C07": (40.408, 118.950),
    "C08": (39.946, 119.541),
    "C09": (39.766, 119.397),
}
FAR, NEAR = 80, 15
"""Pins lie up to so many ten-thousandths of a degree around a district's centre, or a place."""


def pinned(place: Mapping[str, Any], name: str, *, has_pin: bool = False) -> dict[str, Any]:
    """The place with a point, where it is known or the citizen sets one; by chance of the name."""
    district = place.get("district")
    known = next(
        (point for word, of, point in _known() if of == district and word in place["text"]), None
    )
    if known is not None:
        return {**place, **_around(known, name, NEAR)}
    if has_pin and district:
        return {**place, **_around(CENTRES[district], name, FAR)}
    return dict(place)


def _around(point: tuple[float, float], name: str, span: int) -> dict[str, float]:
    return {
        axis: round(middle + (drawn(name, axis, 2 * span) - span) / 10_000, 4)
        for axis, middle in zip(("lat", "lng"), point, strict=True)
    }


@cache
def _known() -> list[tuple[str, str, tuple[float, float]]]:
    """Word, district and point of each known place, the longest word first."""
    with (DATA / "places.csv").open(encoding="utf-8") as file:
        rows = [
            (row["place"], row["district"], (float(row["lat"]), float(row["lng"])))
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: -len(row[0]))
