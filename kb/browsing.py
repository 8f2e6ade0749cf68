"""What the knowledge page shows: which list, whose articles, the tree and the tabs beside it.

Decided here: that unfinished and due articles are shown to those who may write them, units' people
their own; everybody else browses what is published and in force. Not here: what a list holds
(`shelves`), how a search answers (`reading`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.access import Permission, Viewer
from hotline.errors import Forbidden, MadeUp, NotFound
from hotline.people import queries as people
from kb import owning, queries, reading, shelves
from kb.laying import Own
from kb.models import Article
from kb.queries import Wanted
from kb.reading import Hit, Page
from kb.rules import State
from kb.shelf_forms import AnswersForm, ShelfForm
from kb.shelves import Branch, Shelf

SEARCHED = 30


@dataclass(frozen=True)
class View:
    """A list, or what a search found, with what stands beside it."""

    shelf: Shelf
    found: Page | None
    hits: list[Hit] | None
    tree: Sequence[Branch]
    trail: list[tuple[str, str]]
    counts: dict[str, int]
    units: list[tuple[str, str]]


def staff(viewer: Viewer, form: ShelfForm) -> View:
    """The page for staff. Raises Forbidden, MadeUp."""
    own, shelf = owning.own_units(viewer), form.shelf
    is_writer = own is None or bool(own) or viewer.may(Permission.WRITE_OWN_KNOWLEDGE)
    if shelf is not Shelf.PUBLISHED and not is_writer:
        raise Forbidden("forbidden", "Your role does not allow this.")
    if form.category is not None and not queries.is_known_branch(form.category):
        raise MadeUp("unknown_category", "There is no such category.", field="category")
    is_search = bool(form.q) and shelf is Shelf.PUBLISHED
    is_browsing = shelf is Shelf.PUBLISHED and not is_search
    return View(
        shelf=shelf,
        hits=reading.answers(form.q, SEARCHED) if is_search else None,
        found=None if is_search else _listed(viewer, form, own),
        tree=shelves.tree(form.category or "") if is_browsing else [],
        trail=shelves.trail(form.category),
        counts=shelves.counts(own, reading.today()) if is_writer else {},
        units=[(unit.code, unit.name) for unit in people.units()],
    )


def citizens(form: AnswersForm) -> View:
    """The page for citizens. Raises NotFound for a category that there is not."""
    trail = shelves.trail(form.category)
    if form.category and not trail:
        raise NotFound("unknown_category", "There is no such category.", field="category")
    public = Wanted(is_public=True, today=reading.today())
    wanted = replace(public, category=form.category)
    rows = [] if form.q else _rows(wanted, form)
    items = [reading.shown(row) for row in rows[: form.limit]]
    return View(
        shelf=Shelf.PUBLISHED,
        hits=reading.answers(form.q, SEARCHED, public_only=True) if form.q else None,
        found=None if form.q else Page(items, _next(items, rows, form)),
        tree=[] if form.q else shelves.tree(form.category or "", wanted=public),
        trail=trail,
        counts={},
        units=[],
    )


def wanted_of(viewer: Viewer, form: ShelfForm, own: Own) -> Wanted:
    """The articles of a list."""
    shelf, today = form.shelf, reading.today()
    is_editor = viewer.may(Permission.EDIT_KNOWLEDGE)
    also = shelves.narrowed(shelf, today)
    if form.unit:
        unit = people.unit_by_code(form.unit)
        also.append(Article.unit_id == (unit.id if unit else None))
    return Wanted(
        state=shelves.STATES.get(shelf, State.PUBLISHED),
        kind=form.kind,
        category=form.category,
        q=form.q,
        today=None if is_editor or shelf is not Shelf.PUBLISHED else today,
        own=None if shelf is Shelf.PUBLISHED else own,
        also=tuple(also),
    )


def _listed(viewer: Viewer, form: ShelfForm, own: Own) -> Page:
    wanted = wanted_of(viewer, form, own)
    if form.shelf in shelves.DUE:
        rows = shelves.due(form.shelf, wanted)
        return Page([reading.shown(row, viewer) for row in rows], None)
    rows = _rows(wanted, form)
    items = [reading.shown(row, viewer) for row in rows[: form.limit]]
    return Page(items, _next(items, rows, form))


def _rows(wanted: Wanted, form: ShelfForm | AnswersForm) -> list[Article]:
    return queries.listed(wanted, limit=form.limit + 1, after=form.cursor)


def _next(
    items: Sequence[reading.Shown], rows: Sequence[Article], form: ShelfForm | AnswersForm
) -> str | None:
    return items[-1].number if len(rows) > form.limit else None
