"""Reading what lies below a unit: its sub-units, what they have, what waits before its head."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from dispatch.models import Assignment
from dispatch.second_level_models import SubAssignment, SubmittedReply
from dispatch.second_level_rules import SubStage
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Membership, Staff, Unit
from hotline.people.queries import in_force

HANDED_DOWN, TO_APPROVE = "handed_down", "to_approve"
"""The stage counter's extra keys of a unit: what lies below it, what waits for its head."""


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


def sub_units(unit_ids: Collection[int]) -> Sequence[Unit]:
    """The sub-units of these units in operation, by code."""
    asked = select(Unit).where(
        Unit.is_sub_unit, Unit.parent_id.in_(unit_ids), Unit.closed_at.is_(None)
    )
    return db.session.scalars(asked.order_by(Unit.code)).all()


def stands_in_until(staff_id: int, unit_id: int, now: datetime) -> datetime | None:
    """Until when somebody is the head of a unit only for a time; None in their own right."""
    found = db.session.scalars(
        select(Membership.until).where(
            Membership.staff_id == staff_id,
            Membership.unit_id == unit_id,
            Membership.role == Role.UNIT_HEAD,
            in_force(now),
        )
    ).all()
    ends = [one for one in found if one is not None]
    return max(ends) if ends and len(ends) == len(found) else None


def reach(unit_ids: Collection[int]) -> Select[int]:
    """These units and their sub-units."""
    own, below = Unit.id.in_(unit_ids), Unit.parent_id.in_(unit_ids)
    return select(Unit.id).where(or_(own, Unit.is_sub_unit & below))


def true_stages() -> dict[str, int]:
    """What each sub-unit has to sign, to handle, and replied to, counted."""
    stage = case(
        (SubAssignment.replied_at.is_not(None), SubStage.REPLIED.value),
        (SubAssignment.signed_at.is_(None), SubStage.TO_SIGN.value),
        else_=SubStage.IN_PROGRESS.value,
    )
    found = db.session.execute(
        select(Unit.code, stage, func.count())
        .join(SubAssignment, SubAssignment.sub_unit_id == Unit.id)
        .where(SubAssignment.ended_at.is_(None))
        .group_by(Unit.code, stage)
    )
    parent = aliased(Unit)
    below = db.session.execute(
        select(parent.code, func.count())
        .select_from(SubAssignment)
        .join(Unit, Unit.id == SubAssignment.sub_unit_id)
        .join(parent, parent.id == Unit.parent_id)
        .where(SubAssignment.ended_at.is_(None))
        .group_by(parent.code)
    )
    drafts = db.session.execute(
        select(Unit.code, func.count())
        .select_from(SubmittedReply)
        .join(Assignment, Assignment.id == SubmittedReply.assignment_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(SubmittedReply.decided_at.is_(None))
        .group_by(Unit.code)
    )
    return (
        {f"{code}/{name}": count for code, name, count in found}
        | {f"{code}/{HANDED_DOWN}": count for code, count in below}
        | {f"{code}/{TO_APPROVE}": count for code, count in drafts}
    )
