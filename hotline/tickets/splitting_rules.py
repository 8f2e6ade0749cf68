"""Into how many parts a ticket may be split, and what becomes of it; pure.

Decided here: two to nine parts; a part is never split again; a ticket that others follow is
merged or split, never both. Whether it is far enough (`states`) and what a unit may read are
decided elsewhere.
"""

from dataclasses import dataclass

from hotline.errors import Invalid, Refused
from hotline.tickets import states
from hotline.tickets.kinds import RequestType, Urgency
from hotline.tickets.states import FINAL, State, Verb

FEWEST, MOST = 2, 9
NEVER_WITHDRAWN = frozenset({RequestType.REPORT})


@dataclass(frozen=True)
class Whole:
    """What counts of a ticket that is to be split."""

    state: State
    is_part: bool = False
    is_split: bool = False
    has_followers: bool = False


def check(whole: Whole, parts: int) -> None:
    """Nothing when it may be split into so many. Raises WrongState, Refused, Invalid."""
    if whole.is_split:
        raise Refused("split_already", "It was split already; see its parts.")
    states.move(whole.state, Verb.SPLIT)
    if whole.is_part:
        raise Refused(
            "is_part",
            "It is a part of another ticket itself: a part is not split again. Correct its text, "
            "or make a new ticket for what else it holds.",
        )
    if whole.has_followers:
        raise Refused(
            "has_followers",
            "Other tickets follow it: take them out of the merger first, then split it.",
        )
    if parts < FEWEST:
        raise Invalid(
            "too_few_parts",
            "A ticket is split into at least two parts; one matter is dispatched as it is.",
            field="parts",
        )
    if parts > MOST:
        raise Invalid(
            "too_many_parts",
            "A ticket is split into at most %(most)s parts: put what one unit handles together.",
            field="parts",
            values={"most": MOST},
        )


def may_be_withdrawn(state: State, request_type: RequestType | None, urgency: Urgency) -> bool:
    """Whether a part ends when its citizen takes the whole back."""
    is_allowed = Verb.WITHDRAW in states.possible(state)
    return is_allowed and request_type not in NEVER_WITHDRAWN and urgency is not Urgency.CRITICAL


def is_done(state: State, lead: State | None) -> bool:
    """Whether a part counts as done: it is over, and with it the ticket that it follows."""
    return state in FINAL and (state is not State.MERGED or lead is None or lead in FINAL)
