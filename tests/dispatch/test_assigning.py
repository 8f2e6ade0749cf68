"""Dispatch, sign and redo against the database: holders, clocks, counters, words."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from sqlalchemy.exc import IntegrityError

from dispatch import assigning, queries, reviewing
from dispatch.assigning import Order
from dispatch.models import Assignment
from dispatch.rules import Outcome
from hotline import counters
from hotline.errors import Invalid, WrongState
from hotline.extensions import db
from hotline.tickets import history, operations
from hotline.tickets import queries as tickets
from hotline.tickets.intake import Reporter
from hotline.tickets.kinds import RequestType, Role, Urgency
from hotline.tickets.models import Holder, Ticket, TicketText
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER, LATER, REVIEWER
from tests.factories import NOW

CITY = ZoneInfo("Asia/Shanghai")


def give(ticket: Ticket, unit: str = "D16", *, now: datetime = NOW, **order: Any) -> Assignment:
    """Dispatch with whatever else is said."""
    wanted = Order(factories.unit(unit), **order)
    return assigning.dispatch(ticket, wanted, by=DISPATCHER, now=now, book=factories.book())


def test_the_unit_holds_it_and_its_clocks_run(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    made = give(ticket, note="请核实夜市情况")
    db.session.commit()
    assert ticket.state is State.PENDING_SIGNATURE
    assert (made.round, made.role, made.limit_working_days) == (1, Role.LEAD, 5)
    holder = db.session.query(Holder).filter_by(ticket_id=ticket.id).one()
    assert (holder.unit_id, holder.until) == (made.unit_id, None)
    clocks = samples.clocks_of(ticket)
    assert set(clocks) == {"sign", "contact", "handle"}
    assert clocks["handle"].due_at == datetime(2026, 11, 25, 17, 30, tzinfo=CITY)
    assert (ticket.due_at, ticket.lamp) == (clocks["sign"].due_at, clocks["sign"].lamp)
    assert set(samples.clocks_of(ticket, is_running=False)) == {"dispatch"}
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.seq, event.words) == ("dispatched", made.seq, "请核实夜市情况")
    assert event.facts["unit"] == "D16"
    assert list(history.verify([ticket])) == []


def test_hours_and_urgency_come_from_the_leaf(app: APIFlask) -> None:
    ticket = factories.sorted_ticket(category="T010102", request_type=RequestType.HELP)
    made = give(ticket, "E01")
    db.session.commit()
    assert (made.limit_working_days, made.limit_hours) == (1, 24)
    clocks = samples.clocks_of(ticket)
    assert clocks["sign"].due_at == NOW + timedelta(hours=2)
    assert clocks["handle"].due_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    "changes",
    [
        {"reporter": Reporter()},
        {"reporter": Reporter(name="王五")},
        {"reporter": Reporter(phone="+8613800138000", contact_wish="none")},
        {"is_confidential": True},
    ],
)
def test_who_must_not_or_cannot_be_contacted_starts_no_contact_clock(
    app: APIFlask, changes: dict[str, Any]
) -> None:
    ticket = factories.sorted_ticket(**changes)
    give(ticket, unit_text="夜间占道，请核实。")
    assert set(samples.clocks_of(ticket)) == {"sign", "handle"}


def test_a_confidential_ticket_needs_words_for_the_unit(app: APIFlask) -> None:
    ticket = factories.sorted_ticket(is_confidential=True)
    with pytest.raises(Invalid, match="unit_text_needed"):
        give(ticket)
    db.session.rollback()
    ticket = operations.lock(ticket.number)
    give(ticket, unit_text="夜间占道经营，请核实。")
    db.session.commit()
    words = db.session.query(TicketText).filter_by(ticket_id=ticket.id).one()
    assert words.unit_text == "夜间占道经营，请核实。"
    assert "核实" in words.unit_tokens
    assert "机动车道" not in words.unit_tokens


@pytest.mark.parametrize("told", ["张三反映夜市占道", "电话 138-1234-5678，请回复"])
@pytest.mark.parametrize("field", ["unit_text", "note"])
def test_words_for_the_unit_name_nobody(app: APIFlask, told: str, field: str) -> None:
    ticket = factories.sorted_ticket(is_confidential=True)
    given: dict[str, Any] = {"unit_text": "夜市占道", field: told}
    with pytest.raises(Invalid, match="names_the_person") as caught:
        give(ticket, **given)
    assert caught.value.field == field


def test_category_and_urgency_are_corrected_with_an_event(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    made = give(ticket, category="T010105", urgency=Urgency.URGENT)
    assert (ticket.category_code, ticket.urgency) == ("T010105", Urgency.URGENT)
    assert made.limit_working_days == 10, "the type's own limit where the leaf has none"
    assert [one.kind for one in tickets.history(ticket.id)][-2:] == ["changed", "dispatched"]
    assert samples.clocks_of(ticket)["sign"].due_at < NOW + timedelta(hours=6)


def test_another_category_brings_its_urgency_along(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    give(ticket, "E01", category="T010102")
    assert ticket.urgency is Urgency.URGENT


def test_refusals(app: APIFlask) -> None:
    unsorted = factories.taken(may_sort=False).ticket
    with pytest.raises(WrongState):
        give(unsorted)
    ticket = factories.sorted_ticket()
    with pytest.raises(Invalid, match="unknown_category"):
        give(ticket, category="X")
    ticket.category_code = None
    with pytest.raises(Invalid, match="needs_category"):
        give(ticket)
    ticket.category_code, ticket.request_type = "T010101", RequestType.OTHER
    with pytest.raises(Invalid, match="not_dispatchable"):
        give(ticket)
    ticket.request_type = None
    with pytest.raises(Invalid, match="needs_type"):
        give(ticket)


def test_a_complaint_about_its_own_people_is_not_given_to_a_unit(app: APIFlask) -> None:
    ticket = factories.sorted_ticket(body="生态环境局工作人员态度恶劣，拒不受理。")
    with pytest.raises(Invalid, match="about_this_unit"):
        give(ticket, "D14")
    give(ticket, "C01")
    asked = factories.sorted_ticket(
        body="生态环境局工作人员态度恶劣。", request_type=RequestType.HELP, phone="+8613900001111"
    )
    give(asked, "D14")


def test_signing_shows_the_handle_clock(app: APIFlask) -> None:
    ticket = samples.dispatched()
    due = samples.clocks_of(ticket)["handle"].due_at
    mine = samples.open_of(ticket)
    assigning.sign(ticket, mine, by="staff:902", now=LATER)
    db.session.commit()
    assert (ticket.state, ticket.due_at) == (State.IN_PROGRESS, due)
    assert (mine.signed_at, mine.signed_by) == (LATER, "staff:902")
    assert set(samples.clocks_of(ticket)) == {"contact", "handle"}
    with pytest.raises(WrongState):
        assigning.sign(ticket, mine, by="staff:902", now=LATER)


def test_a_redo_goes_to_the_same_unit_a_round_later(app: APIFlask) -> None:
    ticket = samples.replied()
    first = samples.open_of(ticket)
    reviewing.accept(ticket, first, by=REVIEWER, now=LATER)
    made = assigning.redo(
        ticket, {"because": "dissatisfied"}, by="citizen", now=LATER, book=factories.book()
    )
    db.session.commit()
    assert (first.outcome, first.ended_at) == (Outcome.REDONE, LATER)
    assert (made.unit_id, made.round, ticket.round) == (first.unit_id, 2, 2)
    assert (ticket.state, made.limit_working_days) == (State.PENDING_SIGNATURE, 3)
    due = samples.clocks_of(ticket)["handle"].due_at
    assert due == datetime(2026, 11, 23, 17, 30, tzinfo=CITY)
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.facts["because"]) == ("redone", "dissatisfied")
    assert counters.prove(queries.TRUTHS) == []
    assert counters.read(queries.STAGE) == {"D16/to_sign": 1, "D16/redo": 1}


def test_a_redo_of_a_closed_ticket_takes_it_up_again(app: APIFlask) -> None:
    ticket = samples.replied()
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=LATER)
    operations.close(ticket, by="citizen", now=LATER, facts={})
    assigning.redo(ticket, {}, by="staff:1", now=LATER, book=factories.book())
    db.session.commit()
    assert (ticket.state, ticket.closed_at) == (State.PENDING_SIGNATURE, None)
    held = db.session.query(Holder).filter_by(ticket_id=ticket.id, until=None).all()
    assert len(held) == 1


def test_no_redo_of_what_no_unit_ever_had(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    with pytest.raises(WrongState):
        assigning.redo(ticket, {}, by="citizen", now=NOW, book=factories.book())
    ticket.state = State.CLOSED
    ticket.closed_at = NOW
    with pytest.raises(Invalid, match="never_dispatched"):
        assigning.redo(ticket, {}, by="citizen", now=NOW, book=factories.book())


def test_the_database_allows_one_open_lead(app: APIFlask) -> None:
    ticket = samples.dispatched()
    db.session.add(
        Assignment(
            ticket_id=ticket.id,
            unit_id=factories.unit("D14").id,
            role=Role.LEAD,
            round=1,
            seq=99,
            limit_working_days=1,
            dispatched_at=NOW,
            dispatched_by=DISPATCHER,
        )
    )
    with pytest.raises(IntegrityError, match="uq_assignments_active_lead"):
        db.session.flush()
