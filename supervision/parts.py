"""What supervision adds to a ticket: its cards, and its supervision orders with their answers.

One SELECT a part. A unit sees only its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from hotline.access import Permission, Viewer
from hotline.extensions import db
from hotline.people.models import Staff, Unit
from hotline.tickets.models import EventWords
from hotline.tickets.next_steps import NextStep
from hotline.tickets.parts import Part
from hotline.tickets.view import TicketView
from hotline.words import N_
from supervision import showing
from supervision.models import Card, Order, OrderAnswer, WarningRow
from supervision.rules import OrderState
from supervision.showing import CardView, OrderView

ReasonWords = aliased(EventWords, name="reason_words")
AnswerWords = aliased(EventWords, name="answer_words")
NoteWords = aliased(EventWords, name="note_words")
ANSWER = NextStep(N_("Answer the supervision order"), "message-report", anchor="orders")


def cards(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → its cards, the newest first, for the hotline with who was warned."""
    rows = db.session.execute(
        select(Card, Unit, NoteWords.words, WarningRow, Staff.name)
        .join(Unit, Unit.id == Card.unit_id)
        .outerjoin(NoteWords, _words(NoteWords, Card.ticket_id, Card.void_seq))
        .outerjoin(WarningRow, WarningRow.card_id == Card.id)
        .outerjoin(Staff, Staff.id == WarningRow.staff_id)
        .where(Card.ticket_id.in_([one.id for one in tickets]), showing.own(viewer, Card.unit_id))
        .order_by(Card.id.desc(), WarningRow.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, dict[int, CardView]] = {}
    for card, unit, note, warning, name in rows:
        held = found.setdefault(card.ticket_id, {})
        one = held.get(card.id) or showing.card_view(card, (unit.code, unit.name), note)
        if warning is not None and viewer.is_hotline:
            one = replace(one, warned=(*one.warned, showing.seen(warning, name)))
        held[card.id] = one
    return {ticket_id: list(held.values()) for ticket_id, held in found.items()}


def orders(tickets: Sequence[TicketView], viewer: Viewer) -> Mapping[int, Any]:
    """Ticket id → its supervision orders, the newest first, each with its answers."""
    rows = db.session.execute(
        _orders([one.id for one in tickets])
        .where(showing.own(viewer, Order.unit_id))
        .execution_options(populate_existing=True)
    )
    found: dict[int, dict[int, OrderView]] = {}
    seen: set[tuple[str, int]] = set()
    for order, unit, reason, answer, text, note, warning, name in rows:
        held = found.setdefault(order.ticket_id, {})
        one = held.get(order.id) or showing.order_view(order, (unit.code, unit.name), reason)
        if answer is not None and ("answer", answer.id) not in seen:
            one = replace(one, answers=(*one.answers, showing.answer_view(answer, text, note)))
            seen.add(("answer", answer.id))
        if warning is not None and viewer.is_hotline and ("warning", warning.id) not in seen:
            one = replace(one, warned=(*one.warned, showing.seen(warning, name)))
            seen.add(("warning", warning.id))
        held[order.id] = one
    return {ticket_id: list(held.values()) for ticket_id, held in found.items()}


def _orders(ticket_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Each order with each of its answers and each who was warned of it: a few rows."""
    return (
        select(
            Order,
            Unit,
            ReasonWords.words,
            OrderAnswer,
            AnswerWords.words,
            NoteWords.words,
            WarningRow,
            Staff.name,
        )
        .join(Unit, Unit.id == Order.unit_id)
        .outerjoin(ReasonWords, _words(ReasonWords, Order.ticket_id, Order.seq))
        .outerjoin(OrderAnswer, OrderAnswer.order_id == Order.id)
        .outerjoin(AnswerWords, _words(AnswerWords, Order.ticket_id, OrderAnswer.seq))
        .outerjoin(NoteWords, _words(NoteWords, Order.ticket_id, OrderAnswer.decision_seq))
        .outerjoin(WarningRow, WarningRow.order_id == Order.id)
        .outerjoin(Staff, Staff.id == WarningRow.staff_id)
        .where(Order.ticket_id.in_(ticket_ids))
        .order_by(Order.id.desc(), OrderAnswer.id, WarningRow.id)
    )


def lead_on(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """An order that waits for the viewer's unit, once nothing else does."""
    del ticket
    waits = any(
        one.state is OrderState.OPEN and one.unit_id in viewer.unit_ids for one in content or ()
    )
    return ANSWER if waits and viewer.may(Permission.HANDLE) else None


def _words(words: Any, ticket_id: Any, seq: Any) -> ColumnElement[bool]:
    both: ColumnElement[bool] = (words.ticket_id == ticket_id) & (words.seq == seq)
    return both


PARTS = [
    Part(
        "orders",
        N_("Supervision orders"),
        list[OrderView],
        orders,
        "supervision/_orders.html",
        leads_to=lead_on,
        rows=Order.ticket_id,
    ),
    Part(
        "cards", N_("Cards"), list[CardView], cards, "supervision/_cards.html", rows=Card.ticket_id
    ),
]
