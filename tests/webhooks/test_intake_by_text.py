"""Texts that become tickets, once each, and those that have nothing to say."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline import phone, relay
from hotline.citizens.models import Citizen
from hotline.extensions import db
from hotline.tickets.kinds import Channel, Urgency
from hotline.tickets.models import ClockRow, TicketEvent
from hotline.tickets.states import State
from tests.conftest import Statements
from tests.webhooks import doors


def facts_of_receipt(ticket_id: int) -> dict[str, object]:
    return db.session.scalars(
        select(TicketEvent.facts).where(
            TicketEvent.ticket_id == ticket_id, TicketEvent.kind == "received"
        )
    ).one()


def test_a_text_becomes_a_ticket_and_is_acknowledged(client: FlaskClient) -> None:
    answer = doors.text(client, "文化路路灯坏了三天了")
    assert answer.mimetype == "text/xml"
    assert answer.get_data(as_text=True).endswith("<Response/>")
    (ticket,) = doors.tickets()
    assert (ticket.state, ticket.channel, ticket.line) == (State.RECEIVED, Channel.SMS, "12345")
    assert doors.body_of(ticket) == "文化路路灯坏了三天了"
    citizen = db.session.get_one(Citizen, ticket.citizen_id)
    assert citizen.phone == doors.PHONE
    relay.drain()
    came, went = doors.messages()
    assert (came.kind, came.state, came.ticket_id) == ("new", "received", ticket.id)
    assert (went.kind, went.ticket_id, went.phone) == ("acknowledged", ticket.id, doors.PHONE)
    assert ticket.number in went.body
    assert doors.code_of(ticket) in went.body


def test_the_same_id_twice_is_one_with_the_same_answer(client: FlaskClient) -> None:
    sent = doors.fields("路灯坏了")
    answers = [doors.post(client, doors.SMS, sent) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.get_data() for answer in answers}) == 1
    assert doors.post(client, doors.SMS, sent | {"Body": "别的话"}).status_code == 200
    assert (len(doors.tickets()), len(doors.messages("in"))) == (1, 1)


def test_the_same_words_with_another_id_are_another_text(client: FlaskClient) -> None:
    doors.text(client, "路灯坏了")
    doors.text(client, "路灯坏了")
    assert len(doors.tickets()) == 2


def test_open_tickets_are_suggested(client: FlaskClient) -> None:
    doors.text(client, "路灯坏了")
    doors.text(client, "还没有人来修")
    doors.text(client, "我是别人", From="13900001111")
    first, second, third = doors.tickets()
    assert "perhaps" not in facts_of_receipt(first.id)
    assert facts_of_receipt(second.id)["perhaps"] == [first.number]
    assert "perhaps" not in facts_of_receipt(third.id)


@pytest.mark.parametrize("sender", ["10086", "106900001234567", "中国移动", "anonymous", "+"])
def test_a_sender_nobody_can_call_is_an_item_to_sort(client: FlaskClient, sender: str) -> None:
    doors.text(client, "您的话费不足", From=sender)
    relay.drain()
    (ticket,) = doors.tickets()
    (message,) = doors.messages()
    assert ticket.citizen_id is None
    assert message.phone == sender
    assert phone.mask(message.phone) != sender


def test_a_landline_is_a_citizen_without_texts(client: FlaskClient) -> None:
    doors.text(client, "路灯坏了", From="0335-3651234")
    relay.drain()
    (ticket,) = doors.tickets()
    assert ticket.citizen_id is not None
    assert doors.out_kinds() == []


@pytest.mark.parametrize("body", ["", "   ", "😀😀", "。。。！", "\x00\x00", "\ufffd\ufffd\ufffd"])
def test_nothing_to_handle_is_answered_politely(client: FlaskClient, body: str) -> None:
    doors.text(client, body)
    assert doors.tickets() == []
    assert doors.out_kinds() == ["no_words"]
    assert len(doors.messages("in")) == 1


@pytest.mark.parametrize("body", ["路灯\x00坏了\x1b", "水" * 100_000, "abc", "3", "路灯坏了🙏"])
def test_odd_texts_are_items_to_sort(client: FlaskClient, body: str) -> None:
    doors.text(client, body)
    (ticket,) = doors.tickets()
    assert "\x00" not in doors.body_of(ticket)
    assert len(doors.body_of(ticket)) <= 10_000


def test_words_of_danger_are_critical(client: FlaskClient) -> None:
    doors.text(client, "三单元闻到煤气味，快来")
    relay.drain()
    (ticket,) = doors.tickets()
    assert ticket.urgency is Urgency.CRITICAL
    assert doors.out_kinds() == ["acknowledged_critical"]
    assert "119" in doors.messages("out")[0].body


def test_english_is_answered_in_english(client: FlaskClient) -> None:
    doors.text(client, "The street lamp is broken")
    relay.drain()
    assert doors.messages("out")[0].body.startswith("【12345 Hotline】")


def test_intake_by_text_takes_few_statements(client: FlaskClient, statements: Statements) -> None:
    doors.text(client, "第一条，读规则")
    for sender in ("13900001111", doors.PHONE):
        statements.seen.clear()
        doors.text(client, "路灯坏了", From=sender)
        assert len(statements) <= 16, "\n".join(statements.seen)


FULL = "文化路与河北大街交叉口东南角的路灯从上周三起一直不亮，已经有老人摔倒，" + "请" * 35


def test_parts_that_arrive_apart_are_one(client: FlaskClient) -> None:
    assert len(FULL) == 70
    for part in (FULL, "水" * 67, "请快点。"):
        doors.text(client, part)
    relay.drain()
    (ticket,) = doors.tickets()
    assert doors.body_of(ticket) == FULL + "水" * 67 + "请快点。"
    assert [one.kind for one in doors.messages("in")] == ["new", "joined", "joined"]
    assert {one.ticket_id for one in doors.messages("in")} == {ticket.id}
    assert doors.out_kinds() == ["acknowledged"]


def test_danger_cut_in_two_is_found(client: FlaskClient) -> None:
    doors.text(client, "水" * 66 + "着火"[:1])
    assert doors.tickets()[0].urgency is Urgency.NORMAL
    doors.text(client, "着火"[1:] + "了")
    (ticket,) = doors.tickets()
    assert ticket.urgency is Urgency.CRITICAL
    running = db.session.scalars(
        select(ClockRow).where(ClockRow.ticket_id == ticket.id, ClockRow.stopped_at.is_(None))
    ).all()
    assert len(running) == 1


def test_a_short_text_is_not_gone_on_with(client: FlaskClient) -> None:
    doors.text(client, "路灯坏了")
    doors.text(client, "井盖也坏了")
    assert len(doors.tickets()) == 2


def test_a_part_after_a_minute_is_new(client: FlaskClient) -> None:
    doors.text(client, FULL)
    doors.messages()[0].created_at -= timedelta(seconds=61)
    db.session.commit()
    doors.text(client, "另外一件事")
    assert len(doors.tickets()) == 2


def test_another_sender_does_not_go_on(client: FlaskClient) -> None:
    doors.text(client, FULL)
    doors.text(client, "另外一件事", From="13900001111")
    assert len(doors.tickets()) == 2
