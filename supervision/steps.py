"""The verbs of supervision as steps: a locked ticket, a form's data, who acts.

Page and API share them. Decided here: a unit answers only an order to itself.
"""

from hotline import access
from hotline.errors import Forbidden
from hotline.tickets.acting import Acting
from hotline.tickets.forms import ReasonForm, TextForm
from hotline.tickets.models import Ticket
from supervision import cards, orders
from supervision.forms import DecisionForm


def supervise(ticket: Ticket, data: ReasonForm, how: Acting) -> None:
    """Push the leading unit by a supervision order."""
    orders.issue(ticket, data.reason, by=how.by, now=how.now, book=how.book)


def answer(order_id: int, ticket: Ticket, data: TextForm, how: Acting) -> None:
    """The unit answers an order; its number comes first, so that a route can bind it."""
    order = orders.of_ticket(ticket, order_id)
    viewer = how.viewer or access.current()
    if order.unit_id not in viewer.unit_ids:
        raise Forbidden("not_your_unit", "Another unit answers this order.")
    orders.answer(ticket, order, data.text, by=how.by, now=how.now)


def decide(order_id: int, ticket: Ticket, data: DecisionForm, how: Acting) -> None:
    """The supervisor is content with the answer, or insists."""
    order = orders.of_ticket(ticket, order_id)
    if data.accept:
        orders.accept(ticket, order, data.note or "", by=how.by, now=how.now)
    else:
        orders.insist(ticket, order, data.note or "", by=how.by, now=how.now, book=how.book)


def void(card_id: int, ticket: Ticket, data: ReasonForm, how: Acting) -> None:
    """The card was the hotline's own error."""
    cards.void_by_hand(ticket, card_id, data.reason, by=how.by, now=how.now)
