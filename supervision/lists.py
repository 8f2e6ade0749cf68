"""The lists of supervision: cards, orders, calls, warnings; paged by key, never counted.

A unit's people get those of their units; each page is two statements, whatever its length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import aliased

from hotline.access import Viewer
from hotline.errors import MadeUp
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import access as ticket_access
from hotline.tickets.list_forms import YesNo
from hotline.tickets.models import EventWords, Ticket
from hotline.tickets.view import TicketView
from supervision import cursors, showing
from supervision.forms import ListFilter, SupervisionFilter
from supervision.models import Card, DutyCall, Order, OwedOrder, Ring, WarningRow
from supervision.showing import CardView, OrderView

A_PAGE = 50
LATEST_OVER = 20
Own = aliased(Unit, name="own_unit")
Filter = SupervisionFilter | ListFilter


@dataclass(frozen=True)
class CardLine:
    """A card with its ticket."""

    ticket: TicketView
    card: CardView


@dataclass(frozen=True)
class OrderLine:
    """An order with its ticket."""

    ticket: TicketView
    order: OrderView


@dataclass(frozen=True)
class CallLine:
    """A task to ring a unit, with what was tried."""

    ticket: TicketView
    call: DutyCall
    unit_name: str
    rings: Sequence[Ring] = ()


@dataclass(frozen=True)
class WarningLine:
    """One's own warning; the ticket is None when it is about none, or no longer one's own."""

    warning: WarningRow
    ticket: TicketView | None


@dataclass(frozen=True)
class Page:
    """Some lines and the cursor of the next page, None on the last."""

    items: list[Any]
    next: str | None


def cards(viewer: Viewer, wanted: Filter, limit: int = A_PAGE) -> Page:
    """Cards, the newest first, with who was warned. Raises MadeUp."""
    where: list[ColumnElement[bool]] = [showing.own(viewer, Card.unit_id)]
    where += [Card.colour == wanted.colour] if wanted.colour else []
    if wanted.voided is not None:
        is_voided = Card.voided_at.is_not(None)
        where.append(is_voided if wanted.voided is YesNo.YES else ~is_voided)
    rows, after = _newest(viewer, (Card, Card.void_seq), wanted, where, limit)
    warned = showing.warned_of(WarningRow.card_id, [one[-3].id for one in rows], viewer)
    lines = []
    for row in rows:
        card, unit, note = row[-3], row[-2], row[-1]
        view = showing.card_view(card, (unit.code, unit.name), note)
        shown = replace(view, warned=warned.get(card.id, ()))
        lines.append(CardLine(_ticket(row, viewer), shown))
    return Page(lines, after)


def orders(viewer: Viewer, wanted: Filter, limit: int = A_PAGE) -> Page:
    """Supervision orders, the newest first, with who was warned. Raises MadeUp."""
    where: list[ColumnElement[bool]] = [showing.own(viewer, Order.unit_id)]
    where += [Order.state == wanted.state] if wanted.state else []
    rows, after = _newest(viewer, (Order, Order.seq), wanted, where, limit)
    warned = showing.warned_of(WarningRow.order_id, [one[-3].id for one in rows], viewer)
    lines = []
    for row in rows:
        order, unit, reason = row[-3], row[-2], row[-1]
        view = showing.order_view(order, (unit.code, unit.name), reason)
        shown = replace(view, warned=warned.get(order.id, ()))
        lines.append(OrderLine(_ticket(row, viewer), shown))
    return Page(lines, after)


def owed(viewer: Viewer, cursor: str | None) -> Page:
    """Tickets that are owed a supervision order, the longest first. Raises MadeUp."""
    found = (
        ticket_access.whole()
        .join(OwedOrder, OwedOrder.ticket_id == Ticket.id)
        .add_columns(OwedOrder)
        .where(ticket_access.visible(viewer), OwedOrder.ended_at.is_(None))
    )
    if cursor:
        found = found.where(OwedOrder.id > cursors.read_id(cursor))
    rows = db.session.execute(found.order_by(OwedOrder.id).limit(A_PAGE + 1)).all()
    items = [(_view(row[:-1], viewer), row[-1]) for row in rows[:A_PAGE]]
    return Page(items, str(rows[A_PAGE - 1][-1].id) if len(rows) > A_PAGE else None)


def late(viewer: Viewer, cursor: str | None) -> Page:
    """What was received off-line and entered afterwards, the latest entry first. Raises MadeUp."""
    key = tuple_(Ticket.entered_late_at, Ticket.id)
    found = ticket_access.whole().where(
        ticket_access.visible(viewer), Ticket.entered_late_at.is_not(None)
    )
    if cursor:
        found = found.where(key < tuple_(*cursors.read(cursor)))
    order = (Ticket.entered_late_at.desc(), Ticket.id.desc())
    rows = db.session.execute(found.order_by(*order).limit(A_PAGE + 1)).all()
    items = [_view(row, viewer) for row in rows[:A_PAGE]]
    if len(rows) <= A_PAGE:
        return Page(items, None)
    last = rows[A_PAGE - 1][0]
    return Page(items, cursors.write(last.entered_late_at, last.id))


def calls(viewer: Viewer) -> list[CallLine]:
    """Units to be rung, the oldest task first; then the latest that are over."""
    waiting = _calls(viewer).where(DutyCall.ended_at.is_(None)).order_by(DutyCall.id)
    over = _calls(viewer).where(DutyCall.ended_at.is_not(None)).order_by(DutyCall.id.desc())
    rows = [
        *db.session.execute(waiting.limit(A_PAGE)),
        *db.session.execute(over.limit(LATEST_OVER)),
    ]
    rings = _rings([row[-2].id for row in rows])
    return [
        CallLine(_view(row[:-2], viewer), row[-2], row[-1].name, rings.get(row[-2].id, ()))
        for row in rows
    ]


def warnings(viewer: Viewer, cursor: str | None) -> Page:
    """What the viewer was warned of, the newest first. Raises MadeUp."""
    found = select(WarningRow).where(WarningRow.staff_id == viewer.staff_id)
    if cursor:
        found = found.where(WarningRow.id < cursors.read_id(cursor))
    rows = db.session.scalars(found.order_by(WarningRow.id.desc()).limit(A_PAGE + 1)).all()
    shown = rows[:A_PAGE]
    about = {one.ticket_id for one in shown if one.ticket_id}
    seen = ticket_access.see_many(viewer, ticket_access.whole().where(Ticket.id.in_(about)))
    by_id = {one.id: one for one in seen}
    items = [WarningLine(one, by_id.get(one.ticket_id or 0)) for one in shown]
    return Page(items, str(shown[-1].id) if len(rows) > A_PAGE else None)


def unit_id_of(code: str) -> int:
    """A unit's own number. Raises MadeUp."""
    found = db.session.scalar(select(Unit.id).where(Unit.code == code.upper()))
    if found is None:
        raise MadeUp("unknown_unit", "There is no such unit.", field="unit")
    return found


def _newest(
    viewer: Viewer,
    table: tuple[Any, Any],
    wanted: Filter,
    where: list[ColumnElement[bool]],
    limit: int,
) -> tuple[Sequence[Any], str | None]:
    """Rows of a table with their tickets, units and the words of an event of theirs."""
    model, seq = table
    found = (
        ticket_access.whole()
        .join(model, model.ticket_id == Ticket.id)
        .join(Own, Own.id == model.unit_id)
        .outerjoin(EventWords, (EventWords.ticket_id == model.ticket_id) & (EventWords.seq == seq))
        .add_columns(model, Own, EventWords.words)
        .where(ticket_access.visible(viewer), *where)
    )
    if wanted.unit:
        found = found.where(model.unit_id == unit_id_of(wanted.unit))
    if wanted.cursor:
        found = found.where(model.id < cursors.read_id(wanted.cursor))
    rows = db.session.execute(found.order_by(model.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    return shown, str(shown[-1][-3].id) if len(rows) > limit else None


def _calls(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        ticket_access.whole()
        .join(DutyCall, DutyCall.ticket_id == Ticket.id)
        .join(Own, Own.id == DutyCall.unit_id)
        .add_columns(DutyCall, Own)
        .where(ticket_access.visible(viewer))
    )


def _rings(call_ids: Sequence[int]) -> Mapping[int, Sequence[Ring]]:
    found: dict[int, list[Ring]] = {}
    rows = select(Ring).where(Ring.call_id.in_(call_ids)).order_by(Ring.id)
    for one in db.session.scalars(rows):
        found.setdefault(one.call_id, []).append(one)
    return found


def _ticket(row: Any, viewer: Viewer) -> TicketView:
    return _view(row[:-3], viewer)


def _view(row: Any, viewer: Viewer) -> TicketView:
    return ticket_access.view_of(cast("Any", row), viewer)
