"""One operation on many tickets, each for itself: what one of them refuses keeps no other back.

Decided here: that all rows are locked first, in id order, that each ticket has its own savepoint,
and how the outcome is told. Not here: which operation, and the one commit (`acting`, `http`).
A ticket the viewer may not see is told as one that does not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext
from sqlalchemy import select

from hotline.access import Viewer
from hotline.errors import Invalid, Refused, Unauthenticated
from hotline.extensions import db
from hotline.fields import said as sentence_of
from hotline.tickets.access import visible
from hotline.tickets.models import Ticket

MOST = 200
NAMED = 10
LONGEST_NUMBER = 20


@dataclass
class Outcome:
    """How many were done, and who refused: reason in the viewer's words → numbers."""

    done: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many were not done."""
        return sum(len(numbers) for numbers in self.refused.values())


def picked(numbers: Sequence[str]) -> list[str]:
    """The ticked numbers, each once. Raises Invalid for none and for too many."""
    wanted = list(dict.fromkeys(one.strip()[:LONGEST_NUMBER] for one in numbers if one.strip()))
    if not wanted:
        raise Invalid("nothing_picked", "Tick at least one ticket first.", field="numbers")
    if len(wanted) > MOST:
        raise Invalid(
            "too_many_picked",
            "At most %(most)s tickets at once.",
            field="numbers",
            values={"most": MOST},
        )
    return wanted


def carry_out(
    viewer: Viewer, numbers: Sequence[str], operation: Callable[[Ticket], object]
) -> Outcome:
    """Do it to each ticket that the viewer may see, in a savepoint of its own."""
    outcome, found = Outcome(), _locked(viewer, numbers)
    for ticket in found.values():
        try:
            with db.session.begin_nested():
                operation(ticket)
        except Unauthenticated:
            raise
        except Refused as error:
            outcome.refused.setdefault(sentence_of(error), []).append(ticket.number)
        else:
            outcome.done += 1
    if unknown := [number for number in numbers if number not in found]:
        outcome.refused[gettext("There is no such ticket.")] = unknown
    return outcome


def told(outcome: Outcome) -> str:
    """The outcome as one sentence: how many, and who not for which reason."""
    if not outcome.left:
        return str(
            ngettext("%(n)s ticket done.", "%(n)s tickets done.", outcome.done, n=outcome.done)
        )
    why = gettext("; ").join(_reason(*one) for one in outcome.refused.items())
    return str(
        gettext("%(n)s done; %(left)s not: %(why)s", n=outcome.done, left=outcome.left, why=why)
    )


def _reason(reason: str, numbers: list[str]) -> str:
    named = gettext(", ").join(numbers[:NAMED])
    if len(numbers) > NAMED:
        named = gettext("%(named)s and %(more)s more", named=named, more=len(numbers) - NAMED)
    return f"{named} – {reason}"


def _locked(viewer: Viewer, numbers: Sequence[str]) -> dict[str, Ticket]:
    """The tickets among these that the viewer may see, locked in id order."""
    wanted = (
        select(Ticket)
        .where(Ticket.number.in_(numbers), visible(viewer))
        .order_by(Ticket.id)
        .with_for_update(key_share=True, of=Ticket)
        .execution_options(populate_existing=True)
    )
    return {ticket.number: ticket for ticket in db.session.scalars(wanted)}
