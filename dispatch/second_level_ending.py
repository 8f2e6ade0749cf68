"""What a unit had handed down, and put before its head, ends with the unit's own part.

Decided here: with the unit's reply, return, redo or end its sub-unit's clocks stop; a sub-unit
that had replied goes on seeing the ticket, as its unit does, the others no longer. While a
return of the unit is decided, the sub-unit's clocks stand still.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select

from dispatch.models import Assignment
from dispatch.second_level_models import SubAssignment, SubmittedReply
from dispatch.second_level_queries import HANDED_DOWN, TO_APPROVE
from dispatch.second_level_rules import SubOutcome
from hotline import counters
from hotline.extensions import beside, db
from hotline.people.models import Unit
from hotline.tickets import timing
from hotline.tickets.clocks import Clock
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.operations import release
from hotline.tickets.rulebook import Rulebook

CLOCKS = (Clock.SIGN, Clock.HANDLE)
STAGE = "assignments.stage"
"""The counter of what each unit has where; sub-units stand in it by their own code."""


def end_below(assignment: Assignment, *, at: datetime) -> None:
    """The unit's part is over or answered: so is all that lies below it."""
    if not _has_below(assignment.id):
        return
    lapse(assignment, at=at)
    for sub in _open(assignment.id):
        end(sub, SubOutcome.REPLIED if sub.replied_at else SubOutcome.ENDED, at=at)


def end(sub: SubAssignment, outcome: SubOutcome, *, at: datetime, seq: int | None = None) -> None:
    """The sub-unit is through with it; unless it had replied, it sees the ticket no longer."""
    ticket = db.session.get_one(Ticket, sub.ticket_id)
    count(sub, -1)
    timing.stop(ticket, CLOCKS, at=at, unit_id=sub.sub_unit_id)
    if outcome is not SubOutcome.REPLIED:
        release(ticket, at=at, unit_id=sub.sub_unit_id)
    sub.ended_at, sub.outcome, sub.end_seq = at, outcome, seq
    db.session.flush()


def count(sub: SubAssignment, step: int) -> None:
    """Count it where it is for the sub-unit, and for its unit, or no longer."""
    unit = db.session.get_one(Unit, sub.sub_unit_id)
    keys = [f"{unit.code}/{sub.stage.value}"]
    if unit.parent_id is not None:
        keys.append(f"{db.session.get_one(Unit, unit.parent_id).code}/{HANDED_DOWN}")
    counters.add([(STAGE, key, step) for key in keys])


def count_draft(assignment: Assignment, step: int) -> None:
    """Count a draft that waits for the head of the unit, or no longer."""
    code = db.session.get_one(Unit, assignment.unit_id).code
    counters.add([(STAGE, f"{code}/{TO_APPROVE}", step)])


def lapse(assignment: Assignment, *, at: datetime) -> None:
    """Nobody decides any more on a reply that was put before the head."""
    waiting = db.session.scalars(
        select(SubmittedReply).where(
            SubmittedReply.assignment_id == assignment.id, SubmittedReply.decided_at.is_(None)
        )
    ).all()
    for one in waiting:
        one.decided_at, one.decided_by = at, "system"
        count_draft(assignment, -1)
    db.session.flush()


def stand_still(ticket: Ticket, assignment: Assignment, *, at: datetime) -> None:
    """A return of the unit is to be decided: the sub-unit's clocks stand still."""
    timing.pause(ticket, [row for row in _clocks(assignment) if row.paused_at is None], at=at)


def go_on(ticket: Ticket, assignment: Assignment, *, at: datetime, book: Rulebook) -> None:
    """The return was refused: they run on with what was left."""
    for row in _clocks(assignment):
        timing.resume(ticket, row, at=at, book=book)


def _clocks(assignment: Assignment) -> Sequence[ClockRow]:
    below = select(SubAssignment.sub_unit_id).where(
        SubAssignment.assignment_id == assignment.id, SubAssignment.ended_at.is_(None)
    )
    return db.session.scalars(
        select(ClockRow).where(
            ClockRow.ticket_id == assignment.ticket_id,
            ClockRow.unit_id.in_(below),
            ClockRow.stopped_at.is_(None),
        )
    ).all()


def _has_below(assignment_id: int) -> bool:
    """Whether anything was handed down or lies before the head; mostly nothing is."""
    below = exists().where(
        SubAssignment.assignment_id == assignment_id, SubAssignment.ended_at.is_(None)
    )
    drafts = exists().where(
        SubmittedReply.assignment_id == assignment_id, SubmittedReply.decided_at.is_(None)
    )
    with beside(SubAssignment, SubmittedReply):
        return bool(db.session.scalar(select(or_(below, drafts))))


def _open(assignment_id: int) -> Sequence[SubAssignment]:
    return db.session.scalars(
        select(SubAssignment).where(
            SubAssignment.assignment_id == assignment_id, SubAssignment.ended_at.is_(None)
        )
    ).all()
