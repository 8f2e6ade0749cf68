"""Lists of tickets: filtered, paged by key, never counted.

A page is read in one statement, and one more looks up the unit or the category that a filter
names. The cursor is the last row's sort key, so the hundredth page
costs what the first one does.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text, tuple_

from hotline import crypto, phone, tokens
from hotline.access import Viewer
from hotline.citizens.models import Citizen
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.access import see_many, visible, whole
from hotline.tickets.clocks import Lamp
from hotline.tickets.list_forms import ListForm
from hotline.tickets.models import Category, Holder, Ticket, TicketText
from hotline.tickets.numbers import is_number
from hotline.tickets.states import State
from hotline.tickets.view import TicketView

LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Some tickets and the cursor of the next page, None on the last."""

    items: list[TicketView]
    next: str | None


def newest(viewer: Viewer, wanted: ListForm) -> Page:
    """Tickets that fit the filters, newest first. Raises Invalid for a broken filter."""
    found = whole().where(*_conditions(viewer, wanted))
    if wanted.cursor:
        found = found.where(Ticket.id < _read_cursor(wanted.cursor)[0])
    found = found.order_by(Ticket.id.desc()).limit(wanted.limit + 1)
    return _page(see_many(viewer, found), wanted.limit, lambda last: [last.id])


def by_deadline(
    viewer: Viewer,
    states: list[State],
    *,
    limit: int = 50,
    cursor: str | None = None,
    where: tuple[ColumnElement[bool], ...] = (),
) -> Page:
    """Tickets in these states, the nearest deadline first, those without one last."""
    found = whole().where(Ticket.state.in_(states), *where)
    if cursor:
        found = found.where(_after(cursor))
    found = found.order_by(Ticket.due_at.asc().nulls_last(), Ticket.id).limit(limit + 1)
    return _page(
        see_many(viewer, found),
        limit,
        lambda last: [last.id, last.due_at.isoformat() if last.due_at else None],
    )


def matching(viewer: Viewer, words: str) -> ColumnElement[bool]:
    """Tickets whose words, number or caller's phone match; a unit searches only its own words."""
    if is_number(words.strip()):
        return Ticket.number == words.strip()
    try:
        number = phone.normalise(words)
    except phone.PhoneError:
        return _by_words(viewer, words)
    if not viewer.is_hotline:
        return _by_words(viewer, words)
    index = crypto.blind_index(number)
    return Ticket.citizen_id.in_(select(Citizen.id).where(Citizen.phone_index == index))


def _by_words(viewer: Viewer, words: str) -> ColumnElement[bool]:
    query = tokens.for_query(words)
    if not query:
        raise Invalid("nothing_to_search", "There is no word in it to search for.", field="q")
    column = TicketText.tokens if viewer.is_hotline else TicketText.unit_tokens
    return column.op("@@")(func.to_tsquery(text("'simple'"), query))


def _conditions(viewer: Viewer, wanted: ListForm) -> list[ColumnElement[bool]]:
    """What the given filters ask for; those not given are left away."""
    asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.state, lambda given: Ticket.state.in_(_codes(State, given, "state"))),
        (wanted.lamp, lambda given: Ticket.lamp.in_(_codes(Lamp, given, "lamp"))),
        (wanted.channel, lambda given: Ticket.channel == given),
        (wanted.category, _in_category),
        (wanted.created_from, lambda given: Ticket.received_at >= given),
        (wanted.created_to, lambda given: Ticket.received_at < given),
        (wanted.unit, _held_by),
        (wanted.q, lambda given: matching(viewer, given)),
    ]
    return [visible(viewer), *(made(given) for given, made in asked if given)]


def _in_category(code: str) -> ColumnElement[bool]:
    if db.session.scalar(select(Category.code).where(Category.code == code)) is None:
        raise Invalid("unknown_category", "There is no such category.", field="category")
    return Ticket.category_code == code


def _held_by(code: str) -> ColumnElement[bool]:
    unit_id = db.session.scalar(select(Unit.id).where(Unit.code == code.upper()))
    if unit_id is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="unit")
    held = select(Holder.ticket_id).where(Holder.unit_id == unit_id, Holder.until.is_(None))
    return Ticket.id.in_(held)


def _codes(vocabulary: Any, given: str, field: str) -> list[Any]:
    try:
        return [vocabulary(code.strip()) for code in given.split(",")]
    except ValueError as wrong:
        known = ", ".join(one.value for one in vocabulary)
        raise Invalid(
            "unknown_value",
            "Not a known value. Known: %(expected)s.",
            field=field,
            values={"expected": known},
        ) from wrong


def _after(cursor: str) -> ColumnElement[bool]:
    last_id, due = _read_cursor(cursor)
    if due is None:
        return and_(Ticket.due_at.is_(None), Ticket.id > last_id)
    later = tuple_(Ticket.due_at, Ticket.id) > tuple_(datetime.fromisoformat(due), last_id)
    return or_(later, Ticket.due_at.is_(None))


def _page(items: list[TicketView], limit: int, key: Any) -> Page:
    if len(items) <= limit:
        return Page(items, None)
    shown = items[:limit]
    return Page(shown, _cursor(key(shown[-1])))


def _cursor(key: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[int, str | None]:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        due = key[1] if len(key) > 1 else None
        if due is not None:
            datetime.fromisoformat(due)
        if not 0 <= int(key[0]) <= LARGEST_KEY:
            raise ValueError(key[0])
        return int(key[0]), due
    except (ValueError, TypeError, IndexError, KeyError, OverflowError) as wrong:
        raise Invalid("bad_cursor", "This cursor is not one of ours.", field="cursor") from wrong
