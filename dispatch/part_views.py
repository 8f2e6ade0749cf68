"""What dispatch's sections of a ticket hold, as pages and the API show it.

Decided here: in which order assignments stand, and what an assisting unit's stage is called on
the wire. Not here: how they are read (`parts`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dispatch.rules import ContactResult, Outcome, ReturnReason, Stage
from hotline.tickets.clocks import Lamp, Pace
from hotline.tickets.kinds import Completion, Role
from hotline.tickets.states import State

STATES = {
    Stage.TO_SIGN: State.PENDING_SIGNATURE,
    Stage.IN_PROGRESS: State.IN_PROGRESS,
    Stage.RETURN_ASKED: State.RETURN_REQUESTED,
    Stage.IN_REVIEW: State.IN_REVIEW,
}
"""How an assisting unit's stage is called on the wire; a lead's is the ticket's own state."""


@dataclass(frozen=True)
class ReplyView:
    """A reply, and what the review said."""

    id: int
    completion: Completion
    text: str
    basis: str
    contacted_at: datetime | None
    contact_result: ContactResult | None
    promised_on: date | None
    replied_at: datetime
    reviewed_at: datetime | None
    is_accepted: bool | None
    review_reason: str | None


@dataclass(frozen=True)
class AssignmentView:
    """A ticket given to a unit; `due_at` and `lamp` are those of the unit's own clock.

    `is_own_work`: the viewer dispatched it or wrote its last reply, so somebody else decides;
    `is_for_head`: so does the hotline's head, for the unit runs the hotline. `text` is what an
    assisting unit replied; an ended one has no `stage`.
    """

    id: int
    unit: str
    unit_name: str
    unit_id: int
    role: Role
    round: int
    state: State | Outcome
    dispatched_at: datetime
    signed_at: datetime | None
    contacted_at: datetime | None
    ended_at: datetime | None
    limit_working_days: int
    limit_hours: int | None
    due_at: datetime | None
    lamp: Lamp | None
    pace: Pace | None
    is_provisional: bool
    is_running: bool
    handler_staff_id: int | None
    sent_back: int
    is_own_work: bool
    stage: Stage | None
    is_for_head: bool
    replied_at: datetime | None
    text: str | None
    replies: tuple[ReplyView, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the unit still has it."""
        return self.ended_at is None

    @property
    def is_assisting(self) -> bool:
        """Whether the unit assists the lead."""
        return self.role is Role.ASSIST


@dataclass(frozen=True)
class ReturnView:
    """A request to hand the ticket back, and what was decided."""

    id: int
    assignment_id: int
    unit: str
    unit_name: str
    reason: ReturnReason
    basis: str
    role: Role
    is_late: bool
    asked_at: datetime
    decided_at: datetime | None
    is_upheld: bool | None
    note: str | None
    is_own_work: bool


@dataclass(frozen=True)
class PromiseView:
    """What a unit promised, and for when."""

    unit: str
    unit_name: str
    promised_on: date
    is_open: bool
    asked_again_at: datetime | None


def in_order(found: Iterable[AssignmentView]) -> list[AssignmentView]:
    """The newest lead first, each lead followed by those that assist or assisted it."""
    lead, keys = 0, {}
    every = sorted(found, key=lambda one: one.id)
    for one in every:
        lead = lead if one.is_assisting else one.id
        keys[one.id] = (-lead, one.is_assisting, one.id)
    return sorted(every, key=lambda one: keys[one.id])
