"""Tickets with every kind of clock, and a calendar that changes under them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from hotline import relay
from hotline.calendar import recomputing
from hotline.extensions import db
from hotline.tickets import history, recalendar_jobs
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import ClockRow, Ticket, TicketEvent
from tests.dispatch import samples

THREE = (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23))
"""The three working days after NOW, a Wednesday."""
CITY_OFFSET = timedelta(hours=8)


@dataclass(frozen=True)
class Moment:
    """What a clock says."""

    due_at: datetime
    lamp: str
    is_provisional: bool


def wall(day: str, minute: str = "17:30") -> datetime:
    """A moment by the city's clock."""
    return datetime.fromisoformat(f"{day}T{minute}").replace(tzinfo=UTC) - CITY_OFFSET


def days(*given: date, working: bool) -> list[dict[str, Any]]:
    """Days as the API takes them."""
    return [{"date": one.isoformat(), "working": working} for one in given]


def put(client: FlaskClient, headers: dict[str, str], given: Any, year: int = 2026) -> Any:
    """`PUT /calendar/{year}`."""
    return client.put(f"/api/v1/calendar/{year}", json=given, headers=headers)


def follow() -> None:
    """What relay and worker do after a change."""
    relay.drain()
    for one in recomputing.latest():
        recalendar_jobs.recompute(one.id)
    relay.drain()


def clocks() -> dict[int, Moment]:
    """Every clock, as it is stored."""
    db.session.expire_all()
    rows = db.session.query(ClockRow).order_by(ClockRow.id)
    return {row.id: Moment(row.due_at, row.lamp.value, row.is_provisional) for row in rows}


def row_of(ticket: Ticket, kind: str) -> ClockRow:
    """The ticket's running clock."""
    return samples.clocks_of(ticket)[kind]


def due(ticket: Ticket, kind: str) -> datetime:
    """When it is due."""
    return row_of(ticket, kind).due_at


def events(ticket: Ticket) -> list[TicketEvent]:
    """The ticket's moves."""
    found = db.session.query(TicketEvent).filter_by(ticket_id=ticket.id, kind="deadline_moved")
    return found.order_by(TicketEvent.seq).all()


def chain_holds(*tickets: Ticket) -> bool:
    """Whether no event was changed."""
    return list(history.verify(tickets)) == []


def waiting(**changes: Any) -> Ticket:
    """A ticket at its unit: sign and contact 1 working day, handling the leaf's 5."""
    return samples.dispatched(**changes)


def on_duty(**changes: Any) -> Ticket:
    """An urgent one at a unit that is on duty day and night: hour clocks."""
    given = {"category": "T010102", "urgency": Urgency.URGENT, "unit": "E01"}
    return samples.dispatched(**(given | changes))
