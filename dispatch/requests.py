"""What extensions and suspensions have in common: a request that the hotline decides on.

Decided here: that a request keeps the limit from showing red until somebody has looked at it,
that it falls away when the matter goes on without it, and that nobody decides on what they or
their own unit asked for. Not here: when it may be asked (`time_rules`), what a grant does
(`extending`, `suspending`).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, or_, select

from dispatch import queries
from dispatch.models import Assignment
from dispatch.reviewing import refuse_own_work
from dispatch.time_models import Extension, Suspension
from hotline import counters
from hotline.access import Role, Viewer
from hotline.errors import Forbidden, NotFound, Refused
from hotline.extensions import db
from hotline.tickets import clocks, states, timing
from hotline.tickets.clocks import Clock
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Verb

Request = Extension | Suspension
R = TypeVar("R", Extension, Suspension)
OPEN = queries.UNDECIDED
SYSTEM = "system"
LARGEST_KEY = 2**63 - 1


class Kind(StrEnum):
    """What is asked for; the words of counter keys, tabs and clocks."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"


CLOCKS = {Kind.EXTENSION: Clock.EXTENSION, Kind.SUSPENSION: Clock.SUSPENSION}
MODELS: dict[Kind, type[Request]] = {Kind.EXTENSION: Extension, Kind.SUSPENSION: Suspension}


def handling(ticket: Ticket, assignment: Assignment) -> ClockRow:
    """The running handle clock of the unit. Raises Refused when none runs."""
    found = timing.running(ticket.id, Clock.HANDLE, assignment.unit_id)
    if found is None:
        raise Refused("no_limit", "No limit runs on this ticket, so there is none to move.")
    return found


def begin(ticket: Ticket, asked: Request, row: ClockRow, *, now: datetime, book: Rulebook) -> None:
    """The hotline's decision clock starts; the unit's limit shows no red meanwhile.

    Nor do those that would move with it: what hangs on the lead's limit waits for the same answer.
    """
    kind = kind_of(asked)
    clock = CLOCKS[kind]
    due = clocks.due_at(clock, now, ticket.urgency, book.calendar, rules=book.clocks)
    timing.start(ticket, clock, due, at=now, book=book)
    counters.add([(OPEN, kind.value, 1)])
    held = [row, *_hanging(ticket, row, now)] if isinstance(asked, Extension) else [row]
    for one in held:
        timing.hold(one, at=now, book=book)
    show(ticket, row)


def close(ticket: Ticket, asked: Request, *, by: str, now: datetime) -> None:
    """Somebody decided, or it lapsed: the decision clock ends."""
    kind = kind_of(asked)
    asked.decided_at, asked.decided_by = now, by
    timing.stop(ticket, [CLOCKS[kind]], at=now)
    counters.add([(OPEN, kind.value, -1)])
    db.session.flush()


def lapse(ticket: Ticket, *, now: datetime) -> None:
    """The ticket is over: nobody decides any more."""
    for asked in open_on(ticket.id):
        close(ticket, asked, by=SYSTEM, now=now)


def fall_away(ticket: Ticket, lead: Assignment, *, now: datetime, book: Rulebook) -> None:
    """The lead replied or gave it back: nobody decides any more, and nobody is held for it."""
    lapsed = [one for one in open_on(ticket.id) if one.assignment_id == lead.id]
    for asked in lapsed:
        close(ticket, asked, by=SYSTEM, now=now)
    if lapsed:
        let_go_beside(ticket, lead.unit_id, now=now, book=book)


def release(ticket: Ticket, row: ClockRow, *, now: datetime, book: Rulebook) -> None:
    """Nothing is undecided any more: what passed meanwhile shows."""
    undecided = open_on(ticket.id)
    if not any(isinstance(one, Extension) for one in undecided):
        let_go_beside(ticket, row.unit_id, now=now, book=book)
    if row.is_held and not undecided:
        timing.let_go(ticket, row, at=now, book=book)
        show(ticket, row)


def let_go_beside(ticket: Ticket, lead_id: int | None, *, now: datetime, book: Rulebook) -> None:
    """The same for what hangs on the lead's limit: it is held only for more time of the lead."""
    for one in db.session.scalars(_of_units(ticket, lead_id).where(ClockRow.is_held)):
        timing.let_go(ticket, one, at=now, book=book)


def _hanging(ticket: Ticket, row: ClockRow, now: datetime) -> Sequence[ClockRow]:
    """The limits of assisting units and sub-units that have not passed yet and run."""
    running = (ClockRow.due_at > now, ClockRow.paused_at.is_(None))
    return db.session.scalars(_of_units(ticket, row.unit_id).where(*running)).all()


def _of_units(ticket: Ticket, lead_id: int | None) -> Any:
    return select(ClockRow).where(
        ClockRow.ticket_id == ticket.id,
        ClockRow.kind == Clock.HANDLE,
        ClockRow.unit_id.is_not(None),
        ClockRow.unit_id.is_distinct_from(lead_id),
        ClockRow.stopped_at.is_(None),
    )


def show(ticket: Ticket, row: ClockRow) -> None:
    """The ticket shows its lead unit's limit as it is now."""
    ticket.due_at, ticket.lamp = row.due_at, row.lamp


def open_on(ticket_id: int) -> list[Request]:
    """What is undecided about the ticket."""
    found: list[Request] = []
    for model in MODELS.values():
        found += db.session.scalars(select(model).where(_is_open(model, ticket_id)))
    return found


def has_open(ticket_id: int) -> ColumnElement[bool]:
    """Whether anything is undecided about the ticket, as a condition."""
    return or_(*(exists().where(_is_open(model, ticket_id)) for model in MODELS.values()))


def open_one(kind: Kind, ticket: Ticket) -> Request:
    """The undecided request of this kind. Raises Refused when there is none."""
    model = MODELS[kind]
    found = next((one for one in open_on(ticket.id) if isinstance(one, model)), None)
    if found is None:
        raise Refused(
            "decided_already",
            "This request was decided already, or it lapsed: load the ticket again "
            "to see what became of it.",
        )
    return found


def of_ticket(model: type[R], ticket: Ticket, number: int) -> R:
    """The request of this number, if it belongs to the ticket. Raises NotFound."""
    found = db.session.get(model, min(number, LARGEST_KEY), populate_existing=True)
    if found is None or found.ticket_id != ticket.id:
        raise NotFound("request_not_found", "There is no such request.", field="id")
    return found


def decidable(ticket: Ticket, asked: Request, verb: Verb, viewer: Viewer) -> Assignment:
    """The assignment that it is about. Raises Refused, WrongState, Forbidden."""
    if asked.decided_at is not None:
        raise Refused(
            "decided_already",
            "This request was decided already, or it lapsed: load the ticket again "
            "to see what became of it.",
        )
    states.move(ticket.state, verb)
    assignment = queries.active(ticket.id)
    if assignment is None or assignment.id != asked.assignment_id:
        raise Refused(
            "decided_already",
            "This request was decided already, or it lapsed: load the ticket again "
            "to see what became of it.",
        )
    refuse_own_work(viewer.actor, asked.asked_by)
    if assignment.unit_id in viewer.unit_ids:
        raise Forbidden("own_unit", "Your own unit asked for this; a colleague decides on it.")
    if isinstance(asked, Extension) and asked.is_second and Role.HEAD not in viewer.roles:
        raise Forbidden(
            "head_decides",
            "It is the second extension of this ticket: the head of the hotline decides on it.",
        )
    return assignment


def kind_of(asked: Request) -> Kind:
    """Which kind of request a row is."""
    return Kind.EXTENSION if isinstance(asked, Extension) else Kind.SUSPENSION


def _is_open(model: type[Request], ticket_id: int) -> ColumnElement[bool]:
    both: ColumnElement[bool] = (model.ticket_id == ticket_id) & model.decided_at.is_(None)
    return both
