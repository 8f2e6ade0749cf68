"""A unit of two levels: D16 with two sub-units and their people."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from dispatch.second_level_models import SubAssignment
from hotline.access import Role
from hotline.extensions import db
from hotline.people import units
from hotline.people.models import Staff, UnitKind
from hotline.people.units import Description
from hotline.tickets.models import ClockRow, Ticket
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW

REPLY = {
    "completion": "solved",
    "text": "科室已清理占道摊位。",
    "basis": "《城市市容条例》",
}


@dataclass(frozen=True)
class Inside:
    """The second-level dispatcher and the handler of D16, and somebody of each sub-unit."""

    dispatcher: Staff
    handler: Staff
    head: Staff
    below: Staff
    beside: Staff


def build() -> Inside:
    """D16 with D16-S1 and D16-S2."""
    for code, name in (("D16-S1", "市容管理科"), ("D16-S2", "夜市管理科")):
        units.add(
            code,
            Description(name),
            kind=UnitKind.DEPARTMENT,
            parent=factories.unit("D16"),
            by="staff:1",
            now=NOW,
        )
    db.session.commit()
    return Inside(
        factories.staff("d16d", Role.UNIT_DISPATCHER, unit_code="D16"),
        factories.staff("d16", Role.HANDLER, unit_code="D16"),
        factories.staff("d16h", Role.UNIT_HEAD, unit_code="D16"),
        factories.staff("d16s1", Role.HANDLER, unit_code="D16-S1"),
        factories.staff("d16s2", Role.HANDLER, unit_code="D16-S2"),
    )


def call(client: FlaskClient, person: Staff, path: str, **body: Any) -> Any:
    """Do one thing by the JSON API."""
    made = client.application.test_client()
    return made.post(f"/api/v1/tickets/{path}", json=body, headers=factories.bearer(person))


def handed_down(
    client: FlaskClient, who: Inside, *, is_signed: bool = True, **changes: Any
) -> Ticket:
    """A ticket that D16 handed down to D16-S1."""
    ticket = samples.dispatched(**changes)
    answer = call(client, who.dispatcher, f"{ticket.number}/handdown", sub_unit="D16-S1")
    assert answer.status_code == 200, answer.json
    if is_signed:
        assert call(client, who.below, f"{ticket.number}/sign").status_code == 200
    return ticket


def last(ticket: Ticket) -> SubAssignment:
    """What was handed down last."""
    db.session.expire_all()
    found = db.session.query(SubAssignment).filter_by(ticket_id=ticket.id)
    return found.order_by(SubAssignment.id.desc()).limit(1).one()


def clocks_of(ticket: Ticket, unit: str) -> dict[str, ClockRow]:
    """Kind → the running clock of this unit."""
    db.session.flush()
    db.session.expire_all()
    rows = db.session.query(ClockRow).filter_by(
        ticket_id=ticket.id, unit_id=factories.unit(unit).id, stopped_at=None
    )
    return {row.kind.value: row for row in rows}
