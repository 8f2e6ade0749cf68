"""What a viewer does next with a ticket, from dispatch to the accepted reply.

Decided here: whose turn it is. Not here: what the step does, or whether it is refused.
"""

from typing import Any

from hotline.access import Permission, Viewer
from hotline.tickets import next_steps
from hotline.tickets.next_steps import NextStep
from hotline.tickets.states import State
from hotline.tickets.view import TicketView
from hotline.words import N_

SIGN = NextStep(N_("Confirm receipt"), "signature", endpoint="dispatch.sign", is_post=True)
REPLY = NextStep(N_("Write the reply"), "message", anchor="reply")
DISPATCH = NextStep(N_("Dispatch it"), "send", anchor="dispatch")
REVIEW = NextStep(N_("Review the reply"), "clipboard-check", anchor="review")
DECIDE = NextStep(N_("Decide on the return"), "gavel", anchor="returns")


def lead_on(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """What this viewer does next on the way from dispatch to the accepted reply."""
    reviews = viewer.may(Permission.REVIEW)
    is_own = bool(content) and content[0].is_own_work
    table = {
        State.PENDING_DISPATCH: (viewer.may(Permission.DISPATCH), DISPATCH),
        State.PENDING_SIGNATURE: (next_steps.holds(ticket, viewer), SIGN),
        State.IN_PROGRESS: (next_steps.holds(ticket, viewer), REPLY),
        State.RETURN_REQUESTED: (reviews, DECIDE),
        State.IN_REVIEW: (reviews and not is_own, REVIEW),
    }
    is_theirs, step = table.get(ticket.state, (False, SIGN))
    return step if is_theirs else None
