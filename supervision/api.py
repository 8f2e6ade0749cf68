"""Supervision's part of the JSON API: orders and cards, the steps and the lists."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter

from hotline import access, fields
from hotline.access import Permission
from hotline.tickets.acting import by_api
from hotline.tickets.forms import ReasonForm, TextForm
from supervision import lists, steps
from supervision.forms import DecisionForm, ListFilter
from supervision.showing import CardView, OrderView

api_bp = APIBlueprint("supervision_api", __name__, url_prefix="/api/v1", tag="Supervision")

CARD, ORDER = TypeAdapter(CardView), TypeAdapter(OrderView)


@api_bp.post("/tickets/<number>/supervise")
@access.needs(Permission.SUPERVISE)
def supervise(number: str) -> ResponseReturnValue:
    """A supervision order to the leading unit."""
    return by_api(number, ReasonForm, steps.supervise)


@api_bp.post("/tickets/<number>/orders/<int:order_id>/answer")
@access.needs(Permission.HANDLE)
def answer(number: str, order_id: int) -> ResponseReturnValue:
    """The unit answers a supervision order."""
    return by_api(number, TextForm, partial(steps.answer, order_id))


@api_bp.post("/tickets/<number>/orders/<int:order_id>")
@access.needs(Permission.SUPERVISE)
def decide(number: str, order_id: int) -> ResponseReturnValue:
    """Settle a supervision order, or insist with what is missing."""
    return by_api(number, DecisionForm, partial(steps.decide, order_id))


@api_bp.post("/tickets/<number>/cards/<int:card_id>/void")
@access.needs(Permission.SUPERVISE)
def void(number: str, card_id: int) -> ResponseReturnValue:
    """Void a card that was the hotline's own error."""
    return by_api(number, ReasonForm, partial(steps.void, card_id))


@api_bp.get("/cards")
@access.needs(Permission.WATCH)
def cards() -> dict[str, Any]:
    """Cards, the newest first; a unit gets its own."""
    wanted = fields.asked(ListFilter)
    found = lists.cards(access.current(), wanted, wanted.limit)
    items = [
        {"ticket": one.ticket.number} | CARD.dump_python(one.card, mode="json")
        for one in found.items
    ]
    return {"items": items, "next": found.next}


@api_bp.get("/orders")
@access.needs(Permission.WATCH)
def orders() -> dict[str, Any]:
    """Supervision orders, the newest first; a unit gets its own."""
    wanted = fields.asked(ListFilter)
    found = lists.orders(access.current(), wanted, wanted.limit)
    items = [
        {"ticket": one.ticket.number} | ORDER.dump_python(one.order, mode="json")
        for one in found.items
    ]
    return {"items": items, "next": found.next}
