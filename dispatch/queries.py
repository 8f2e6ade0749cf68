"""Reading the catalogue, the assignments and what hangs on them; one SELECT a function."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager

from dispatch import second_level_queries
from dispatch.models import Assignment, CatalogueRow, Return, ServiceArea
from dispatch.routing import Area, Entry
from dispatch.rules import Stage
from hotline import counters
from hotline.counters import Truth
from hotline.extensions import db
from hotline.people import queries as people
from hotline.people.models import Membership, Staff, Unit
from hotline.tickets.kinds import Role
from hotline.tickets.models import Category

OPEN = "assignments.open"
STAGE = "assignments.stage"
REDO = "redo"
"""The stage counter's extra key for open assignments of a second or later round."""
SENT_BACK = "sent_back"
"""Its extra key for those in progress whose reply was sent back."""
UNDECIDED = "requests.open"
"""The counter of what waits beside the ticket's state for the hotline's decision, by kind."""
RETURN_BESIDE = "return"
"""Its key for an assisting unit's return."""


@dataclass(frozen=True)
class Sent:
    """A return that was upheld: who sent the ticket back, and why."""

    ticket_id: int
    unit_code: str
    unit_name: str
    reason: str


@dataclass(frozen=True)
class Colleague:
    """Somebody of a unit, with the unit."""

    staff_id: int
    name: str
    unit_id: int
    unit_code: str
    unit_name: str
    is_sub_unit: bool = False


def colleagues(unit_ids: Collection[int], now: datetime) -> list[Colleague]:
    """Who belongs to these units at this moment, by unit and name, each once a unit."""
    found = db.session.execute(
        select(Staff.id, Staff.name, Unit.id, Unit.code, Unit.name, Unit.is_sub_unit)
        .join(Membership, Membership.staff_id == Staff.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Unit.id.in_(unit_ids), Staff.is_active, people.in_force(now))
        .distinct()
        .order_by(Unit.code, Staff.name, Staff.id)
    )
    return [Colleague(*row) for row in found]


def active(ticket_id: int) -> Assignment | None:
    """The ticket's open lead assignment with its unit."""
    return db.session.scalars(
        select(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .options(contains_eager(Assignment.unit))
        .where(
            Assignment.ticket_id == ticket_id,
            Assignment.ended_at.is_(None),
            Assignment.role == Role.LEAD,
        )
    ).one_or_none()


def latest(ticket_id: int) -> Assignment | None:
    """The ticket's last lead assignment with its unit, open or not."""
    return db.session.scalars(
        select(Assignment)
        .join(Unit, Unit.id == Assignment.unit_id)
        .options(contains_eager(Assignment.unit))
        .where(Assignment.ticket_id == ticket_id, Assignment.role == Role.LEAD)
        .order_by(Assignment.id.desc())
        .limit(1)
    ).one_or_none()


def entries(categories: Collection[str]) -> dict[str, Entry]:
    """Category → its row of the dispatch catalogue."""
    rows = db.session.scalars(
        select(CatalogueRow).where(CatalogueRow.category_code.in_(categories))
    )
    return {
        row.category_code: Entry(row.category_code, row.route, row.unit_code, tuple(row.assist))
        for row in rows
    }


def keywords() -> dict[str, str]:
    """Category → the words, joined by |, that speak for it; leaves of the catalogue only."""
    found = db.session.execute(
        select(Category.code, Category.keywords)
        .join(CatalogueRow, CatalogueRow.category_code == Category.code)
        .order_by(Category.position, Category.code)
    )
    return {code: words for code, words in found}


def areas() -> list[Area]:
    """Who supplies which place."""
    return [
        Area(
            row.place,
            row.district_code,
            {
                kind: supplier
                for kind, supplier in (
                    ("water", row.water),
                    ("heating", row.heating),
                    ("gas", row.gas),
                )
                if supplier
            },
        )
        for row in db.session.scalars(select(ServiceArea))
    ]


def unit_names() -> dict[str, str]:
    """Code → name of every unit in operation."""
    found = db.session.execute(select(Unit.code, Unit.name).where(Unit.closed_at.is_(None)))
    return {code: name for code, name in found}


def upheld_returns(ticket_ids: Collection[int]) -> Sequence[Sent]:
    """The upheld returns of units that had the lead of these tickets, oldest first."""
    found = db.session.execute(
        select(Return.ticket_id, Unit.code, Unit.name, Return.reason)
        .join(Unit, Unit.id == Return.unit_id)
        .join(Assignment, Assignment.id == Return.assignment_id)
        .where(
            Return.ticket_id.in_(ticket_ids),
            Return.is_upheld.is_(True),
            Assignment.role == Role.LEAD,
        )
        .order_by(Return.id)
    )
    return [Sent(ticket, code, name, reason.value) for ticket, code, name, reason in found]


def stage_counts(codes: Collection[str]) -> dict[str, int]:
    """Stage → open assignments of these units together, from the counter."""
    summed: dict[str, int] = {}
    for key, count in counters.read(STAGE).items():
        code, _, stage = key.partition("/")
        if code in codes:
            summed[stage] = summed.get(stage, 0) + count
    return summed


def true_open() -> Mapping[str, int]:
    """Open assignments a unit, counted."""
    found = db.session.execute(
        select(Unit.code, func.count())
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(Assignment.ended_at.is_(None))
        .group_by(Unit.code)
    )
    return {code: count for code, count in found}


def true_stages() -> Mapping[str, int]:
    """Open assignments a unit and stage, and those of a later round, counted."""
    stage = case(
        (Assignment.return_asked_at.is_not(None), Stage.RETURN_ASKED.value),
        (Assignment.replied_at.is_not(None), Stage.IN_REVIEW.value),
        (Assignment.signed_at.is_(None), Stage.TO_SIGN.value),
        else_=Stage.IN_PROGRESS.value,
    )
    is_open = Assignment.ended_at.is_(None)
    of_unit = select(Unit.code, stage, func.count()).join(Assignment, Assignment.unit_id == Unit.id)
    found = db.session.execute(of_unit.where(is_open).group_by(Unit.code, stage)).all()
    beside = db.session.execute(
        select(
            Unit.code,
            func.count().filter(Assignment.round > 1),
            func.count().filter(Assignment.sent_back > 0, stage == Stage.IN_PROGRESS.value),
        )
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(is_open)
        .group_by(Unit.code)
    ).all()
    return (
        {f"{code}/{name}": count for code, name, count in found}
        | {f"{code}/{REDO}": count for code, count, _ in beside}
        | {f"{code}/{SENT_BACK}": count for code, _, count in beside}
        | second_level_queries.true_stages()
    )


TRUTHS: dict[str, Truth] = {OPEN: true_open, STAGE: true_stages}
