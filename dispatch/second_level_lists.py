"""The lists of the second level: what lies with which sub-unit, which drafts wait for the head.

One SELECT for the rows and one for their tickets; paged by key, sorted by time left. The rows
are what the viewer's own units handed down, or what their own sub-unit was handed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, DateTime, func, literal_column, select, tuple_

from dispatch.models import Assignment
from dispatch.second_level_forms import InsideFilter, InsideTab
from dispatch.second_level_models import SubAssignment, SubmittedReply
from dispatch.second_level_parts import clock_of
from dispatch.second_level_queries import reach
from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import access as ticket_access
from hotline.tickets import cursors
from hotline.tickets.clocks import Lamp
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.view import TicketView

A_PAGE = 50
LATE = (Lamp.RED, Lamp.PURPLE)
NEVER = literal_column("'infinity'::timestamptz", DateTime(timezone=True))
DUE = func.coalesce(ClockRow.due_at, NEVER)
WHERE: Mapping[InsideTab, tuple[ColumnElement[bool], ...]] = {
    InsideTab.TO_SIGN: (SubAssignment.signed_at.is_(None), SubAssignment.replied_at.is_(None)),
    InsideTab.IN_PROGRESS: (
        SubAssignment.signed_at.is_not(None),
        SubAssignment.replied_at.is_(None),
    ),
    InsideTab.REPLIED: (SubAssignment.replied_at.is_not(None),),
}


@dataclass(frozen=True)
class Page:
    """Tickets in the order of their rows, and the cursor of the next page."""

    items: list[TicketView]
    next: str | None


@dataclass(frozen=True)
class Load:
    """What one sub-unit has now."""

    unit_id: int
    code: str
    name: str
    to_sign: int
    in_progress: int
    replied: int
    overdue: int


def handed_down(viewer: Viewer, wanted: InsideFilter) -> Page:
    """What lies below under a tab, the nearest deadline first; two statements."""
    asked = (
        select(SubAssignment.ticket_id, DUE, SubAssignment.id)
        .join(Unit, Unit.id == SubAssignment.sub_unit_id)
        .outerjoin(ClockRow, ClockRow.id == clock_of())
        .where(_is_theirs(viewer), *WHERE[wanted.tab])
        .order_by(DUE, SubAssignment.id)
        .limit(A_PAGE + 1)
    )
    if wanted.sub_unit:
        asked = asked.where(Unit.code == wanted.sub_unit)
    if wanted.overdue:
        asked = asked.where(ClockRow.lamp.in_(LATE))
    if wanted.cursor:
        due_at, sub_id = cursors.read("d", wanted.cursor)
        last = (NEVER if due_at is None else due_at, sub_id)
        asked = asked.where(tuple_(DUE, SubAssignment.id) > tuple_(*last))
    return _page(viewer, db.session.execute(asked).all(), "d")


def to_approve(viewer: Viewer, wanted: InsideFilter) -> Page:
    """Replies that wait for the head of the viewer's units, the oldest first; two statements."""
    asked = (
        select(SubmittedReply.ticket_id, SubmittedReply.id)
        .join(Assignment, Assignment.id == SubmittedReply.assignment_id)
        .where(Assignment.unit_id.in_(viewer.unit_ids), SubmittedReply.decided_at.is_(None))
        .order_by(SubmittedReply.id)
        .limit(A_PAGE + 1)
    )
    if wanted.cursor:
        (last,) = cursors.read("n", wanted.cursor)
        asked = asked.where(SubmittedReply.id > last)
    return _page(viewer, db.session.execute(asked).all(), "n")


def loads(viewer: Viewer) -> list[Load]:
    """Each sub-unit within the viewer's reach with what it has, by code; one statement."""
    is_signed, is_replied = SubAssignment.signed_at.is_not(None), SubAssignment.replied_at
    is_working = is_replied.is_(None)
    late = ClockRow.lamp.in_(LATE) & is_working
    found = db.session.execute(
        select(
            Unit.id,
            Unit.code,
            Unit.name,
            func.count(SubAssignment.id).filter(~is_signed, is_working),
            func.count(SubAssignment.id).filter(is_signed, is_working),
            func.count(SubAssignment.id).filter(is_replied.is_not(None)),
            func.count(SubAssignment.id).filter(late),
        )
        .outerjoin(
            SubAssignment,
            (SubAssignment.sub_unit_id == Unit.id) & SubAssignment.ended_at.is_(None),
        )
        .outerjoin(ClockRow, ClockRow.id == clock_of())
        .where(
            Unit.id.in_(reach(viewer.unit_ids)),
            Unit.is_sub_unit,
            Unit.closed_at.is_(None) | SubAssignment.id.is_not(None),
        )
        .group_by(Unit.id)
        .order_by(Unit.code)
    )
    return [Load(*row) for row in found]


def _is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    theirs = SubAssignment.sub_unit_id.in_(reach(viewer.unit_ids))
    return theirs & SubAssignment.ended_at.is_(None)


def _page(viewer: Viewer, rows: Sequence[Any], order: str) -> Page:
    shown = [row[0] for row in rows[:A_PAGE]]
    found = ticket_access.see_many(viewer, ticket_access.whole().where(Ticket.id.in_(shown)))
    by_id = {one.id: one for one in found}
    items = [by_id[ticket_id] for ticket_id in shown if ticket_id in by_id]
    if len(rows) <= A_PAGE:
        return Page(items, None)
    return Page(items, cursors.write(order, tuple(rows[A_PAGE - 1][1:])))
