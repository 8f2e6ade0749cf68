"""What ends an assignment from outside, through the outbox as the relay does it."""

import pytest
from apiflask import APIFlask

from dispatch import assigning, queries, readers, returning, reviewing
from dispatch.models import Assignment
from dispatch.returning import Objection
from dispatch.rules import Outcome, ReturnReason
from hotline import counters, relay
from hotline.events import Fact
from hotline.extensions import db
from hotline.tickets import beside, merging, operations
from hotline.tickets.models import Ticket
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import HANDLER, LATER, REVIEWER


def accepted() -> Ticket:
    """A ticket that awaits its callback."""
    ticket = samples.replied()
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=LATER)
    return ticket


def ended(ticket: Ticket) -> Assignment:
    """The ticket's last assignment, after the relay ran."""
    db.session.commit()
    relay.drain()
    db.session.expire_all()
    found = queries.latest(ticket.id)
    assert found is not None
    return found


def test_closing_ends_it(app: APIFlask) -> None:
    ticket = accepted()
    operations.close(ticket, by="citizen", now=LATER, facts={})
    one = ended(ticket)
    assert (one.outcome, one.ended_at) == (Outcome.CLOSED, LATER)
    assert counters.read(queries.OPEN) == {}
    assert counters.prove(queries.TRUTHS) == []


@pytest.mark.parametrize("make", [samples.dispatched, samples.signed])
def test_withdrawing_ends_it(app: APIFlask, make: object) -> None:
    ticket = make()  # type: ignore[operator]
    beside.withdraw(ticket, "已自行解决", by="citizen", now=LATER)
    assert ended(ticket).outcome is Outcome.WITHDRAWN
    assert samples.clocks_of(ticket) == {}
    assert counters.prove(queries.TRUTHS) == []


def test_a_return_lapses_with_its_ticket(app: APIFlask) -> None:
    ticket = samples.dispatched()
    objection = Objection(ReturnReason.OTHER_UNIT, "属区政府职责")
    mine = samples.open_of(ticket)
    asked = returning.ask(ticket, mine, objection, by=HANDLER, now=LATER, book=factories.book())
    beside.withdraw(ticket, "已自行解决", by="citizen", now=LATER)
    assert ended(ticket).outcome is Outcome.WITHDRAWN
    assert (asked.decided_at, asked.is_upheld) == (LATER, None)
    assert counters.prove(queries.TRUTHS) == []


def test_merging_ends_it(app: APIFlask) -> None:
    ticket, lead = samples.dispatched(), samples.dispatched(phone="+8613900003333")
    merging.merge(ticket, lead, by="staff:1", now=LATER)
    assert ended(ticket).outcome is Outcome.MERGED
    assert counters.read(queries.OPEN) == {"D16": 1}


def test_a_late_fact_leaves_the_next_round_alone(app: APIFlask) -> None:
    ticket = accepted()
    operations.close(ticket, by="citizen", now=LATER, facts={})
    assigning.redo(ticket, {}, by="staff:1", now=LATER, book=factories.book())
    one = ended(ticket)
    assert (one.round, one.outcome) == (2, None)
    assert counters.read(queries.STAGE) == {"D16/to_sign": 1, "D16/redo": 1}


def test_a_fact_about_a_ticket_without_a_unit_changes_nothing(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    readers.end_assignment(Fact("withdrawn", f"ticket:{ticket.id}", {"seq": 9}, LATER))
    assert db.session.query(Assignment).count() == 0
