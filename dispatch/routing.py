"""Whom a ticket suits: the dispatch catalogue and the place decide; pure.

Decided here: which units a catalogue row, a district and a place lead to, in which order, and
why. Not here: probabilities (none are made up), whom a text blames (`blame`), what a dispatcher
does with it. Source: the routes of the catalogue (unit, territorial, branch, outer).
The surprise: what a row's unit supplies is read off the service areas, not off the category.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from hotline.tickets.kinds import RequestType
from hotline.tickets.places import district_in as district_in


class Route(StrEnum):
    """How a catalogue row leads to a unit."""

    UNIT = "unit"
    TERRITORIAL = "territorial"
    BRANCH = "branch"
    OUTER = "outer"


class Because(StrEnum):
    """Why a unit is suggested."""

    CATALOGUE_UNIT = "catalogue_unit"
    DISTRICT_OF_PLACE = "district_of_place"
    INDUSTRY_LEAD = "industry_lead"
    KEEPS_WITH_BRANCH = "keeps_with_branch"
    OUTER_DISTRICT = "outer_district"
    SUPPLIES_PLACE = "supplies_place"
    SUPPLIES_DISTRICT = "supplies_district"
    USUAL_SUPPLIER = "usual_supplier"
    PLACE_MISSING = "place_missing"
    ABOVE_THE_ACCUSED = "above_the_accused"
    RETURNED_BEFORE = "returned_before"


@dataclass(frozen=True)
class RoutingRules:
    """What a city sets: districts with suppliers of their own, who runs the hotline, other names.

    An alias is what people of this city call a unit besides its name: `D12=社保大厅`.
    """

    outer_districts: tuple[str, ...] = ("C04", "C05", "C06", "C07")
    host_units: tuple[str, ...] = ("D01",)
    aliases: tuple[str, ...] = ()


DEFAULTS: Final = RoutingRules()


@dataclass(frozen=True)
class Entry:
    """A row of the dispatch catalogue; without a unit the place alone decides."""

    category: str
    route: Route
    unit: str | None = None
    assist: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
    """Who supplies a place; empty where the district does it itself."""

    place: str
    district: str
    suppliers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Spot:
    """Where it is: the district's code, if known, and the place in words."""

    district: str | None = None
    place: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A unit and why, the main reason first."""

    unit: str
    because: tuple[Because, ...]


def suggest(
    entry: Entry, spot: Spot, areas: Sequence[Area] = (), rules: RoutingRules = DEFAULTS
) -> list[Suggestion]:
    """The units in question, the likeliest first; empty when a place is needed and missing."""
    if entry.route is Route.TERRITORIAL:
        found = _by_district(entry, spot)
    elif entry.route is Route.OUTER:
        found = _by_supplier(entry, spot, areas, rules)
    else:
        why = Because.KEEPS_WITH_BRANCH if entry.route is Route.BRANCH else Because.CATALOGUE_UNIT
        found = [Suggestion(entry.unit, (why,))] if entry.unit else []
    return _once(found)


def without_accused(
    found: Iterable[Suggestion], accused: Collection[str], parents: Mapping[str, str]
) -> list[Suggestion]:
    """The suggestions with each accused unit replaced by the one above it, where there is one."""
    kept: list[Suggestion] = []
    for one in found:
        if one.unit not in accused:
            kept.append(one)
        elif (above := parents.get(one.unit)) and above not in accused:
            kept.append(Suggestion(above, (Because.ABOVE_THE_ACCUSED,)))
    return _once(kept)


def returned_last(found: Iterable[Suggestion], returned: Collection[str]) -> list[Suggestion]:
    """Units whose return of this ticket was upheld come last, and it is said."""
    marked = [
        Suggestion(one.unit, (Because.RETURNED_BEFORE, *one.because))
        if one.unit in returned
        else one
        for one in found
    ]
    return sorted(marked, key=lambda one: one.unit in returned)


BLAMING: Final = frozenset({RequestType.COMPLAINT, RequestType.REPORT})
"""Types that can be about a unit's own people; whom they blame says `blame`."""


def _by_district(entry: Entry, spot: Spot) -> list[Suggestion]:
    found = []
    if spot.district:
        found.append(Suggestion(spot.district, (Because.DISTRICT_OF_PLACE,)))
    if entry.unit:
        whys = (Because.INDUSTRY_LEAD,)
        found.append(
            Suggestion(entry.unit, whys if spot.district else (*whys, Because.PLACE_MISSING))
        )
    return found


def _by_supplier(
    entry: Entry, spot: Spot, areas: Sequence[Area], rules: RoutingRules
) -> list[Suggestion]:
    kind = _supplied_by(entry.unit, areas)
    area = _area_of(spot, areas)
    district = spot.district or (area.district if area else None)
    found = []
    if kind and area and area.suppliers.get(kind):
        found.append(Suggestion(area.suppliers[kind], (Because.SUPPLIES_PLACE,)))
    if district in rules.outer_districts:
        found.append(Suggestion(str(district), (Because.OUTER_DISTRICT,)))
    elif kind and (supplier := _only_supplier(kind, district, areas)):
        found.append(Suggestion(supplier, (Because.SUPPLIES_DISTRICT,)))
    if entry.unit:
        whys = (Because.USUAL_SUPPLIER,)
        found.append(Suggestion(entry.unit, whys if district else (*whys, Because.PLACE_MISSING)))
    return found


def _supplied_by(unit: str | None, areas: Iterable[Area]) -> str | None:
    """What the unit supplies anywhere: water, heating, gas; None when it is no such supplier."""
    kinds = (kind for area in areas for kind, one in area.suppliers.items() if one == unit)
    return next(kinds, None) if unit else None


def _area_of(spot: Spot, areas: Iterable[Area]) -> Area | None:
    """The area whose place is the longest beginning of the place's words."""
    fitting = [area for area in areas if _fits(area, spot)]
    return max(fitting, key=lambda area: len(area.place), default=None)


def _fits(area: Area, spot: Spot) -> bool:
    place = re.sub(r"^(河北省)?(秦皇岛市?)?", "", spot.place.replace(" ", ""))
    if place.startswith(area.place):
        return spot.district in (None, area.district)
    street = re.sub(r"^.*?(自治县|新区|开发区|[区县])", "", area.place, count=1)
    return spot.district == area.district and bool(street) and place.startswith(street)


def _only_supplier(kind: str, district: str | None, areas: Iterable[Area]) -> str | None:
    known = {area.suppliers.get(kind, "") for area in areas if area.district == district}
    return known.pop() if len(known) == 1 and "" not in known else None


def _once(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Each unit once, where it stood first, with all its reasons."""
    merged: dict[str, tuple[Because, ...]] = {}
    for one in found:
        held = merged.get(one.unit, ())
        merged[one.unit] = (*held, *(why for why in one.because if why not in held))
    return [Suggestion(unit, because) for unit, because in merged.items()]
