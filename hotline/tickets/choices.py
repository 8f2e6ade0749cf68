"""What a filter or a form lets one choose from: units and the whole tree of categories.

Both are read again when the rulebook is, so at most every few seconds a process.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import current_app

from hotline.people import queries as people
from hotline.people.models import Unit
from hotline.tickets import queries
from hotline.tickets.models import Category
from hotline.tickets.rulebook import Rulebook

Option = tuple[str, str]
DEEPER = "　"
"""One ideographic space a level: a select can't be a tree."""


@dataclass(frozen=True)
class Choices:
    """Options as the select macro takes them: (code, words)."""

    units: list[Option] = field(default_factory=list)
    categories: list[Option] = field(default_factory=list)
    districts: list[Option] = field(default_factory=list)
    leaves: dict[str, list[str]] = field(default_factory=dict)
    """Every category with the leaves at or below it."""


def of() -> Choices:
    """The choices in force; at most two statements, mostly none."""
    book = queries.rulebook()
    kept: tuple[Rulebook, Choices] | None = current_app.extensions.get("choices")
    if kept is None or kept[0] is not book:
        kept = (book, _read(book))
        current_app.extensions["choices"] = kept
    return kept[1]


def leaves_below(code: str) -> list[str] | None:
    """The leaves at or below a category; None when there is no such category."""
    return of().leaves.get(code)


def _read(book: Rulebook) -> Choices:
    nodes = queries.leaves()
    return Choices(
        units=_units(people.units()),
        categories=_tree(nodes),
        districts=list(book.districts.items()),
        leaves=_leaves(nodes),
    )


def _leaves(nodes: Iterable[Category]) -> dict[str, list[str]]:
    """Category → the leaves at or below it."""
    by_code = {node.code: node for node in nodes}
    found: dict[str, list[str]] = {code: [] for code in by_code}
    for node in by_code.values():
        above: Category | None = node if node.is_leaf else None
        while above is not None:
            found[above.code].append(node.code)
            above = by_code.get(above.parent_code or "")
    return found


def _units(units: Iterable[Unit]) -> list[Option]:
    return [(one.code, f"{DEEPER if one.parent_id else ''}{one.code} {one.name}") for one in units]


def _tree(nodes: Iterable[Category]) -> list[Option]:
    """Domains, groups and leaves, each group below its domain, each leaf below its group."""
    below: dict[str | None, list[Category]] = {}
    for node in nodes:
        below.setdefault(node.parent_code, []).append(node)

    def walk(parent: str | None, depth: int) -> list[Option]:
        found = []
        for node in below.get(parent, []):
            found.append((node.code, DEEPER * depth + node.name))
            found += walk(node.code, depth + 1)
        return found

    return walk(None, 0)
