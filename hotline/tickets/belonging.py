"""What came in belongs to a ticket that is there already, or repeats one that is over.

Decided here: the words go to the existing ticket, and what came in is filed as its duplicate, in
one step; nothing confidential goes to a ticket that is not. Which way is open says `again`. The
caller has locked both tickets in id order.
"""

from dataclasses import dataclass
from datetime import datetime

from hotline.errors import Invalid
from hotline.tickets import again, beside, objecting
from hotline.tickets.again import Way
from hotline.tickets.kinds import FilingReason
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb


@dataclass(frozen=True)
class Coming:
    """How a citizen comes again: which way it goes, their words, and how they reached us."""

    way: Way
    words: str = ""
    via: str = "staff"


def come_again(existing: Ticket, coming: Coming, *, by: str, now: datetime, book: Rulebook) -> None:
    """Do with the existing ticket what the citizen came for.

    Raises Refused when that way is closed or it was urged today, Invalid without words where
    there must be some.
    """
    again.check_way(coming.way, existing.state, existing.closed_at, now)
    if coming.way in (Way.SUPPLEMENT, Way.REOPEN) and not coming.words:
        raise Invalid("needs_words", "Write down what the citizen says.", field="body")
    if coming.way is Way.REOPEN:
        beside.reopen(existing, coming.words, by=by, now=now, book=book)
        objecting.settle_by_reopening(existing, by=by, now=now)
    elif coming.way is Way.PROGRESS:
        beside.note(existing, coming.words, by=by, now=now)
    else:
        if coming.way is Way.URGE:
            beside.urge(existing, by=by, now=now)
        if coming.words:
            beside.supplement(existing, coming.words, by=by, now=now, via=coming.via)


def file_under(ticket: Ticket, existing: Ticket, *, by: str, now: datetime) -> None:
    """End what came in as a duplicate of the ticket that it belongs to.

    Raises WrongState once it is sorted; Invalid for itself, and where its words must stay apart.
    """
    if ticket.id == existing.id:
        raise Invalid("same_ticket", "A ticket can't belong to itself.", field="existing")
    if ticket.is_confidential and not existing.is_confidential:
        raise Invalid(
            "confidential_apart",
            "It is confidential and the other is not: make a ticket of its own.",
            field="existing",
        )
    facts = {"reason": FilingReason.DUPLICATE.value, "into": existing.number}
    advance(ticket, Verb.FILE, by=by, now=now, facts=facts)


def mark_repeat(ticket: Ticket, earlier: Ticket, *, now: datetime) -> None:
    """Link a new ticket to the one it repeats. Raises Invalid unless that ended long ago."""
    again.check_repeat(earlier.state, earlier.closed_at, now)
    ticket.reopened_from = earlier.number
