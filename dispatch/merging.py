"""Several tickets about one event become followers of one of them, each for itself.

Decided here: all rows are locked first, in id order, those that follow them too. Not here: what a
merger does to a ticket (`hotline.tickets.merging`), and who is told (messages).
"""

from dispatch import assigning
from dispatch.merging_forms import UnmergeForm
from hotline import access, http
from hotline.access import current
from hotline.errors import Invalid, NotFound
from hotline.tickets import access as ticket_access
from hotline.tickets import batch, merging, operations, steps, wire
from hotline.tickets.acting import Acting
from hotline.tickets.forms import MergeForm
from hotline.tickets.models import Ticket
from hotline.words import N_


def merge(numbers: list[str], lead: str, how: Acting, back: str) -> http.Answer:
    """Merge each of the tickets that the viewer may see. Raises Invalid without any."""
    wanted, data = batch.picked(numbers), MergeForm(into=lead)
    merging.lock((*wanted, lead))
    outcome = batch.carry_out(current(), wanted, lambda ticket: steps.merge(ticket, data, how))
    kind = "error" if outcome.left else "success"
    return http.Answer(status=303, location=back, flash=batch.told(outcome), flash_kind=kind)


def merge_one(number: str, data: MergeForm, how: Acting) -> None:
    """One ticket follows another; on the page and by the API.

    Raises NotFound for the ticket itself, Invalid (`unknown_lead`) when nobody has the number that
    it is to follow, and what merging raises.
    """
    ticket_access.must_see(access.current(), number)
    merging.lock((number, data.into))
    ticket = operations.lock(number)
    try:
        steps.merge(ticket, data, how)
    except NotFound as error:
        raise Invalid(
            "unknown_lead",
            "No ticket has this number: check its digits, or look the other ticket up"
            " in the search.",
            field="into",
        ) from error


def merge_on_page(number: str, data: MergeForm, how: Acting, back: str) -> http.Answer:
    """The same; afterwards back to where it was sent from."""
    merge_one(number, data, how)
    return http.go(back, N_("Merged; its citizen is told."))


def merge_by_api(number: str, data: MergeForm, how: Acting) -> http.Answer:
    """The same; answers the ticket as it is afterwards."""
    merge_one(number, data, how)
    viewer = access.current()
    return http.ok(wire.full(ticket_access.see(viewer, number), viewer))


def unmerge(ticket: Ticket, data: UnmergeForm, how: Acting) -> None:
    """It is handled by itself again; what a unit still had of it has ended."""
    merging.unmerge(ticket, data.reason, by=how.by, now=how.now, book=how.book)
    assigning.end_merged(ticket, at=how.now)
