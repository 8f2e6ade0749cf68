"""Filters kept under a name: each member of staff's own, page by page.

Decided here: that a kept filter is the page's query string, checked by the page's form and
written in one order, at most twenty a person and page; saving under a known name replaces it.
Pages with filters are registered by the composition root (`register`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from flask import Flask, current_app, request, url_for
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from hotline import access
from hotline.access import Viewer
from hotline.columns import Key, Stamp
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import Base, db
from hotline.fields import PageForm

MOST = 20
LONGEST_QUERY = 1000
NOT_KEPT = frozenset({"cursor", "limit", "ticket"})
"""Where somebody is in a list is no part of its filters."""

TAB = "tab"


class SavedFilter(Base):
    """A list's filters under a name, kept by one member of staff for one page."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("staff_id", "page", "name"),)

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    page: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(1000))
    saved_at: Mapped[Stamp]


@dataclass(frozen=True)
class FilteredPage:
    """A page with filters: its name, its endpoint and the form its query string must pass."""

    name: str
    endpoint: str
    form: type[BaseModel]


@dataclass(frozen=True)
class Saved:
    """A kept filter as its owner sees it."""

    id: int
    name: str
    url: str
    is_shown: bool


@dataclass(frozen=True)
class Bar:
    """What stands above a list: the kept filters, and what of the present one could be kept."""

    page: str
    saved: list[Saved]
    query: str
    address: str

    @property
    def may_save(self) -> bool:
        """Whether something is filtered that is not kept yet."""
        is_narrowed = any(name != TAB for name, _ in parse_qsl(self.query))
        return is_narrowed and not any(one.is_shown for one in self.saved)


def register(app: Flask, pages: Iterable[FilteredPage]) -> None:
    """Say which pages have filters."""
    app.extensions["filtered_pages"] = {page.name: page for page in pages}


def page_of(name: str) -> FilteredPage:
    """The registered page. Raises NotFound."""
    pages: dict[str, FilteredPage] = current_app.extensions["filtered_pages"]
    if name not in pages:
        raise NotFound("no_such_page", "There is no such page.")
    return pages[name]


def saved(viewer: Viewer, page: str) -> list[Saved]:
    """The viewer's own filters of a page, by name; one statement."""
    address, shown = address_of(page), plain(request.query_string.decode())
    rows = db.session.execute(
        select(SavedFilter.id, SavedFilter.name, SavedFilter.query)
        .where(SavedFilter.staff_id == viewer.staff_id, SavedFilter.page == page)
        .order_by(SavedFilter.name)
    )
    return [Saved(one, name, f"{address}?{query}", query == shown) for one, name, query in rows]


def address_of(page: str) -> str:
    """Where the page is. Raises NotFound."""
    return url_for(page_of(page).endpoint)


def bar(page: str) -> Bar:
    """The bar above a page's list, for the viewer and query string of this request."""
    query = plain(request.query_string.decode())
    return Bar(page, saved(access.current(), page), query, address_of(page))


def save(viewer: Viewer, page: str, name: str, query: str, *, now: datetime) -> None:
    """Keep a query string under a name; a known name gets the new one. Raises Invalid, Refused."""
    checked = _checked(page_of(page), query)
    kept = insert(SavedFilter).values(
        staff_id=viewer.staff_id, page=page, name=name, query=checked, saved_at=now
    )
    db.session.execute(
        kept.on_conflict_do_update(
            index_elements=["staff_id", "page", "name"], set_={"query": checked, "saved_at": now}
        )
    )
    count = select(func.count()).where(
        SavedFilter.staff_id == viewer.staff_id, SavedFilter.page == page
    )
    if (db.session.scalar(count) or 0) > MOST:
        raise Refused(
            "too_many_filters",
            "At most %(most)s filters are kept for a page; delete one first.",
            field="name",
            values={"most": MOST},
        )


def forget(viewer: Viewer, page: str, filter_id: int) -> None:
    """Delete one of the viewer's own filters; another's, or none, stays as it is."""
    db.session.execute(
        delete(SavedFilter).where(
            SavedFilter.id == filter_id,
            SavedFilter.staff_id == viewer.staff_id,
            SavedFilter.page == page,
        )
    )


def plain(query: str) -> str:
    """A query string without empty fields and the place in the list, in one order."""
    pairs = parse_qsl(query.lstrip("?")[: 4 * LONGEST_QUERY])
    return urlencode(sorted((k, v) for k, v in pairs if k not in NOT_KEPT and k[:1] != "_"))


def without(name: str | None = None) -> str:
    """The address of this page without one filter, or without any but its tab; from the start."""
    pairs = parse_qsl(plain(request.query_string.decode()))
    kept = [(k, v) for k, v in pairs if (k != name if name else k == TAB)]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _checked(page: FilteredPage, query: str) -> str:
    kept = plain(query)
    if not kept:
        raise Invalid("nothing_filtered", "Choose a filter first.", field="query")
    form = PageForm(page.form, MultiDict(parse_qsl(kept)))
    if form.data is None or len(kept) > LONGEST_QUERY:
        raise Invalid("invalid", "Some filters can't be read.", field="query")
    return kept
