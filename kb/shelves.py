"""The lists of the knowledge page, and the tree of categories beside them.

Decided here: what each list holds and what is counted. The tree counts published articles in one
statement over an index; the tabs count to a hundred and no further, so that neither grows dear
with the knowledge base. Read-only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, func, not_, or_, select

from hotline.extensions import db
from hotline.tickets import queries as tickets
from hotline.tickets.models import Category
from kb import queries
from kb.laying import Own
from kb.models import Article
from kb.queries import Wanted
from kb.rules import State

SOON: Final = timedelta(days=30)
COUNTED_TO: Final = 100
MOST_DUE: Final = 200


class Shelf(StrEnum):
    """One list of articles."""

    PUBLISHED = "published"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEW = "review"
    EXPIRING = "expiring"
    LOOSE = "loose"
    RETIRED = "retired"


STATES: Final = {
    Shelf.DRAFT: State.DRAFT,
    Shelf.SUBMITTED: State.SUBMITTED,
    Shelf.RETIRED: State.RETIRED,
}
DUE: Final = (Shelf.REVIEW, Shelf.EXPIRING)
COUNTED: Final = (Shelf.SUBMITTED, Shelf.REVIEW, Shelf.EXPIRING)


@dataclass(frozen=True)
class Branch:
    """A node of the tree with its published articles, those below it included."""

    code: str
    name: str
    count: int
    branches: Sequence["Branch"]
    is_open: bool


def narrowed(shelf: Shelf, today: date) -> list[ColumnElement[bool]]:
    """What else an article of this list fulfils, beside its state."""
    if shelf is Shelf.REVIEW:
        return [Article.review_on <= today]
    if shelf is Shelf.EXPIRING:
        return [Article.valid_until <= today + SOON]
    return [_is_loose()] if shelf is Shelf.LOOSE else []


def due(shelf: Shelf, wanted: Wanted) -> list[Article]:
    """The articles to be looked at, the most urgent first."""
    day = Article.review_on if shelf is Shelf.REVIEW else Article.valid_until
    query = queries.whole().where(*queries.conditions(wanted))
    return list(db.session.scalars(query.order_by(day, Article.id).limit(MOST_DUE)))


def counts(own: Own, today: date) -> dict[str, int]:
    """How many wait on the lists on which somebody has to act; one hundred means: or more."""
    columns = [_counted(shelf, own, today).scalar_subquery() for shelf in COUNTED]
    row = db.session.execute(select(*columns)).one()
    return {shelf.value: count for shelf, count in zip(COUNTED, row, strict=True)}


def tree(chosen: str = "", *, wanted: Wanted | None = None) -> list[Branch]:
    """The domains with articles, each with its groups and leaves; the chosen one is open."""
    found = _by_category(wanted or Wanted())
    nodes = tickets.leaves()
    children: dict[str | None, list[Category]] = {}
    for node in nodes:
        children.setdefault(node.parent_code, []).append(node)
    return _branches(None, children, found, chosen)


def trail(code: str | None) -> list[tuple[str, str]]:
    """Code and name of a category and those above it, from the top down."""
    nodes = {one.code: one for one in tickets.leaves()} if code else {}
    found = []
    while code in nodes:
        node = nodes[code]
        found.append((node.code, node.name))
        code = node.parent_code
    return found[::-1]


def _by_category(wanted: Wanted) -> dict[str, int]:
    query = (
        select(Article.category_code, func.count())
        .where(Article.category_code.is_not(None), *queries.conditions(wanted))
        .group_by(Article.category_code)
    )
    return {code: count for code, count in db.session.execute(query) if code is not None}


def _branches(
    parent: str | None,
    children: Mapping[str | None, Sequence[Category]],
    found: Mapping[str, int],
    chosen: str,
) -> list[Branch]:
    branches = []
    for node in children.get(parent, ()):
        below = _branches(node.code, children, found, chosen)
        count = found.get(node.code, 0) + sum(one.count for one in below)
        if count:
            is_open = chosen.startswith(node.code)
            branches.append(Branch(node.code, node.name, count, below, is_open))
    return branches


def _counted(shelf: Shelf, own: Own, today: date) -> Select[int]:
    wanted = Wanted(state=STATES.get(shelf, State.PUBLISHED), own=own)
    some = select(Article.id).where(*queries.conditions(wanted), *narrowed(shelf, today))
    return select(func.count()).select_from(some.limit(COUNTED_TO).subquery())


def _is_loose() -> ColumnElement[bool]:
    """In no category, or in one that is gone or no leaf any more."""
    leaves = select(Category.code).where(Category.is_leaf)
    return or_(Article.category_code.is_(None), not_(Article.category_code.in_(leaves)))
