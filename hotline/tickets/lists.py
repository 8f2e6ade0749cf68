"""Lists of tickets: filtered, sorted, paged by key, never counted.

A page is read in one statement: its ids by an index of their order, then everything shown of
them. The cursor is the last row's sort key with the order it belongs to, so the hundredth page
costs what the first one does. What filters mean is decided in `narrowing`.

The surprise: several states are read one by one and merged, for no index has them in one order.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Subquery,
    literal_column,
    select,
    tuple_,
    union_all,
)

from hotline.access import Viewer
from hotline.extensions import db, table
from hotline.tickets import cursors
from hotline.tickets.access import view_of, visible, whole
from hotline.tickets.kinds import Urgency
from hotline.tickets.list_forms import ListForm, Order
from hotline.tickets.models import DUE, RANK, Ticket, TicketText
from hotline.tickets.narrowing import HELD, OPEN, BadFilter, Narrowing, narrowing, with_words
from hotline.tickets.states import State
from hotline.tickets.view import TicketView

__all__ = ["BadFilter", "Page", "by_deadline", "by_urgency", "found"]


@dataclass(frozen=True)
class Page:
    """Some tickets and the cursor of the next page, None on the last."""

    items: list[TicketView]
    next: str | None


@dataclass(frozen=True)
class Sorting:
    """A sort key, unique because the id ends it, and its direction."""

    code: str
    key: tuple[ColumnElement[Any], ...]
    is_falling: bool = False
    is_of_open: bool = False


LARGEST_KEY = cursors.LARGEST_ID
RANKS = {Urgency.CRITICAL: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}
ID, RECEIVED_AT = table(Ticket).c.id, table(Ticket).c.received_at
NEVER = literal_column("'infinity'::timestamptz", DateTime(timezone=True))
DUE_AT = literal_column(DUE, DateTime(timezone=True))
URGENCY = literal_column(RANK, Integer)
NEWEST = Sorting("n", (ID,), is_falling=True)
RECEIVED = Sorting("r", (RECEIVED_AT, ID), is_falling=True)
BY_DUE = Sorting("d", (DUE_AT, ID), is_of_open=True)
BY_URGENCY = Sorting("u", (URGENCY, ID), is_of_open=True)
SORTINGS = {Order.DUE: BY_DUE, Order.URGENCY: BY_URGENCY}


def found(viewer: Viewer, wanted: ListForm) -> Page:
    """Tickets that fit the filters in the order asked for. Raises BadFilter."""
    narrowed = narrowing(viewer, wanted)
    sorting = SORTINGS.get(wanted.order or Order.NEWEST)
    if sorting is None:
        sorting = RECEIVED if narrowed.is_dated else NEWEST
    return page(viewer, sorting, narrowed, limit=wanted.limit, cursor=wanted.cursor)


def by_deadline(
    viewer: Viewer,
    states: list[State],
    *,
    limit: int = 50,
    cursor: str | None = None,
    where: tuple[ColumnElement[bool], ...] = (),
) -> Page:
    """Tickets in these open states, the nearest deadline first, those without one last."""
    narrowed = Narrowing(tuple(states), (visible(viewer), *where))
    return page(viewer, BY_DUE, narrowed, limit=limit, cursor=cursor)


def by_urgency(
    viewer: Viewer,
    states: list[State],
    *,
    limit: int = 50,
    cursor: str | None = None,
    where: tuple[ColumnElement[bool], ...] = (),
) -> Page:
    """Tickets in these open states, the most urgent first, then the oldest."""
    narrowed = Narrowing(tuple(states), (visible(viewer), *where))
    return page(viewer, BY_URGENCY, narrowed, limit=limit, cursor=cursor)


def page(
    viewer: Viewer, sorting: Sorting, narrowed: Narrowing, *, limit: int, cursor: str | None
) -> Page:
    """One page of what was narrowed, in this order; one statement. Raises BadFilter."""
    ids = ids_of(sorting, narrowed, limit=limit + 1, cursor=cursor)
    if ids is None:
        return Page([], None)
    rows = db.session.execute(
        whole().join(ids, ids.c.id == Ticket.id).order_by(*_order(sorting, ids))
    ).all()
    items = [view_of(row, viewer) for row in rows[:limit]]
    if len(rows) <= limit:
        return Page(items, None)
    return Page(items, cursors.write(sorting.code, _key_of(sorting, items[-1])))


def ids_of(
    sorting: Sorting, narrowed: Narrowing, *, limit: int, cursor: str | None
) -> Subquery | None:
    """The ids of a page with their keys; None when no state can have any."""
    states = _states(sorting, narrowed)
    after = _after(sorting, narrowed, cursor)
    if states is None:
        return None
    if len(states) <= 1 or narrowed.has_words:
        return _ids(sorting, narrowed, states, after).limit(limit).subquery("ids")
    one_by_one = [
        _ids(sorting, narrowed, (state,), after).limit(limit).subquery() for state in states
    ]
    both = union_all(*(select(one) for one in one_by_one)).subquery()
    return select(both).order_by(*_order(sorting, both)).limit(limit).subquery("ids")


def _states(sorting: Sorting, narrowed: Narrowing) -> tuple[State, ...] | None:
    """The states to be read; () for all, None for none. Only open tickets have a limit."""
    if not sorting.is_of_open:
        return narrowed.states
    possible = HELD if narrowed.is_held else OPEN
    return tuple(one for one in narrowed.states or possible if one in possible) or None


def _ids(
    sorting: Sorting,
    narrowed: Narrowing,
    states: tuple[State, ...],
    after: tuple[ColumnElement[bool], ...],
) -> Select[Any]:
    keys = [key.label(f"key{place}") for place, key in enumerate(sorting.key[:-1])]
    wanted = with_words(select(Ticket.id, *keys), narrowed).where(*narrowed.conditions)
    if states:
        is_one = len(states) == 1
        wanted = wanted.where(Ticket.state == states[0] if is_one else Ticket.state.in_(states))
    if sorting.is_of_open:
        wanted = wanted.where(Ticket.closed_at.is_(None))
    wanted = wanted.where(*after)
    return wanted.order_by(*(one.desc() if sorting.is_falling else one for one in sorting.key))


def _order(sorting: Sorting, ids: Subquery) -> list[Any]:
    columns = [*(ids.c[f"key{place}"] for place in range(len(sorting.key) - 1)), ids.c.id]
    return [one.desc() if sorting.is_falling else one for one in columns]


def _after(
    sorting: Sorting, narrowed: Narrowing, cursor: str | None
) -> tuple[ColumnElement[bool], ...]:
    if not cursor:
        return ()
    last = [NEVER if one is None else one for one in cursors.read(sorting.code, cursor)]
    if len(sorting.key) > 1:
        key = tuple_(*sorting.key)
        return (key < tuple_(*last) if sorting.is_falling else key > tuple_(*last),)
    if narrowed.has_words:  # PostgreSQL doesn't conclude one from the other
        return sorting.key[0] < last[0], TicketText.ticket_id < last[0]
    return (sorting.key[0] < last[0],)


def _key_of(sorting: Sorting, last: TicketView) -> tuple[Any, ...]:
    first = {"r": last.received_at, "d": last.due_at, "u": RANKS[last.urgency]}
    return (first[sorting.code], last.id) if sorting.code in first else (last.id,)
