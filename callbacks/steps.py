"""The verbs of callbacks as steps: a locked ticket, a form's data, who acts; page and API alike."""

from callbacks import operations, queries, voice_calls
from callbacks.forms import CallbackForm, DecisionForm
from callbacks.terms import Terms
from callbacks.windows import CallbackRules
from hotline import settings
from hotline.errors import Refused
from hotline.tickets import modes
from hotline.tickets.acting import Acting
from hotline.tickets.forms import NothingForm
from hotline.tickets.models import Ticket

NOTHING_YET = "none"


def record(ticket: Ticket, data: CallbackForm, how: Acting) -> None:
    """Write down a call. Raises Refused when the citizen answered since the page was opened."""
    if data.known is not None and data.known != _known(ticket):
        raise Refused(
            "answered_meanwhile",
            "The citizen has answered since this page was opened. Look again before you save.",
        )
    operations.record(
        ticket,
        data.call(),
        by=how.by,
        now=how.now,
        book=how.book,
        numbers=settings.read(CallbackRules),
    )


def _known(ticket: Ticket) -> str:
    plan = queries.of_round(ticket.id, ticket.round)
    return plan.outcome.value if plan and plan.outcome else NOTHING_YET


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


def call_by_machine(ticket: Ticket, _: NothingForm, how: Acting) -> None:
    """Let the machine call the citizen now."""
    mode = modes.current(how.now)
    is_held = mode is not None and mode.is_holding_callbacks
    terms = Terms(how.now, how.book, settings.read(CallbackRules), is_held)
    voice_calls.order(ticket, terms, by=how.by)
