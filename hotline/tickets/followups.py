"""What the hotline must not lose sight of: services to ask, objections, questions, late entries.

Decided here: which lists there are and who works through which. Each reads a small partial index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, exists, func, select

from hotline.access import Permission, Viewer
from hotline.extensions import db
from hotline.tickets import access as ticket_access
from hotline.tickets.desk_models import Objection, ServiceCall, UnitQuestion
from hotline.tickets.models import Ticket
from hotline.tickets.rescue import is_asked_for
from hotline.tickets.states import State
from hotline.tickets.view import TicketView
from hotline.words import N_

MOST: Final = 200
LATE_FOR: Final = timedelta(days=31)
COUNTED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class Listed:
    """One line: the ticket, since when it waits, and what for."""

    ticket: TicketView
    since: datetime
    about: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Shelf:
    """A list: its words, what an empty one says, who works through it."""

    name: str
    title: str
    empty: str
    permissions: frozenset[Permission]


SHELVES = (
    Shelf(
        "services",
        N_("Waiting for acceptance"),
        N_("No emergency service is waited for."),
        frozenset({Permission.SORT}),
    ),
    Shelf(
        "questions",
        N_("Questions to pass on"),
        N_("No unit waits for the hotline to ask a citizen."),
        frozenset({Permission.NOTE}),
    ),
    Shelf(
        "objections",
        N_("Objections"),
        N_("Nobody objects to a refusal."),
        frozenset({Permission.REVIEW}),
    ),
    Shelf(
        "late",
        N_("Late entries"),
        N_("Nothing was entered late in the last month."),
        frozenset({Permission.SUPERVISE, Permission.NOTICE}),
    ),
)


@dataclass(frozen=True)
class Tally:
    """Objections of the last thirty days: how many, how many of them were taken up."""

    made: int
    upheld: int


def shelves(viewer: Viewer) -> list[Shelf]:
    """The lists that the viewer works through."""
    if not viewer.is_hotline:
        return []
    return [one for one in SHELVES if viewer.permissions & one.permissions]


def on_shelf(viewer: Viewer, name: str, now: datetime) -> list[Listed]:
    """What is on a list, the oldest first; at most two hundred."""
    wanted: dict[str, Callable[[datetime], Select[*tuple[Any, ...]]]] = {
        "services": _services,
        "questions": _questions,
        "objections": _objections,
        "late": _late,
    }
    rows = db.session.execute(wanted[name](now).limit(MOST)).all()
    views = {
        one.id: one
        for one in ticket_access.see_many(
            viewer, ticket_access.whole().where(Ticket.id.in_([row[0] for row in rows]))
        )
    }
    return [Listed(views[row[0]], row[1], row[2] or "", row[3]) for row in rows if row[0] in views]


def counts(viewer: Viewer, now: datetime) -> dict[str, int]:
    """How many wait on each of the viewer's lists that somebody works off; one statement."""
    names = [one.name for one in shelves(viewer) if one.name != "late"]
    if not names:
        return {}
    statements = {"services": _services, "questions": _questions, "objections": _objections}
    found = db.session.execute(
        select(
            *(
                select(func.count())
                .select_from(statements[name](now).order_by(None).limit(MOST).subquery())
                .scalar_subquery()
                for name in names
            )
        )
    ).one()
    return dict(zip(names, map(int, found), strict=True))


def tally(now: datetime) -> Tally:
    """How the objections of late ended."""
    made, upheld = db.session.execute(
        select(func.count(), func.count().filter(Objection.is_upheld.is_(True))).where(
            Objection.objected_at > now - COUNTED_FOR
        )
    ).one()
    return Tally(int(made), int(upheld))


def _services(_now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Ticket.id, ServiceCall.called_at, ServiceCall.service, Ticket.due_at)
        .join(Ticket, Ticket.id == ServiceCall.ticket_id)
        .where(ServiceCall.ended_at.is_(None), exists().where(*is_asked_for()))
        .order_by(ServiceCall.called_at, ServiceCall.id)
    )


def _questions(_now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Ticket.id, UnitQuestion.asked_at, Ticket.number, Ticket.due_at)
        .join(Ticket, Ticket.id == UnitQuestion.ticket_id)
        .where(
            UnitQuestion.ended_at.is_(None),
            UnitQuestion.is_by_hotline,
            Ticket.state == State.IN_PROGRESS,
        )
        .order_by(UnitQuestion.asked_at, UnitQuestion.id)
    )


def _objections(_now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Ticket.id, Objection.objected_at, Objection.refused_by, Ticket.closed_at)
        .join(Ticket, Ticket.id == Objection.ticket_id)
        .where(Objection.decided_at.is_(None), Ticket.state == State.REFUSED)
        .order_by(Objection.objected_at, Objection.id)
    )


def _late(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Ticket.id, Ticket.received_at, Ticket.entered_by, Ticket.entered_late_at)
        .where(Ticket.entered_late_at > now - LATE_FOR)
        .order_by(Ticket.entered_late_at.desc(), Ticket.id.desc())
    )
