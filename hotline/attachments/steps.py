"""This room's verbs as steps: a locked ticket, a form's data, who acts; page and API share them."""

from hotline.attachments import operations
from hotline.attachments.forms import MarkForm
from hotline.tickets.acting import Acting
from hotline.tickets.models import Ticket


def mark(key: str, ticket: Ticket, data: MarkForm, how: Acting) -> None:
    """Show a file to the unit, or keep it from it; its key comes first, so a route can bind it."""
    operations.mark(ticket, key, how, is_for_unit=data.for_unit)
