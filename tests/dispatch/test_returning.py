"""Returns against the database: asked, upheld, refused, and what that does to clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask

from dispatch import assigning, queries, returning, reviewing, working
from dispatch.assigning import Order
from dispatch.models import Return
from dispatch.returning import Objection
from dispatch.rules import Outcome, ReturnReason
from dispatch.working import Wording
from hotline import counters
from hotline.errors import Forbidden, NotFound, Refused, WrongState
from hotline.extensions import db
from hotline.tickets import history
from hotline.tickets import queries as tickets
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Holder, Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER, HANDLER, LATER, REVIEWER
from tests.factories import NOW

CITY = ZoneInfo("Asia/Shanghai")
NOT_OURS = Objection(ReturnReason.NOT_OUR_DUTY, "按三定方案，属区政府职责。")


def ask(ticket: Ticket, said: Objection = NOT_OURS, *, now: datetime = LATER) -> Return:
    """Ask for a return as the unit's handler."""
    mine = samples.open_of(ticket)
    return returning.ask(ticket, mine, said, by=HANDLER, now=now, book=factories.book())


def uphold(ticket: Ticket, asked: Return, *, now: datetime = LATER) -> None:
    """Uphold as the reviewer."""
    returning.uphold(ticket, asked, "同意退单", by=REVIEWER, now=now, book=factories.book())


def test_asking_stops_the_unit_and_starts_the_decision(app: APIFlask) -> None:
    ticket = samples.dispatched()
    asked = ask(ticket)
    db.session.commit()
    assert ticket.state is State.RETURN_REQUESTED
    assert set(samples.clocks_of(ticket)) == {"decision"}
    event = tickets.history(ticket.id)[-1]
    assert (event.seq, event.words) == (asked.seq, "按三定方案，属区政府职责。")
    assert event.facts["reason"] == "not_our_duty"
    assert counters.read(queries.STAGE) == {"D16/return_asked": 1}


def test_upheld_it_waits_for_another_unit(app: APIFlask) -> None:
    ticket = samples.dispatched()
    mine = samples.open_of(ticket)
    uphold(ticket, ask(ticket))
    db.session.commit()
    assert (ticket.state, mine.outcome) == (State.PENDING_DISPATCH, Outcome.RETURNED)
    assert set(samples.clocks_of(ticket)) == {"dispatch"}
    assert db.session.query(Holder).filter_by(ticket_id=ticket.id, until=None).count() == 0
    assert counters.read(queries.OPEN) == {}
    assert [one.unit_code for one in queries.upheld_returns([ticket.id])] == ["D16"]


def test_refused_it_counts_as_signed_and_the_time_is_given_back(app: APIFlask) -> None:
    ticket = samples.dispatched()
    mine, due = samples.open_of(ticket), samples.clocks_of(ticket)["handle"].due_at
    asked = ask(ticket)
    decided = LATER + timedelta(hours=2, minutes=30)
    returning.refuse(ticket, asked, "属贵局职责", by=REVIEWER, now=decided, book=factories.book())
    db.session.commit()
    assert ticket.state is State.IN_PROGRESS
    assert (mine.signed_at, mine.signed_by) == (asked.asked_at, HANDLER)
    clocks = samples.clocks_of(ticket)
    assert set(clocks) == {"handle", "contact"}
    # Asked at 11:00 and decided at 13:30: one hour of working time passed.
    assert due == datetime(2026, 11, 25, 17, 30, tzinfo=CITY)
    assert clocks["handle"].due_at == datetime(2026, 11, 26, 9, 30, tzinfo=CITY) == ticket.due_at
    assert counters.read(queries.STAGE) == {"D16/in_progress": 1}
    assert counters.prove(queries.TRUTHS) == []
    assert list(history.verify([ticket])) == []


def test_refused_after_signing_keeps_the_signature(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = ask(ticket)
    returning.refuse(ticket, asked, "不同意", by=REVIEWER, now=LATER, book=factories.book())
    assert samples.open_of(ticket).signed_at == NOW


def test_what_stopped_twice_in_one_moment_goes_on_once(app: APIFlask) -> None:
    ticket, book = samples.dispatched(), factories.book()
    mine, asked = samples.open_of(ticket), ask(ticket)
    returning.refuse(ticket, asked, "属贵单位职责", by=REVIEWER, now=LATER, book=book)
    said = Wording(Completion.SOLVED, "已清理。", "《城市市容条例》")
    working.reply(ticket, mine, said, by=HANDLER, now=LATER, book=book)
    reviewing.send_back(ticket, mine, "未答复要点", by=REVIEWER, now=LATER, book=book)
    db.session.commit()
    assert set(samples.clocks_of(ticket)) == {"contact", "handle"}


def test_only_once_an_assignment(app: APIFlask) -> None:
    ticket = samples.dispatched()
    returning.refuse(ticket, ask(ticket), "否", by=REVIEWER, now=LATER, book=factories.book())
    with pytest.raises(Refused, match="asked_already"):
        ask(ticket)


def test_too_late_except_after_an_inspection(app: APIFlask) -> None:
    ticket = samples.signed()
    late = NOW + timedelta(days=3)
    with pytest.raises(Refused, match="too_late"):
        ask(ticket, now=late)
    asked = ask(ticket, Objection(ReturnReason.AFTER_INSPECTION, "现场属铁路用地。"), now=late)
    assert asked.is_late


def test_the_third_return_is_refused(app: APIFlask) -> None:
    ticket = samples.dispatched()
    uphold(ticket, ask(ticket))
    for unit in ("D15", "D14"):
        beside = (factories.unit("C01"),) if unit == "D14" else ()
        order = Order(factories.unit(unit), assist=beside)
        assigning.dispatch(ticket, order, by=DISPATCHER, now=LATER, book=factories.book())
        if unit == "D15":
            uphold(ticket, ask(ticket))
    with pytest.raises(Refused, match="twice_upheld"):
        ask(ticket)
    assert ticket.state is State.PENDING_SIGNATURE


@pytest.mark.parametrize("by", [HANDLER, DISPATCHER])
def test_nobody_decides_on_their_own_work(app: APIFlask, by: str) -> None:
    ticket = samples.dispatched()
    asked = ask(ticket)
    for decide in (returning.uphold, returning.refuse):
        with pytest.raises(Forbidden, match="own_work"):
            decide(ticket, asked, "x", by=by, now=LATER, book=factories.book())


def test_a_decision_stands(app: APIFlask) -> None:
    ticket = samples.dispatched()
    asked = ask(ticket)
    uphold(ticket, asked)
    with pytest.raises(Refused, match="decided_already"):
        uphold(ticket, asked)


def test_a_return_whose_ticket_was_withdrawn_is_not_decided(app: APIFlask) -> None:
    ticket = samples.dispatched()
    asked = ask(ticket)
    ticket.state = State.PENDING_DISPATCH
    with pytest.raises(WrongState):
        uphold(ticket, asked)


def test_a_return_is_found_only_at_its_ticket(app: APIFlask) -> None:
    ticket = samples.dispatched()
    other = samples.dispatched(phone="+8613900002222")
    asked = ask(ticket)
    assert returning.of_ticket(ticket, asked.id) is asked
    with pytest.raises(NotFound):
        returning.of_ticket(other, asked.id)
    with pytest.raises(NotFound):
        returning.of_ticket(ticket, 10**15)
