"""Reading what units asked for: a unit's record, what waits for a decision, promises ahead.

One SELECT a function.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, true, tuple_

from dispatch.models import Assignment, Promise, Return
from dispatch.queries import RETURN_BESIDE
from dispatch.requests import MODELS, OPEN, Kind
from dispatch.time_models import Extension, Suspension
from hotline.access import Viewer
from hotline.counters import Truth
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.access import visible
from hotline.tickets.intake import title_of
from hotline.tickets.kinds import Role
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import State
from hotline.tickets.view import HIDDEN

LOOKED_BACK = timedelta(days=365)
PROMISES_A_PAGE = 50


@dataclass(frozen=True)
class Asked:
    """How often something was asked for within a year, and what came of it."""

    asked: int
    granted: int
    refused: int


@dataclass(frozen=True)
class PromiseRow:
    """A promise that is still open, with its ticket."""

    id: int
    number: str
    title: str
    state: State
    unit_name: str
    promised_on: date
    made_at: datetime


@dataclass(frozen=True)
class PromisePage:
    """One page of promises, the nearest first."""

    items: list[PromiseRow]
    next: str | None


def of_unit(unit_id: int, now: datetime) -> Mapping[Kind, Asked]:
    """What a unit asked for within the last twelve months."""
    since = now - LOOKED_BACK
    counted = [
        select(
            func.count().label("asked"),
            func.count().filter(model.is_granted.is_(True)).label("granted"),
            func.count().filter(model.is_granted.is_(False)).label("refused"),
        )
        .where(model.unit_id == unit_id, model.asked_at >= since)
        .subquery()
        for model in (Extension, Suspension)
    ]
    first, second = counted
    row = db.session.execute(select(first, second).select_from(first.join(second, true()))).one()
    return {Kind.EXTENSION: Asked(*row[:3]), Kind.SUSPENSION: Asked(*row[3:])}


def is_asked(kind: Kind) -> ColumnElement[bool]:
    """The condition that something of this kind waits for a decision on a ticket."""
    model = MODELS[kind]
    return Ticket.id.in_(select(model.ticket_id).where(model.decided_at.is_(None)))


def promises_ahead(viewer: Viewer, cursor: str | None = None) -> PromisePage:
    """Open promises on tickets that the viewer may see; a unit sees its own."""
    wanted = (
        select(
            Promise.id,
            Ticket.number,
            TicketText.title,
            Ticket.state,
            Unit.name,
            Promise.promised_on,
            Promise.made_at,
            Ticket.is_confidential,
            TicketText.unit_text,
        )
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .join(TicketText, TicketText.ticket_id == Ticket.id)
        .join(Unit, Unit.id == Promise.unit_id)
        .where(Promise.is_open, visible(viewer))
        .order_by(Promise.promised_on, Promise.id)
        .limit(PROMISES_A_PAGE + 1)
    )
    if not viewer.is_hotline:
        wanted = wanted.where(Promise.unit_id.in_(viewer.unit_ids))
    if cursor:
        day, _, last = cursor.partition(":")
        after = tuple_(Promise.promised_on, Promise.id)
        wanted = wanted.where(after > (date.fromisoformat(day), min(int(last), 2**63 - 1)))
    rows = db.session.execute(wanted).all()
    items = [_promise(tuple(row), viewer) for row in rows[:PROMISES_A_PAGE]]
    is_more = len(rows) > PROMISES_A_PAGE
    return PromisePage(items, f"{items[-1].promised_on}:{items[-1].id}" if is_more else None)


def true_open() -> Mapping[str, int]:
    """Undecided requests by kind, counted."""
    found = {}
    for kind, model in MODELS.items():
        undecided = select(func.count()).where(model.decided_at.is_(None))
        found[kind.value] = db.session.scalar(undecided) or 0
    beside = (
        select(func.count())
        .select_from(Return)
        .join(Assignment, Assignment.id == Return.assignment_id)
        .where(Return.decided_at.is_(None), Assignment.role == Role.ASSIST)
    )
    found[RETURN_BESIDE] = db.session.scalar(beside) or 0
    return {kind: count for kind, count in found.items() if count}


def _promise(row: tuple[Any, ...], viewer: Viewer) -> PromiseRow:
    *plain, is_confidential, unit_text = row
    one = PromiseRow(*plain)
    if viewer.is_hotline or not is_confidential:
        return one
    return replace(one, title=title_of(unit_text or "") or HIDDEN)


TRUTHS: dict[str, Truth] = {OPEN: true_open}
