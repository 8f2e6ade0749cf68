"""What a viewer does next with a ticket, from dispatch to the accepted reply.

Decided here: whose turn it is. Not here: what the step does, or whether it is refused.
"""

from typing import Any

from dispatch.rules import Stage
from hotline.access import Permission, Role, Viewer
from hotline.tickets import next_steps
from hotline.tickets.next_steps import NextStep
from hotline.tickets.states import BEFORE_ANSWER, State
from hotline.tickets.view import TicketView
from hotline.words import N_

SIGN = NextStep(N_("Confirm receipt"), "signature", endpoint="dispatch.sign", is_post=True)
REPLY = NextStep(N_("Write the reply"), "message", anchor="reply")
ASSIST = NextStep(N_("Reply to the lead"), "message", anchor="reply")
DISPATCH = NextStep(N_("Dispatch it"), "send", anchor="dispatch")
REVIEW = NextStep(N_("Review the reply"), "clipboard-check", anchor="review")
DECIDE = NextStep(N_("Decide on the return"), "gavel", anchor="returns")


def lead_on(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """What this viewer does next on the way from dispatch to the accepted reply."""
    if (step := _in_part(ticket, viewer, content)) is not None:
        return step
    reviews = viewer.may(Permission.REVIEW)
    is_own = bool(content) and (content[0].is_own_work or content[0].is_for_head)
    table = {
        State.PENDING_DISPATCH: (viewer.may(Permission.DISPATCH), DISPATCH),
        State.PENDING_SIGNATURE: (next_steps.holds(ticket, viewer), SIGN),
        State.IN_PROGRESS: (next_steps.holds(ticket, viewer) and _replies(ticket, viewer), REPLY),
        State.RETURN_REQUESTED: (reviews, DECIDE),
        State.IN_REVIEW: (reviews and not is_own, REVIEW),
    }
    is_theirs, step = table.get(ticket.state, (False, SIGN))
    return step if is_theirs else None


def _replies(ticket: TicketView, viewer: Viewer) -> bool:
    """Whether the viewer writes it: a second-level dispatcher hands it down instead."""
    return viewer.roles_in(ticket.lead_id or 0) != {Role.UNIT_DISPATCHER}


def _in_part(ticket: TicketView, viewer: Viewer, content: Any) -> NextStep | None:
    """The step of who assists, or decides on an assisting unit's return."""
    parts = [one for one in content or () if one.is_open and one.is_assisting]
    asked = ticket.state in BEFORE_ANSWER and any(one.stage is Stage.RETURN_ASKED for one in parts)
    if viewer.may(Permission.REVIEW) and asked:
        return DECIDE
    if not viewer.may(Permission.HANDLE) or next_steps.holds(ticket, viewer):
        return None
    own = next((one for one in parts if one.unit_id in viewer.unit_ids), None)
    if own is None or ticket.state not in BEFORE_ANSWER:
        return None
    return {Stage.TO_SIGN: SIGN, Stage.IN_PROGRESS: ASSIST}.get(own.stage)
