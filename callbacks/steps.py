"""The verbs of callbacks as steps: a locked ticket, a form's data, who acts; page and API alike."""

from callbacks import operations
from callbacks.forms import CallbackForm, DecisionForm
from callbacks.windows import CallbackRules
from hotline import settings
from hotline.tickets.acting import Acting
from hotline.tickets.models import Ticket


def record(ticket: Ticket, data: CallbackForm, how: Acting) -> None:
    """Write down a call."""
    operations.record(
        ticket,
        data.call(),
        by=how.by,
        now=how.now,
        book=how.book,
        numbers=settings.read(CallbackRules),
    )


def decide(ticket: Ticket, data: DecisionForm, how: Acting) -> None:
    """Say whether the dissatisfaction is reasonable."""
    operations.decide(
        ticket,
        data.note,
        is_reasonable=data.reasonable,
        by=how.by,
        now=how.now,
        book=how.book,
    )
