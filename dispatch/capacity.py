"""In which capacity a viewer acts on a ticket: for the lead, an assisting unit, or a sub-unit.

Decided here: one answer for every verb of a unit, on pages and by the API, so that `…/sign`,
`…/reply` and the others mean the viewer's own part. Whoever belongs to several acts for the
lead first, then for an assisting unit, then for a sub-unit. Not here: what the part may do.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from dispatch import queries, second_level_queries
from dispatch.models import Assignment
from dispatch.second_level_models import SubAssignment
from hotline.access import Viewer
from hotline.errors import Forbidden, Invalid
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import states
from hotline.tickets.kinds import Role
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb


class Capacity(StrEnum):
    """For whom somebody acts."""

    LEAD = "lead"
    ASSIST = "assist"
    SUB = "sub"


@dataclass(frozen=True)
class Hand:
    """What is in the viewer's hand: an assignment; for a sub-unit what it was handed of it."""

    capacity: Capacity
    assignment: Assignment
    sub: SubAssignment | None = None

    @property
    def is_assisting(self) -> bool:
        """Whether it is an assisting unit's own part."""
        return self.capacity is Capacity.ASSIST


def of(ticket: Ticket, verb: Verb, viewer: Viewer | None) -> Hand:
    """The viewer's own part in the ticket.

    Raises WrongState for the lead where the state doesn't allow the verb; Forbidden
    (`not_your_unit`), Invalid (`never_dispatched`) for those who have no part.
    """
    lead = queries.active(ticket.id)
    unit_ids = viewer.unit_ids if viewer else frozenset()
    if lead is not None and lead.unit_id in unit_ids:
        states.move(ticket.state, verb)
        return Hand(Capacity.LEAD, lead)
    found = _assisting(ticket, unit_ids) or _below(ticket, unit_ids)
    if found is not None:
        return found
    states.move(ticket.state, verb)
    if lead is None:
        raise Invalid("never_dispatched", "No unit has handled it; dispatch it first.")
    raise Forbidden(
        "not_your_unit", "Another unit handles this ticket: only that unit can take this step."
    )


def _assisting(ticket: Ticket, unit_ids: frozenset[int]) -> Hand | None:
    found = db.session.scalars(
        select(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .options(contains_eager(Assignment.unit))
        .where(
            Assignment.ticket_id == ticket.id,
            Assignment.unit_id.in_(unit_ids),
            Assignment.role == Role.ASSIST,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.id)
        .limit(1)
    ).one_or_none()
    return Hand(Capacity.ASSIST, found) if found else None


def _below(ticket: Ticket, unit_ids: frozenset[int]) -> Hand | None:
    found = second_level_queries.active_of(ticket.id, unit_ids)
    return Hand(Capacity.SUB, found.assignment, found) if found else None
