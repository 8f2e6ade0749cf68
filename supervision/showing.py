"""Cards and orders as pages and the API show them, and who was warned and opened it when.

Decided here: who was warned is for the hotline; a unit sees its own cards and orders, not which
of its people, or of the hotline's, has read them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.clocks import Clock
from supervision.models import Card, Order, OrderAnswer, WarningRow
from supervision.rules import Colour, OrderState, VoidReason


@dataclass(frozen=True)
class Seen:
    """Somebody who was warned: when, when they opened it, and whether by text too."""

    name: str
    warned_at: datetime
    opened_at: datetime | None
    by_text: bool


@dataclass(frozen=True)
class CardView:
    """A card; `void_note` are the words of who voided it by hand."""

    id: int
    unit: str
    unit_name: str
    clock: Clock
    colour: Colour
    due_at: datetime
    issued_at: datetime
    voided_at: datetime | None
    void_reason: VoidReason | None
    void_note: str | None
    warned: tuple[Seen, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it was not voided."""
        return self.voided_at is None


@dataclass(frozen=True)
class AnswerView:
    """What the unit answered to an order, and what the supervisor said."""

    text: str
    answered_at: datetime
    is_accepted: bool | None
    decided_at: datetime | None
    note: str | None


@dataclass(frozen=True)
class OrderView:
    """A supervision order with its answers, the oldest first."""

    id: int
    number: str
    unit: str
    unit_name: str
    unit_id: int
    state: OrderState
    reason: str
    issued_at: datetime
    due_at: datetime
    ended_at: datetime | None
    warned: tuple[Seen, ...] = ()
    answers: tuple[AnswerView, ...] = ()

    @property
    def is_unsettled(self) -> bool:
        """Whether something is still to be done about it."""
        return self.ended_at is None


def own(viewer: Viewer, unit_id: Any) -> ColumnElement[bool]:
    """The rows of the viewer's units; all of them for the hotline."""
    mine: ColumnElement[bool] = unit_id.in_(viewer.unit_ids)
    return mine if not viewer.is_hotline else unit_id.is_not(None)


def card_view(card: Card, unit: tuple[str, str], note: str | None) -> CardView:
    """A card of a unit (code, name)."""
    return CardView(
        id=card.id,
        unit=unit[0],
        unit_name=unit[1],
        clock=card.clock,
        colour=card.colour,
        due_at=card.due_at,
        issued_at=card.issued_at,
        voided_at=card.voided_at,
        void_reason=card.void_reason,
        void_note=note,
    )


def order_view(order: Order, unit: tuple[str, str], reason: str | None) -> OrderView:
    """An order to a unit (code, name)."""
    return OrderView(
        id=order.id,
        number=order.number,
        unit=unit[0],
        unit_name=unit[1],
        unit_id=order.unit_id,
        state=order.state,
        reason=reason or "",
        issued_at=order.issued_at,
        due_at=order.due_at,
        ended_at=order.ended_at,
    )


def answer_view(one: OrderAnswer, text: str | None, note: str | None) -> AnswerView:
    """An answer with its words."""
    return AnswerView(text or "", one.answered_at, one.is_accepted, one.decided_at, note)


def seen(row: WarningRow, name: str) -> Seen:
    """One who was warned."""
    return Seen(name, row.made_at, row.opened_at, row.is_texted)


def warned_of(column: Any, ids: Iterable[int], viewer: Viewer) -> Mapping[int, tuple[Seen, ...]]:
    """Card or order → who was warned of it; one statement, none for a unit."""
    wanted = list(ids)
    if not viewer.is_hotline or not wanted:
        return {}
    rows = db.session.execute(
        select(column, WarningRow, Staff.name)
        .join(Staff, Staff.id == WarningRow.staff_id)
        .where(column.in_(wanted))
        .order_by(WarningRow.id)
    )
    found: dict[int, tuple[Seen, ...]] = {}
    for one_id, row, name in rows:
        found[one_id] = (*found.get(one_id, ()), seen(row, name))
    return found
