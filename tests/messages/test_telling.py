"""Which event makes which text, once each, and who is told nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hotline import crypto, relay
from hotline.citizens.models import Citizen
from hotline.events import Fact, publish
from hotline.extensions import db
from hotline.messages import operations, readers
from hotline.messages.models import Message
from hotline.tickets import beside, merging, sorting, timing
from hotline.tickets import operations as tickets
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.intake import Reporter
from hotline.tickets.kinds import RefusalReason, RequestType, Role
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.states import Verb
from tests import factories

PHONE = "+8613812345678"
DUE = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def written() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def told() -> list[str]:
    relay.drain()
    return [one.kind for one in written()]


def last() -> str:
    relay.drain()
    return written()[-1].body


def code_of(ticket: Ticket) -> str:
    asked = select(TicketText.query_code).where(TicketText.ticket_id == ticket.id)
    return db.session.scalars(asked).one()


def step(ticket: Ticket, verb: Verb, now: datetime, **more: Any) -> None:
    tickets.advance(ticket, verb, by="staff:1", now=now, **more)
    db.session.commit()


def dispatched(ticket: Ticket, now: datetime) -> None:
    """With a unit and its handling deadline, as dispatch leaves it."""
    unit = factories.unit("D15")
    tickets.advance(ticket, Verb.DISPATCH, by="staff:1", now=now, words="内部说明")
    tickets.hand_to(ticket, unit.id, Role.LEAD, at=now)
    due = Due(DUE, is_provisional=False, pace=Pace.WORKING_DAYS)
    book = factories.book()
    timing.start(ticket, Clock.HANDLE, due, at=now, book=book, unit_id=unit.id)
    db.session.commit()


@pytest.fixture
def ticket(app: APIFlask, now: datetime) -> Ticket:
    """Sorted, waiting for dispatch."""
    return factories.sorted_ticket(now=now)


def test_the_whole_way_is_told(ticket: Ticket, now: datetime) -> None:
    assert told() == ["acknowledged"]
    assert ticket.number in last()
    assert code_of(ticket) in last()
    dispatched(ticket, now)
    assert "市住房和城乡建设局" in last()
    assert "11月25日 17:30" in last()
    assert "内部说明" not in last()
    step(ticket, Verb.SIGN, now)
    step(ticket, Verb.PROGRESS, now, words="已派人到现场")
    assert "已派人到现场" in last()
    step(ticket, Verb.REPLY, now, words="已清理完毕")
    seq = ticket.last_seq
    step(ticket, Verb.ACCEPT, now, facts={"reply_seq": seq})
    assert "已清理完毕" in last()
    step(ticket, Verb.CLOSE, now)
    kinds = ["acknowledged", "dispatched", "progressed", "replied", "closed"]
    assert told() == kinds
    assert {one.ticket_id for one in written()} == {ticket.id}


def test_an_event_is_told_once(ticket: Ticket, now: datetime) -> None:
    told()
    facts = {"seq": 1, "state": "received", "channel": "web"}
    publish([Fact("received", f"ticket:{ticket.id}", facts, now)])
    assert told() == ["acknowledged"]


def test_an_answer_and_a_refusal(app: APIFlask, now: datetime) -> None:
    first = factories.taken(now=now).ticket
    second = factories.taken(now=now).ticket
    sorting.answer(first, "社保大厅周六上午开门。", by="staff:1", now=now)
    reason, route = RefusalReason.LITIGATION, "海港区人民法院"
    sorting.refuse(second, reason, "此事已在诉讼中。", route, by="staff:1", now=now)
    db.session.commit()
    assert told()[-2:] == ["answered", "refused"]
    answered, refused = [one.body for one in written()[-2:]]
    assert "社保大厅周六上午开门。" in answered
    assert "此事已在诉讼中。" in refused
    assert "海港区人民法院" in refused


def test_other_ends_are_told(app: APIFlask, now: datetime) -> None:
    lead, follower, third = (factories.sorted_ticket(now=now) for _ in range(3))
    merging.merge(follower, lead, by="staff:1", now=now)
    beside.withdraw(third, "不用了", by="citizen", now=now)
    beside.reopen(third, "又坏了", by="citizen", now=now, book=factories.book())
    db.session.commit()
    assert sorted(told()[3:]) == ["merged", "reopened", "withdrawn"]


def test_only_a_supplement_by_text_is_confirmed(ticket: Ticket, now: datetime) -> None:
    beside.supplement(ticket, "还有一处", by="citizen", now=now, via="web")
    beside.supplement(ticket, "再有一处", by="citizen:sms", now=now, via="sms")
    db.session.commit()
    assert told() == ["acknowledged", "supplemented"]


def test_what_came_back_meanwhile_is_not_told(ticket: Ticket, now: datetime) -> None:
    step(ticket, Verb.DISPATCH, now)
    assert told() == ["acknowledged"]


@pytest.mark.parametrize(
    "reporter",
    [
        Reporter(name="张三"),
        Reporter(phone="+8603353651234"),
        Reporter(phone=PHONE, contact_wish="none"),
    ],
)
def test_who_is_told_nothing(app: APIFlask, now: datetime, reporter: Reporter) -> None:
    factories.taken(now=now, reporter=reporter)
    assert told() == []


def test_who_prefers_calls_still_gets_the_number(app: APIFlask, now: datetime) -> None:
    factories.taken(now=now, reporter=Reporter(phone=PHONE, contact_wish="phone"))
    assert told() == ["acknowledged"]


def test_history_is_told_nothing(app: APIFlask, now: datetime) -> None:
    factories.taken(now=now, is_history=True)
    assert told() == []


def test_who_opted_out_is_told_nothing(app: APIFlask, now: datetime) -> None:
    operations.opt_out(crypto.blind_index(PHONE), "TD", now=now)
    factories.taken(now=now)
    assert told() == []


def test_an_erased_citizen_is_told_nothing(ticket: Ticket, now: datetime) -> None:
    told()
    citizen = db.session.get_one(Citizen, ticket.citizen_id)
    citizen.phone = citizen.phone_index = None
    dispatched(ticket, now)
    assert told() == ["acknowledged"]


@pytest.mark.parametrize(
    "changes",
    [{"is_confidential": True}, {"request_type": RequestType.REPORT, "category": "T010101"}],
)
def test_a_private_matter_is_the_number_alone(
    app: APIFlask, now: datetime, changes: dict[str, Any]
) -> None:
    ticket = factories.sorted_ticket(now=now, **changes)
    assert code_of(ticket) not in last()
    dispatched(ticket, now)
    step(ticket, Verb.SIGN, now)
    step(ticket, Verb.PROGRESS, now, words="已派人到现场")
    assert told() == ["acknowledged", "dispatched", "progressed"]
    for message in written():
        assert ticket.number in message.body
        assert "住房" not in message.body
        assert "现场" not in message.body


def test_long_words_are_cut(ticket: Ticket, now: datetime) -> None:
    dispatched(ticket, now)
    step(ticket, Verb.SIGN, now)
    step(ticket, Verb.PROGRESS, now, words="水" * 3000)
    assert len(last()) < 600


def test_a_number_written_very_often_waits(app: APIFlask, now: datetime) -> None:
    for _ in range(101):
        factories.taken(now=now)
    relay.drain()
    *before, late = written()
    assert {one.next_try_at for one in before} == {now}
    assert late.next_try_at == now + timedelta(hours=1)


def test_every_kind_of_event_has_one_reader() -> None:
    assert len({kind for kind, _, _ in readers.READERS}) == len(readers.READERS)
