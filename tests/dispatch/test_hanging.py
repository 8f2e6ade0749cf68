"""While more time for the lead is undecided, and after: what hangs on its limit goes along."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from dispatch import assigning, extending, joint_queries, joint_returning, returning
from dispatch.assigning import Order
from dispatch.extending import Decision
from dispatch.models import Assignment
from dispatch.returning import Objection
from dispatch.rules import ReturnReason
from hotline.extensions import db
from hotline.tickets import history, timing
from hotline.tickets import queries as tickets
from hotline.tickets.clocks import Clock, Due, Lamp, Pace
from hotline.tickets.models import ClockRow, Ticket
from tests import factories
from tests.dispatch import inside, samples, time_samples
from tests.dispatch.samples import DISPATCHER, HANDLER, LATER
from tests.dispatch.time_samples import REVIEWER, at
from tests.factories import NOW

PAST = at("2026-11-24 17:31")
"""The assisting unit's limit has passed, the lead's not."""


@pytest.fixture
def ticket(app: APIFlask) -> Ticket:
    """D16 leads until the 25th, D14 assists until the 24th."""
    made = factories.sorted_ticket(now=NOW)
    order = Order(factories.unit("D16"), assist=(factories.unit("D14"),))
    assigning.dispatch(made, order, by=DISPATCHER, now=NOW, book=factories.book())
    assigning.sign(made, samples.open_of(made), by=HANDLER, now=NOW)
    db.session.commit()
    return made


def theirs(ticket: Ticket) -> ClockRow:
    """The assisting unit's limit."""
    return inside.clocks_of(ticket, "D14")["handle"]


def swept(ticket: Ticket) -> Lamp:
    """The assisting unit's lamp after its limit has passed."""
    timing.sweep(PAST, factories.book())
    db.session.commit()
    return theirs(ticket).lamp


def test_it_shows_no_red_until_somebody_has_decided(ticket: Ticket) -> None:
    asked = time_samples.ask_extension(ticket, 2)
    assert theirs(ticket).is_held and swept(ticket) is Lamp.YELLOW
    time_samples.refuse_extension(ticket, asked, now=PAST)
    assert not theirs(ticket).is_held and theirs(ticket).lamp is Lamp.RED
    assert list(history.verify([ticket])) == []


def test_granted_it_has_as_much_more(ticket: Ticket) -> None:
    asked = time_samples.ask_extension(ticket, 2)
    assert swept(ticket) is Lamp.YELLOW
    time_samples.grant_extension(ticket, asked, now=PAST)
    assert (theirs(ticket).due_at, theirs(ticket).is_held) == (at("2026-11-26 17:30"), False)


def test_what_had_passed_before_the_asking_stays_red(ticket: Ticket) -> None:
    assert swept(ticket) is Lamp.RED
    row = inside.clocks_of(ticket, "D16")["handle"]
    row.due_at = at("2026-11-30 17:30")
    db.session.commit()
    time_samples.ask_extension(ticket, 2, now=PAST)
    assert not theirs(ticket).is_held and theirs(ticket).lamp is Lamp.RED


def test_when_the_lead_gives_it_back_nobody_is_held_any_more(ticket: Ticket) -> None:
    time_samples.ask_extension(ticket, 2)
    said = Objection(ReturnReason.AFTER_INSPECTION, "现场核查后属区政府职责。")
    mine, book = samples.open_of(ticket), factories.book()
    returning.ask(ticket, mine, said, by=HANDLER, now=PAST, book=book)
    db.session.commit()
    assert not theirs(ticket).is_held and theirs(ticket).lamp is Lamp.RED


def test_a_limit_that_stands_for_a_return_gets_the_leads_days_too(ticket: Ticket) -> None:
    part = _part(ticket)
    given = _return(ticket, part)
    extension = time_samples.ask_extension(ticket, 3)
    book = factories.book()
    extending.grant(ticket, extension, Decision("同意"), viewer=REVIEWER, now=LATER, book=book)
    event = tickets.history(ticket.id)[-1]
    assert [one["unit"] for one in event.facts["followed"]] == [factories.unit("D14").name]
    joint_returning.refuse(
        ticket, part, given, "属贵单位职责", by="staff:903", now=LATER, book=book
    )
    db.session.commit()
    assert theirs(ticket).due_at == at("2026-11-27 17:30")
    assert theirs(ticket).stopped_at is None


def test_of_two_with_one_deadline_the_ticket_shows_the_leads(ticket: Ticket) -> None:
    lead, beside = samples.open_of(ticket), theirs(ticket)
    row = inside.clocks_of(ticket, "D16")["handle"]
    beside.due_at = row.due_at
    db.session.commit()
    assert timing.is_shown(row, ticket) and not timing.is_shown(beside, ticket)
    later = Due(row.due_at + timedelta(days=2), False, Pace.WORKING_DAYS)
    timing.move(ticket, beside, later, at=LATER, book=factories.book())
    assert ticket.due_at == row.due_at
    timing.move(ticket, row, later, at=LATER, book=factories.book())
    assert ticket.due_at == later.due_at
    assert timing.running(ticket.id, Clock.HANDLE, lead.unit_id) is row


def _part(ticket: Ticket) -> Assignment:
    [part] = joint_queries.assisting(ticket.id)
    return part


def _return(ticket: Ticket, part: Assignment) -> Any:
    said = Objection(ReturnReason.NOT_OUR_DUTY, "不属我单位职责。")
    book = factories.book()
    made = joint_returning.ask(ticket, part, said, by="staff:914", now=LATER, book=book)
    db.session.commit()
    return made
