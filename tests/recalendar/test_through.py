"""The next three working days become holidays, through the running system, and back again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import assigning
from dispatch.assigning import Order
from hotline.access import Role
from hotline.extensions import db
from hotline.tickets import timing
from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.models import ClockRow, Ticket
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW
from tests.recalendar import town
from tests.recalendar.town import THREE, due, wall


@pytest.fixture
def headers(app: APIFlask) -> dict[str, str]:
    """An administrator's."""
    return factories.bearer(factories.staff("adm", Role.ADMINISTRATOR))


def moves_of(ticket: Ticket) -> set[tuple[str, int]]:
    """Which clocks moved by how many days, in the one event that tells it."""
    [event] = town.events(ticket)
    assert event.facts["because"] == "calendar"
    return {(one["clock"], one["days"]) for one in event.facts["deadlines"]}


def test_three_holidays_move_what_counts_them_and_back(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    with time_machine.travel(NOW, tick=False):
        early = town.waiting(now=NOW - timedelta(days=5))
        fresh = town.waiting()
        replied = samples.replied()
        sorting = factories.taken(now=NOW).ticket
        on_duty = town.on_duty()
        expired = samples.signed(now=NOW - timedelta(days=30))
        standing = samples.signed()
        timing.pause(standing, samples.clocks_of(standing).values(), at=NOW)
        closed = samples.dispatched()
        timing.stop_all(closed, at=NOW)
        db.session.commit()
        before = town.clocks()
        answer = town.put(client, headers, {"days": town.days(*THREE, working=False)})
        assert answer.status_code == 202, answer.json
        town.follow()
        progress = client.get(answer.json["progress"], headers=headers).get_json()
    assert (progress["state"], progress["done"]) == ("done", progress["total"])
    assert due(fresh, "sign") == due(fresh, "contact") == wall("2026-11-24")
    assert due(fresh, "handle") == wall("2026-11-30")
    assert due(early, "handle") == wall("2026-11-25"), "two of five days were over"
    assert due(replied, "review") == wall("2026-11-24")
    for stays in (sorting, on_duty, expired, standing, closed):
        for kind, clock in samples.clocks_of(stays).items():
            assert clock.due_at == before[clock.id].due_at, kind
    assert moves_of(fresh) == {("sign", 3), ("contact", 3), ("handle", 3)}
    assert not town.events(expired)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        town.put(client, headers, {"days": town.days(*THREE, working=True)})
        town.follow()
    after = town.clocks()
    assert {one: after[one].due_at for one in before} == {
        one: moment.due_at for one, moment in before.items()
    }
    assert town.chain_holds(fresh, early, replied, standing)


def test_a_lamp_that_shone_already_is_judged_anew(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    near = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    with time_machine.travel(near, tick=False):
        ticket = samples.signed(now=NOW - timedelta(days=7))
        timing.sweep(near, factories.book())
        db.session.commit()
        assert due(ticket, "handle") == wall("2026-11-18")
        ticket = samples.signed(now=NOW - timedelta(days=6))
        timing.sweep(near + timedelta(hours=1), factories.book())
        db.session.commit()
        assert (due(ticket, "handle"), ticket.lamp) == (wall("2026-11-19"), Lamp.YELLOW)
        town.put(client, headers, {"days": town.days(*THREE, working=False)})
        town.follow()
        db.session.expire_all()
        assert (due(ticket, "handle"), ticket.lamp) == (wall("2026-11-24"), Lamp.GREEN)
        assert ticket.due_at == wall("2026-11-24")


def test_a_ticket_shows_its_leads_deadline_whoever_works_beside(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    with time_machine.travel(NOW, tick=False):
        ticket = factories.sorted_ticket(now=NOW)
        order = Order(factories.unit("D16"), assist=(factories.unit("D14"),))
        assigning.dispatch(ticket, order, by=samples.DISPATCHER, now=NOW, book=factories.book())
        assigning.sign(ticket, samples.open_of(ticket), by=samples.HANDLER, now=NOW)
        lead, beside = rows_of(ticket, "D16"), rows_of(ticket, "D14")
        beside.due_at, beside.counted_from, beside.counted_days = lead.due_at, THREE[1], 3
        assert ticket.due_at == lead.due_at
        lead.id, beside.id = 10**6, 10**5  # sent back, its clock began after those beside it
        db.session.commit()
        town.put(client, headers, {"days": town.days(*THREE, working=False)})
        town.follow()
    db.session.expire_all()
    assert rows_of(ticket, "D14").due_at != rows_of(ticket, "D16").due_at
    assert ticket.due_at == rows_of(ticket, "D16").due_at
    assert town.chain_holds(ticket)


def rows_of(ticket: Ticket, unit: str) -> ClockRow:
    """A unit's running clock to handle it."""
    unit_id = factories.unit(unit).id
    return (
        db.session.query(ClockRow)
        .filter_by(ticket_id=ticket.id, unit_id=unit_id, kind=Clock.HANDLE, stopped_at=None)
        .one()
    )
