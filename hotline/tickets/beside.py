"""Steps beside the main way: notes, supplements, urging, withdrawal, reopening.

Decided here: an urge counts at most once a day; a safety matter or a report can't be
withdrawn; reopening is possible for thirty days.
"""

from datetime import datetime, timedelta

from hotline.errors import Invalid, Refused
from hotline.tickets import again, questions, splitting, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import first_due
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance, release
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State, Verb

CITIZEN = "citizen"
URGE_EVERY = timedelta(days=1)


def note(ticket: Ticket, text: str, *, by: str, now: datetime) -> None:
    """A note of the hotline's own; no citizen sees it."""
    advance(ticket, Verb.NOTE, by=by, now=now, words=text)


def supplement(ticket: Ticket, text: str, *, by: str, now: datetime, via: str) -> None:
    """More from the citizen to an open ticket; it answers what a unit has asked."""
    _refuse_follower(ticket, by)
    states.move(ticket.state, Verb.SUPPLEMENT)
    facts = {"via": via} | questions.supplement_facts(ticket, now)
    advance(ticket, Verb.SUPPLEMENT, by=by, now=now, facts=facts, words=text)


def urge(ticket: Ticket, *, by: str, now: datetime) -> None:
    """The citizen asks for haste. Raises WrongState, Refused when it did within a day."""
    _refuse_follower(ticket, by)
    states.move(ticket.state, Verb.URGE)
    if ticket.urged_at is not None and now - ticket.urged_at < URGE_EVERY:
        raise Refused(
            "urged_already",
            "It was urged within the last day already. What is new can be added as a supplement.",
        )
    ticket.urges, ticket.urged_at = ticket.urges + 1, now
    advance(ticket, Verb.URGE, by=by, now=now, facts={"times": ticket.urges})


def withdraw(ticket: Ticket, reason: str, *, by: str, now: datetime) -> None:
    """The citizen takes the matter back.

    Raises WrongState, Invalid for a report or a safety matter.
    """
    _refuse_follower(ticket, by)
    states.move(ticket.state, Verb.WITHDRAW)
    if ticket.request_type is RequestType.REPORT or ticket.urgency is Urgency.CRITICAL:
        raise Invalid(
            "not_withdrawable",
            "A report or a matter of safety is not withdrawn: it goes on, and what "
            "is new can be added as a supplement.",
            field="reason",
        )
    advance(ticket, Verb.WITHDRAW, by=by, now=now, words=reason)


def reopen(ticket: Ticket, reason: str, *, by: str, now: datetime, book: Rulebook) -> None:
    """Take an ended matter up again within thirty days; it waits for dispatch anew.

    Raises WrongState, Refused when it ended longer ago.
    """
    _refuse_follower(ticket, by)
    states.move(ticket.state, Verb.REOPEN)
    splitting.refuse_reopening(ticket)
    if again.is_long_over(ticket.closed_at, now):
        raise Refused(
            "closed_too_long",
            "It ended more than thirty days ago; make a new ticket that is linked to it.",
        )
    take_up(ticket, reason, by=by, now=now, book=book)


def take_up(ticket: Ticket, reason: str, *, by: str, now: datetime, book: Rulebook) -> None:
    """It waits for dispatch anew, one round later, whenever it ended. Raises WrongState."""
    timing.stop(ticket, [Clock.DECISION], at=now)
    advance(ticket, Verb.REOPEN, by=by, now=now, words=reason)
    release(ticket, at=now)
    ticket.round += 1
    due = first_due(ticket, Clock.DISPATCH, now, book)
    timing.start(ticket, Clock.DISPATCH, due, at=now, book=book)


def _refuse_follower(ticket: Ticket, by: str) -> None:
    """Raise Refused for a ticket that follows another: what is possible is said in words."""
    if ticket.state is State.MERGED:
        is_own = by == CITIZEN
        words = again.FOLLOWS_WORDS_FOR_CITIZEN if is_own else again.FOLLOWS_WORDS
        raise Refused(again.FOLLOWS, words)
