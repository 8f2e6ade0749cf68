"""Reading what lies below a unit: its sub-units, what they have, what waits before its head."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from dispatch.models import Assignment
from dispatch.second_level_models import SubAssignment, SubmittedReply
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Membership, Staff, Unit
from hotline.people.queries import in_force


def active(assignment_id: int) -> SubAssignment | None:
    """What the unit of this assignment has handed down, with the sub-unit."""
    return db.session.scalars(
        select(SubAssignment)
        .join(Unit, Unit.id == SubAssignment.sub_unit_id)
        .options(contains_eager(SubAssignment.sub_unit))
        .where(SubAssignment.assignment_id == assignment_id, SubAssignment.ended_at.is_(None))
    ).one_or_none()


def active_of(ticket_id: int, unit_ids: Collection[int]) -> SubAssignment | None:
    """What one of these sub-units has of the ticket, with its unit's assignment."""
    return db.session.scalars(
        select(SubAssignment)
        .join(Unit, Unit.id == SubAssignment.sub_unit_id)
        .join(Assignment, Assignment.id == SubAssignment.assignment_id)
        .options(contains_eager(SubAssignment.sub_unit), contains_eager(SubAssignment.assignment))
        .where(
            SubAssignment.ticket_id == ticket_id,
            SubAssignment.sub_unit_id.in_(unit_ids),
            SubAssignment.ended_at.is_(None),
        )
        .order_by(SubAssignment.id)
        .limit(1)
    ).one_or_none()


def has_dispatcher(unit_id: int, now: datetime) -> bool:
    """Whether somebody distributes work in the unit right now as its second-level dispatcher."""
    found = (
        select(Membership.id)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(
            Membership.unit_id == unit_id,
            Membership.role == Role.UNIT_DISPATCHER,
            Staff.is_active,
            in_force(now),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None


def submitted(assignment_id: int) -> SubmittedReply | None:
    """The reply that waits for the head of the unit."""
    return db.session.scalars(
        select(SubmittedReply).where(
            SubmittedReply.assignment_id == assignment_id, SubmittedReply.decided_at.is_(None)
        )
    ).one_or_none()
