"""The city's districts on the map: in which one a pin lies.

The outlines are the vendored GeoJSON, the same that the browser draws. Not here: what a place's
words name (`tickets.places`). A pin a little off the coast is still the city's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

VENDOR: Final = Path(__file__).parents[1] / "static" / "vendor"
AROUND: Final = 0.05

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class District:
    """A district's name and its polygons, each an outer ring and holes."""

    name: str
    polygons: tuple[tuple[Ring, ...], ...]


def district_at(lat: float, lng: float) -> str | None:
    """The name of the district in which the point lies."""
    return next((one.name for one in districts() if _is_in(one, (lng, lat))), None)


def is_near_city(lat: float, lng: float) -> bool:
    """Whether the point lies in the city or just beside it."""
    west, south, east, north = bounds()
    return west - AROUND <= lng <= east + AROUND and south - AROUND <= lat <= north + AROUND


@cache
def bounds() -> tuple[float, float, float, float]:
    """West, south, east and north of the whole city."""
    points = [
        point
        for one in districts()
        for polygon in one.polygons
        for ring in polygon
        for point in ring
    ]
    lngs, lats = [lng for lng, _ in points], [lat for _, lat in points]
    return min(lngs), min(lats), max(lngs), max(lats)


@cache
def districts() -> tuple[District, ...]:
    """All districts, read once."""
    (path,) = VENDOR.glob("*/outlines.geojson")
    drawn = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_district(feature) for feature in drawn["features"])


def _district(feature: dict[str, Any]) -> District:
    shape = feature["geometry"]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return District(
        feature["properties"]["name"],
        tuple(
            tuple(tuple((lng, lat) for lng, lat in ring) for ring in polygon)
            for polygon in polygons
        ),
    )


def _is_in(district: District, point: Point) -> bool:
    return any(
        _surrounds(outer, point) and not any(_surrounds(hole, point) for hole in holes)
        for outer, *holes in district.polygons
    )


def _surrounds(ring: Sequence[Point], point: Point) -> bool:
    """Whether a line from the point to the east crosses the ring an odd number of times."""
    lng, lat = point
    is_inside = False
    before_lng, before_lat = ring[-1]
    for next_lng, next_lat in ring:
        if (next_lat > lat) != (before_lat > lat):
            crossing = (before_lng - next_lng) * (lat - next_lat) / (before_lat - next_lat)
            is_inside ^= lng < next_lng + crossing
        before_lng, before_lat = next_lng, next_lat
    return is_inside
