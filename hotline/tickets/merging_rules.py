"""Which ticket may follow which other about the same event; pure.

Decided here: only open, public tickets lead and follow; whoever follows is merged into nothing
else before it is taken out, so that no ring and no chain can come about; what a decision or a
standing clock still hangs on is settled first. Not here: who may merge, what a merger does.
"""

from dataclasses import dataclass

from hotline.errors import Invalid, Refused
from hotline.tickets import states
from hotline.tickets.states import FINAL, State, Verb


@dataclass(frozen=True)
class Side:
    """What counts of a ticket that is to follow or to lead; `follows` is its lead's number."""

    number: str
    state: State
    is_confidential: bool = False
    follows: str | None = None
    is_split: bool = False
    is_suspended: bool = False


def check(ticket: Side, lead: Side) -> None:
    """Nothing when `ticket` may follow `lead`. Raises WrongState, Refused, Invalid.

    Each refusal names what to do instead.
    """
    if ticket.number == lead.number:
        raise Invalid("bad_lead", "A ticket can't follow itself: name another one.", field="into")
    if ticket.is_confidential or lead.is_confidential:
        raise Invalid(
            "confidential",
            "Confidential tickets are never merged: handle each by itself.",
            field="into",
        )
    _check_follower(ticket, lead)
    _check_lead(lead, ticket)


def _check_follower(ticket: Side, lead: Side) -> None:
    if ticket.follows == lead.number:
        raise Refused(
            "follows_already",
            "It follows this ticket already: there is nothing more to do.",
            field="into",
        )
    if ticket.follows is not None:
        raise Refused(
            "follows_another",
            "It follows ticket %(lead)s; take it out of that merger first.",
            field="into",
            values={"lead": ticket.follows},
        )
    if ticket.state is State.RETURN_REQUESTED:
        raise Refused(
            "return_undecided",
            "Its unit asks to hand it back: decide on that first, then merge it.",
            field="into",
        )
    states.move(ticket.state, Verb.MERGE)
    if ticket.is_suspended:
        raise Refused(
            "is_suspended",
            "Its clock stands still: let it run on first, or let the others follow it.",
            field="into",
        )
    if ticket.is_split:
        raise Refused(
            "is_split", "It was split: merge the part that is about the event.", field="into"
        )


def _check_lead(lead: Side, ticket: Side) -> None:
    if lead.follows == ticket.number:
        raise Invalid(
            "in_a_ring",
            "Ticket %(lead)s follows this one: that would be a ring. Take it out of the merger "
            "first.",
            field="into",
            values={"lead": lead.number},
        )
    if lead.follows is not None:
        raise Invalid(
            "lead_follows",
            "Ticket %(number)s itself follows %(lead)s: merge into %(lead)s.",
            field="into",
            values={"number": lead.number, "lead": lead.follows},
        )
    if lead.state in FINAL:
        raise Invalid(
            "bad_lead",
            "Ticket %(lead)s is over: take it up again first, or handle this one by itself.",
            field="into",
            values={"lead": lead.number},
        )
    if lead.is_split:
        raise Invalid(
            "lead_is_split",
            "Ticket %(lead)s was split: merge into the part that is about the event.",
            field="into",
            values={"lead": lead.number},
        )
