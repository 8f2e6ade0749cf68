"""What must be done now with a ticket, and by whom; and what this viewer does next.

Pure: no database, no request. Decided here: the sentence for each state, and the hotline's own
step. The rooms above name their steps by `Part.leads_to`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.access import Permission, Viewer
from hotline.tickets.states import State, Verb
from hotline.tickets.view import TicketView
from hotline.words import N_


@dataclass(frozen=True)
class NextStep:
    """The viewer's main action: an anchor of the page, or the address of an endpoint.

    `is_post` means that it needs no more than a click.
    """

    msgid: str
    icon: str
    anchor: str = ""
    endpoint: str = ""
    is_post: bool = False


SORT = NextStep(N_("Sort it"), "list-check", anchor="sort")

WAITS_FOR: Mapping[State, str] = {
    State.RECEIVED: N_("The hotline looks at it: answer, refuse, or sort it for dispatch."),
    State.PENDING_DISPATCH: N_("A dispatcher names the unit that handles it."),
    State.PENDING_SIGNATURE: N_("%(unit)s is to confirm receipt."),
    State.IN_PROGRESS: N_("%(unit)s handles it and replies."),
    State.RETURN_REQUESTED: N_("%(unit)s says it is not its duty; a reviewer decides."),
    State.IN_REVIEW: N_("%(unit)s has replied; a reviewer checks the reply."),
    State.AWAITING_CALLBACK: N_("The reply is accepted; the citizen is asked what they think."),
    State.CLOSED: N_("It is closed; nothing more is to be done."),
    State.ANSWERED: N_("It was answered at once; nothing more is to be done."),
    State.REFUSED: N_("It was not accepted; the citizen was told why and where to go."),
    State.FILED: N_("It was filed; nothing more is to be done."),
    State.TRANSFERRED: N_("The emergency service has accepted it."),
    State.MERGED: N_("It follows another ticket and ends with it."),
    State.WITHDRAWN: N_("The citizen took it back."),
}
"""Who acts next in each state; `unit` is the one in the lead."""
WAITS_FOR_PARTS = N_("It was split: its parts are handled, and it closes with the last of them.")


def of(ticket: TicketView, viewer: Viewer) -> NextStep | None:
    """The ticket room's own step of the main way, if it is this viewer's turn."""
    if viewer.may(Permission.SORT) and ticket.allows(Verb.SORT):
        return SORT
    return None


def holds(ticket: TicketView, viewer: Viewer) -> bool:
    """Whether the ticket is with a unit for which the viewer handles."""
    return viewer.may(Permission.HANDLE) and ticket.lead_id in viewer.unit_ids
