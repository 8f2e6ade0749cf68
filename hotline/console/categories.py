"""The subject tree as the picker shows it: each leaf with its limit, its usual unit, its initials.

Read again when the rulebook is. Which unit usually takes a leaf is known above this room and
asked through `app.extensions["category_units"]`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app

from hotline.initials import initials
from hotline.tickets import queries
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Category
from hotline.tickets.rulebook import Rulebook

Units = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Leaf:
    """A leaf of the tree."""

    code: str
    name: str
    days: int | None
    hours: int | None
    urgency: Urgency
    unit: str
    initials: str


Group = tuple[str, list[Leaf]]


def groups() -> list[Group]:
    """Domain › group with its leaves; at most two statements, mostly none."""
    book = queries.rulebook()
    kept: tuple[Rulebook, list[Group]] | None = current_app.extensions.get("console_categories")
    if kept is None or kept[0] is not book:
        kept = (book, _read())
        current_app.extensions["console_categories"] = kept
    return kept[1]


def _read() -> list[Group]:
    units: Units = current_app.extensions.get("category_units", dict)
    nodes = {one.code: one for one in queries.leaves()}
    usual = units()
    found: dict[str, list[Leaf]] = {}
    for node in nodes.values():
        if node.is_leaf and node.parent_code is not None:
            title = _title(nodes, node)
            found.setdefault(title, []).append(_leaf(node, usual.get(node.code, "")))
    return list(found.items())


def _title(nodes: Mapping[str, Category], leaf: Category) -> str:
    parent = nodes[leaf.parent_code or ""]
    above = nodes.get(parent.parent_code or "")
    return f"{above.name} › {parent.name}" if above else parent.name


def _leaf(node: Category, unit: str) -> Leaf:
    return Leaf(
        code=node.code,
        name=node.name,
        days=node.limit_working_days,
        hours=node.limit_hours,
        urgency=node.urgency,
        unit=unit,
        initials=initials(node.name),
    )
