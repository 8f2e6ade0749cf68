"""Several tickets about one event become followers of one of them, each for itself.

Decided here: all rows are locked first, in id order, the one they follow too. Not here: what a
merger does to a ticket (`hotline.tickets.beside`), and who is told (messages).
"""

from hotline import http
from hotline.access import current
from hotline.tickets import batch, operations, steps
from hotline.tickets.acting import Acting
from hotline.tickets.forms import MergeForm


def merge(numbers: list[str], lead: str, how: Acting, back: str) -> http.Answer:
    """Merge each of the tickets that the viewer may see. Raises Invalid without any."""
    wanted, data = batch.picked(numbers), MergeForm(into=lead)
    operations.lock_in_order((*wanted, lead))
    outcome = batch.carry_out(current(), wanted, lambda ticket: steps.merge(ticket, data, how))
    kind = "error" if outcome.left else "success"
    return http.Answer(status=303, location=back, flash=batch.told(outcome), flash_kind=kind)
