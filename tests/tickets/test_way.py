"""The room's own steps against the database: intake, sorting, and the other ways out."""

import pytest
from apiflask import APIFlask

from hotline.errors import Invalid, WrongState
from hotline.extensions import db
from hotline.tickets import history, operations, sorting
from hotline.tickets.clocks import Clock
from hotline.tickets.kinds import FilingReason, RequestType, Urgency
from hotline.tickets.models import ClockRow, TicketText
from hotline.tickets.sorting import Sorting
from hotline.tickets.states import State
from tests import factories
from tests.conftest import Statements


def test_a_matter_becomes_a_received_ticket_with_its_clock(app: APIFlask) -> None:
    made = factories.taken()
    assert made.ticket.state is State.RECEIVED
    assert len(made.query_code) == 6
    assert db.session.get_one(TicketText, made.ticket.id).title == "夜市占道"
    clocks = db.session.query(ClockRow).filter_by(ticket_id=made.ticket.id).all()
    assert [one.kind for one in clocks] == [Clock.SORT]
    assert made.ticket.due_at == clocks[0].due_at
    assert list(history.verify([made.ticket])) == []


def test_sorted_by_staff_it_waits_for_dispatch_at_once(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    assert ticket.state is State.PENDING_DISPATCH
    assert ticket.last_seq == 2
    assert [one.kind for one in db.session.query(ClockRow).filter_by(ticket_id=ticket.id)] == [
        Clock.DISPATCH
    ]


def test_intake_takes_at_most_fourteen_statements(app: APIFlask, statements: Statements) -> None:
    factories.taken()
    statements.seen.clear()
    factories.taken(phone="+8613900000001")
    assert len(statements) <= 10, "\n".join(statements.seen)


def test_sorting_moves_it_on_and_changes_its_clock(app: APIFlask) -> None:
    made = factories.taken()
    ticket = operations.lock(made.ticket.number)
    book = factories.book()
    sorting.sort(
        ticket,
        Sorting(RequestType.COMPLAINT, "T010102"),
        by="staff:1",
        now=factories.NOW,
        book=book,
    )
    db.session.commit()
    assert (ticket.state, ticket.urgency) == (State.PENDING_DISPATCH, Urgency.URGENT)
    running = db.session.query(ClockRow).filter_by(ticket_id=ticket.id, stopped_at=None).all()
    assert [one.kind for one in running] == [Clock.DISPATCH]
    assert list(history.verify([ticket])) == []


def test_an_unknown_category_is_refused_by_name(app: APIFlask) -> None:
    with pytest.raises(Invalid) as refused:
        factories.taken(category="X", request_type=RequestType.HELP)
    assert refused.value.fields.keys() == {"category"}


def test_only_consultations_are_answered_at_once(app: APIFlask) -> None:
    ticket = factories.taken(request_type=RequestType.COMPLAINT).ticket
    with pytest.raises(Invalid) as refused:
        sorting.answer(ticket, "好", by="staff:1", now=factories.NOW)
    assert refused.value.code == "not_a_consultation"


def test_a_final_ticket_has_no_clock_and_refuses_with_what_is_possible(app: APIFlask) -> None:
    ticket = factories.taken().ticket
    sorting.file(ticket, FilingReason.SPAM, by="staff:1", now=factories.NOW)
    db.session.commit()
    assert ticket.closed_at == factories.NOW
    assert not db.session.query(ClockRow).filter_by(ticket_id=ticket.id, stopped_at=None).count()
    with pytest.raises(WrongState) as refused:
        sorting.file(ticket, FilingReason.SPAM, by="staff:1", now=factories.NOW)
    assert refused.value.possible == ["reopened", "noted", "attached", "card_voided"]
