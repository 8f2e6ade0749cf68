"""People, tickets and assignments of the dispatch tests, made by the real operations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from dispatch import assigning, queries, working
from dispatch.assigning import Order
from dispatch.models import Assignment
from dispatch.working import Wording
from hotline import clock
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import operations
from hotline.tickets.kinds import Completion
from hotline.tickets.models import ClockRow, Ticket
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)
DISPATCHER, HANDLER, REVIEWER = "staff:901", "staff:902", "staff:903"


@dataclass(frozen=True)
class People:
    """One of each who takes part."""

    dispatcher: Staff
    handler: Staff
    stranger: Staff
    reviewer: Staff


def people() -> People:
    """A dispatcher, a handler of D16, one of D14, a reviewer."""
    return People(
        factories.staff("dis", Role.DISPATCHER),
        factories.staff("han", Role.HANDLER, unit_code="D16"),
        factories.staff("str", Role.HANDLER, unit_code="D14"),
        factories.staff("rev", Role.REVIEWER),
    )


def dispatched(*, now: datetime = NOW, unit: str = "D16", **changes: Any) -> Ticket:
    """A ticket that waits for the unit's signature."""
    ticket = factories.sorted_ticket(now=now, **changes)
    order = Order(factories.unit(unit), unit_text="夜间占道经营，请核实。")
    assigning.dispatch(ticket, order, by=DISPATCHER, now=now, book=factories.book())
    db.session.commit()
    return ticket


def dispatch(number: str, *, unit: str = "D16") -> None:
    """Give a waiting ticket to a unit."""
    ticket, order = operations.lock(number), Order(factories.unit(unit))
    assigning.dispatch(ticket, order, by=DISPATCHER, now=clock.now(), book=factories.book())
    db.session.commit()


def signed(*, now: datetime = NOW, **changes: Any) -> Ticket:
    """A ticket in progress."""
    ticket = dispatched(now=now, **changes)
    assigning.sign(ticket, open_of(ticket), by=HANDLER, now=now)
    db.session.commit()
    return ticket


def replied(*, now: datetime = LATER, wording: Wording | None = None, **changes: Any) -> Ticket:
    """A ticket whose reply awaits review."""
    ticket = signed(**changes)
    said = wording or Wording(
        Completion.SOLVED, "已清理占道摊位，并安排夜间巡查。", "《城市市容条例》"
    )
    working.reply(ticket, open_of(ticket), said, by=HANDLER, now=now, book=factories.book())
    db.session.commit()
    return ticket


def open_of(ticket: Ticket) -> Assignment:
    """The ticket's open assignment."""
    found = queries.active(ticket.id)
    assert found is not None
    return found


def clocks_of(ticket: Ticket, *, is_running: bool = True) -> dict[str, ClockRow]:
    """Kind → the ticket's clock, running or stopped."""
    db.session.flush()
    db.session.expire_all()
    rows = db.session.query(ClockRow).filter_by(ticket_id=ticket.id).order_by(ClockRow.id)
    return {row.kind.value: row for row in rows if (row.stopped_at is None) is is_running}


def browser(client: FlaskClient, person: Staff) -> FlaskClient:
    """Another browser, in which this person is signed in."""
    made = client.application.test_client()
    factories.sign_in(made, person)
    return made


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    """Send a page form as a browser would, with the token of a page just loaded."""
    page = client.get("/search").get_data(as_text=True)
    token = factories.hidden(page, "csrf_token")
    return client.post(path, data=fields | {"csrf_token": token})
