"""How every running clock stands: lamps by unit and at the hotline's desk, and what turns today.

Decided here: nothing open is counted; each number is read from an index of the clocks that are
no longer green, and no further than is shown. Whole tickets' ages and green clocks are not
counted at all: how many a unit has open says the counter of assignments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, String, column, func, literal, select, tuple_, values
from sqlalchemy.orm import aliased

from dispatch.queries import OPEN
from hotline import counters
from hotline.access import Viewer
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import access as ticket_access
from hotline.tickets import clocks
from hotline.tickets.clocks import Clock, Due, Lamp
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.view import TicketView
from hotline.worktime import Remaining
from supervision import cursors
from supervision.forms import SupervisionFilter
from supervision.lists import A_PAGE, Page, unit_id_of

MOST: Final = 1000
"""A lamp's number is counted so far; more is shown as that many and a plus."""

SHOWN: Final = (Lamp.PURPLE, Lamp.RED, Lamp.YELLOW)
DESK: Final = "hotline"
DESK_CLOCKS: Final = (
    Clock.SORT,
    Clock.DISPATCH,
    Clock.DECISION,
    Clock.EXTENSION,
    Clock.SUSPENSION,
    Clock.REVIEW,
    Clock.CALLBACK,
    Clock.ACCEPTANCE,
)
Own = aliased(Unit, name="own_unit")


@dataclass(frozen=True)
class UnitLamps:
    """A unit's clocks by lamp, and how many tickets it has open."""

    code: str
    name: str
    open: int
    lamps: Mapping[str, int]

    @property
    def is_quiet(self) -> bool:
        """Whether none of its lamps is lit."""
        return not any(self.lamps.values())


@dataclass(frozen=True)
class DeskLamps:
    """One of the hotline's own clocks by lamp."""

    clock: Clock
    lamps: Mapping[str, int]


@dataclass(frozen=True)
class ClockLine:
    """A running clock with its ticket, what is left, and what it turns to next."""

    ticket: TicketView
    clock: Clock
    unit_name: str | None
    due_at: datetime
    lamp: Lamp
    left: Remaining | timedelta
    turns_at: datetime | None
    turns_to: Lamp | None
    is_paused: bool


def by_unit() -> list[UnitLamps]:
    """Units with something lit first, by code; two statements."""
    lamp = values(column("lamp", String), name="lamps").data([(one.value,) for one in SHOWN])
    lit = _counted(ClockRow.unit_id == Unit.id, lamp.c.lamp)
    rows = db.session.execute(
        select(Unit.code, Unit.name, lamp.c.lamp, lit)
        .join(lamp, literal(value=True))
        .where(Unit.closed_at.is_(None))
        .order_by(Unit.code)
    )
    held, found = counters.read(OPEN), dict[str, dict[str, int]]()
    names: dict[str, str] = {}
    for code, name, shown, count in rows:
        names[code] = name
        found.setdefault(code, {})[shown] = count
    units = [UnitLamps(one, names[one], held.get(one, 0), lit) for one, lit in found.items()]
    return sorted((one for one in units if one.open or not one.is_quiet), key=lambda u: u.is_quiet)


def of_desk() -> list[DeskLamps]:
    """The hotline's own clocks; one statement."""
    kinds = [(kind.value, lamp.value) for kind in DESK_CLOCKS for lamp in SHOWN]
    cell = values(column("kind", String), column("lamp", String), name="cells").data(kinds)
    is_own = ClockRow.unit_id.is_(None) & (ClockRow.kind == cell.c.kind)
    rows = db.session.execute(
        select(cell.c.kind, cell.c.lamp, _counted(is_own, cell.c.lamp)).order_by(cell.c.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for kind, lamp, count in rows:
        found.setdefault(kind, {})[lamp] = count
    return [DeskLamps(kind, found[kind]) for kind in DESK_CLOCKS]


def lit(viewer: Viewer, wanted: SupervisionFilter, now: datetime, book: Rulebook) -> Page:
    """The running clocks of a unit or of the desk under a lamp, by deadline. Raises MadeUp."""
    where: list[ColumnElement[bool]] = [ClockRow.lamp == (wanted.lamp or Lamp.RED)]
    if wanted.unit and wanted.unit != DESK:
        where.append(ClockRow.unit_id == unit_id_of(wanted.unit))
    else:
        where.append(ClockRow.unit_id.is_(None))
        where.append(ClockRow.kind.in_([wanted.clock] if wanted.clock else DESK_CLOCKS))
    return _page(viewer, ClockRow.due_at, where, wanted.cursor, (now, book))


def turning(viewer: Viewer, cursor: str | None, now: datetime, book: Rulebook) -> Page:
    """What turns to another lamp before the end of the day, the next one first. Raises MadeUp."""
    today = now.astimezone(book.calendar.zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), book.calendar.zone)
    where = [ClockRow.next_change_at < midnight, ClockRow.paused_at.is_(None)]
    return _page(viewer, ClockRow.next_change_at, where, cursor, (now, book))


def _counted(where: ColumnElement[bool], lamp: Any) -> ColumnElement[int]:
    few = (
        select(ClockRow.id)
        .where(where, ClockRow.lamp == lamp, ClockRow.stopped_at.is_(None))
        .limit(MOST)
        .correlate_except(ClockRow)
        .subquery()
    )
    return select(func.count()).select_from(few).scalar_subquery()


def _page(
    viewer: Viewer,
    key: Any,
    where: Sequence[ColumnElement[bool]],
    cursor: str | None,
    moment: tuple[datetime, Rulebook],
) -> Page:
    found = (
        ticket_access.whole()
        .join(ClockRow, ClockRow.ticket_id == Ticket.id)
        .outerjoin(Own, Own.id == ClockRow.unit_id)
        .add_columns(ClockRow, Own.name)
        .where(ticket_access.visible(viewer), ClockRow.stopped_at.is_(None), *where)
    )
    if cursor:
        found = found.where(tuple_(key, ClockRow.id) > tuple_(*cursors.read(cursor)))
    rows = db.session.execute(found.order_by(key, ClockRow.id).limit(A_PAGE + 1)).all()
    items = [_line(row, viewer, *moment) for row in rows[:A_PAGE]]
    if len(rows) <= A_PAGE:
        return Page(items, None)
    last = rows[A_PAGE - 1][-2]
    return Page(items, cursors.write(getattr(last, key.key), last.id))


def _line(row: Any, viewer: Viewer, now: datetime, book: Rulebook) -> ClockLine:
    clock, unit_name = row[-2], row[-1]
    due, turns_at = Due(clock.due_at, clock.is_provisional, clock.pace), clock.next_change_at
    turns_to, calendar = None, book.calendar_of(clock.unit_id)
    if turns_at is not None:
        turns_to = clocks.lamp(due, clock.started_at, turns_at, calendar, book.clocks)
    return ClockLine(
        ticket=ticket_access.view_of(cast("Any", row[:-2]), viewer),
        clock=clock.kind,
        unit_name=unit_name,
        due_at=clock.due_at,
        lamp=clock.lamp,
        left=clocks.remaining(due, now, calendar),
        turns_at=turns_at,
        turns_to=turns_to,
        is_paused=clock.paused_at is not None,
    )
