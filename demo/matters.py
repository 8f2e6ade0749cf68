"""What people of the demo's city report: matters written by hand, each lived through by several.

Decided here: what a file in `data/matters` may hold, and that a case is its matter with the
case's own words laid over it and put into the `{gaps}`. Not here: which steps a case goes
through (`courses`), when (`walking`).
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dispatch import routing
from dispatch.routing import Area, Entry, Route, Spot

DATA = Path(__file__).with_name("data")
FOLDER = DATA / "matters"
DISTRICTS = {
    "海港区": "C01",
    "山海关区": "C02",
    "北戴河新区": "C09",
    "北戴河区": "C03",
    "抚宁区": "C04",
    "昌黎县": "C05",
    "卢龙县": "C06",
    "青龙": "C07",
    "开发区": "C08",
}
NEEDED = frozenset({"name", "category", "type", "title", "body", "cases"})
WORDS = frozenset(
    {
        *("reply", "basis", "progress", "why", "again", "remark", "weak", "objection", "ruling"),
        *("answer", "article", "refusal", "reason", "route", "note", "supplement", "regret"),
        *("unit_text", "contact", "withdrawal", "decision", "reopening", "pleased", "accepted_by"),
    }
)
CHOICES = frozenset(
    {
        *("course", "ago", "at", "place", "who", "channel", "unit", "wrong", "sat", "urgency"),
        *("completion", "promised", "filing", "service", "into", "upstream", "confidential"),
        *("wish", "line", "outcome", "slow", "agent", "hour"),
    }
)


@dataclass(frozen=True)
class Case:
    """One citizen's matter: what is told of it, and where it lies."""

    name: str
    told: Mapping[str, Any]
    category: str
    district: str | None
    unit: str

    @property
    def is_confidential(self) -> bool:
        """Whether nobody outside the hotline may know who reported it."""
        told, leaf = self.told, leaves()[self.category]
        is_marked = bool(told.get("confidential")) or leaf["confidential"] == "Y"
        return is_marked or told["type"] == "report"

    def words(self, name: str, default: str = "") -> str:
        """A text with its gaps filled. Raises KeyError for a gap that nothing fills."""
        text: str = self.told.get(name, default)
        return text.format_map(self.told)


def cases() -> list[Case]:
    """Every case of every file, in order. Raises ValueError for what can't be one."""
    return [one for path in sorted(FOLDER.glob("*.toml")) for one in read(path)]


def read(path: Path) -> Iterator[Case]:
    """The cases of one file. Raises ValueError naming the matter that is incomplete."""
    for matter in tomllib.loads(path.read_text(encoding="utf-8"))["matter"]:
        known = NEEDED | WORDS | CHOICES
        wrong = (NEEDED - set(matter)) | {one for one in set(matter) - known if len(one) > 1}
        if wrong:
            raise ValueError(f"{path.name}: {matter.get('name')}: {', '.join(sorted(wrong))}")
        told = {name: value for name, value in matter.items() if name != "cases"}
        for number, own in enumerate(matter["cases"], 1):
            yield _case(f"{matter['name']}-{number}", told | own)


def district_of(place: str) -> str | None:
    """The district that a place's first words name."""
    return next((code for name, code in DISTRICTS.items() if place.startswith(name)), None)


def _case(name: str, told: dict[str, Any]) -> Case:
    wrong = {one for one in set(told) - NEEDED - WORDS - CHOICES if len(one) > 1}
    if wrong:
        raise ValueError(f"{name}: {', '.join(sorted(wrong))}")
    place = told.setdefault("place", "")
    told["type"] = told["type"].format_map(told)
    district = district_of(place)
    unit = told.get("unit") or _suggested(told["category"], place, district)
    return Case(name, told, told["category"], district, unit)


def _suggested(category: str, place: str, district: str | None) -> str:
    """Where the catalogue sends it; the district where the catalogue names nobody."""
    entry, areas = _catalogue()[category], _areas()
    found = routing.suggest(entry, Spot(district, place), areas)
    return found[0].unit if found else district or "D31"


@cache
def leaves() -> Mapping[str, Mapping[str, str]]:
    """The rows of the subject tree that are leaves, by code."""
    with (DATA / "categories.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file) if row["route"]}


@cache
def _catalogue() -> Mapping[str, Entry]:
    return {
        code: Entry(code, Route(row["route"]), row["unit"] or None)
        for code, row in leaves().items()
    }


@cache
def _areas() -> tuple[Area, ...]:
    with (DATA / "service_areas.csv").open(encoding="utf-8") as file:
        return tuple(
            Area(row["place"], row["district"], {k: row[k] for k in ("water", "heating", "gas")})
            for row in csv.DictReader(file)
        )
