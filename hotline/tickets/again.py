"""A citizen who comes again: what may be done with the ticket that is there already.

Pure: no database, no request. Decided here: an open ticket takes a supplement, an urge, or is
only told about, as is one that follows another; one that ended is taken up again within thirty
days; later, what comes is a new ticket, marked as a repeat. Source: the operator's first look is
for an existing ticket.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from hotline.errors import Invalid, Refused
from hotline.tickets.states import FINAL, State
from hotline.words import N_

REOPEN_WITHIN = timedelta(days=30)
FOLLOWS = "is_merged"
FOLLOWS_WORDS = N_(
    "It follows another ticket and is handled with it: take it out of the merger first, or write "
    "it down on that ticket."
)
FOLLOWS_WORDS_FOR_CITIZEN = N_(
    "It is handled together with what others reported of the same event: call 12345 with what is "
    "new, and it is handled by itself again where needed."
)


class Way(StrEnum):
    """What is done with the existing ticket."""

    PROGRESS = "progress"
    SUPPLEMENT = "supplement"
    URGE = "urge"
    REOPEN = "reopen"


def ways(state: State, closed_at: datetime | None, now: datetime) -> list[Way]:
    """What may be done now; how far it is can always be told."""
    if state not in FINAL:
        return [Way.PROGRESS, Way.SUPPLEMENT, Way.URGE]
    if state is State.MERGED:
        return [Way.PROGRESS]
    return [Way.PROGRESS] if is_long_over(closed_at, now) else [Way.PROGRESS, Way.REOPEN]


def may_repeat(state: State, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a new ticket may be its repeat: it ended more than thirty days ago."""
    return state in FINAL and is_long_over(closed_at, now)


def is_long_over(closed_at: datetime | None, now: datetime) -> bool:
    """Whether it ended too long ago to be taken up again."""
    return closed_at is not None and now - closed_at > REOPEN_WITHIN


def check_way(way: Way, state: State, closed_at: datetime | None, now: datetime) -> None:
    """Nothing when the way is open. Raises Refused, saying which one is."""
    if way in ways(state, closed_at, now):
        return
    if state not in FINAL:
        raise Refused("still_open", "It is still open: add to it or urge it.", field="way")
    if state is State.MERGED:
        raise Refused(FOLLOWS, FOLLOWS_WORDS, field="way")
    if way is Way.REOPEN:
        raise Refused(
            "closed_too_long",
            "It ended more than thirty days ago; make a new ticket that is linked to it.",
            field="way",
        )
    raise Refused("is_over", "It has ended already: take it up again instead.", field="way")


def check_repeat(state: State, closed_at: datetime | None, now: datetime) -> None:
    """Nothing when a new ticket may be its repeat. Raises Invalid, saying what to do instead."""
    if state not in FINAL:
        raise Invalid("still_open", "It is still open: add to it or urge it.", field="repeat_of")
    if not may_repeat(state, closed_at, now):
        raise Invalid(
            "not_long_over",
            "It ended within thirty days: take it up again instead.",
            field="repeat_of",
        )
