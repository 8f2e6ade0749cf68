"""In the queue, and what a caller may do instead of waiting."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.access import Role
from hotline.calls import seating
from hotline.calls.kinds import Direction, Mode, Purpose, RecordingKind
from hotline.calls.models import CallTicket, Line
from hotline.calls.recording_models import Recording
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.notices.models import Notice
from hotline.notices.rules import Supply
from hotline.tickets import modes
from hotline.tickets.kinds import Channel
from hotline.tickets.modes import Switch
from hotline.tickets.states import State
from tests import factories
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset

WITHHELD = "+266696687"


def waiter(client: FlaskClient, number: str = doors.PHONE, **more: str) -> Handset:
    made = Handset(client, number, **more)
    made.dial()
    made.stay()
    return made


def test_the_place_is_told_when_it_changes_and_the_call_back_when_it_is_time(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    first = waiter(client, "+8613900000001")
    time.later(1)
    second = waiter(client)
    assert "第2位" in second.last.words
    time.later(10)
    assert second.stay().words == ""
    first.reported("completed")
    assert "第1位" in second.stay().words
    assert "请按1" not in second.last.words
    time.later(60)
    assert "请按1" in second.stay().words
    time.later(10)
    assert "请按1" not in second.stay().words
    rounds = [second.stay().words for _ in range(3)]
    assert sum("请按1" in one for one in rounds) == 1


def test_a_call_back_keeps_the_place(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = waiter(client)
    since = phone.call.queued_at
    assert not phone.press("1").is_over
    time.later(61)
    phone.stay()
    assert phone.press("1").is_over
    assert phone.call.state is CallState.CALLBACK_ASKED
    phone.reported("completed")
    (owed,) = [one for one in phoning.calls() if one.direction is Direction.OUTBOUND]
    assert (owed.purpose, owed.queued_at) == (Purpose.CALLBACK_ASKED, since)


def test_at_night_the_hour_is_told(client: FlaskClient, carrier: str, time: Clock) -> None:
    time.now += timedelta(hours=13)
    phone = waiter(client)
    time.later(61)
    phone.stay()
    assert "08:00" in phone.press("1").words


def test_who_withholds_the_number_may_leave_a_message(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    phone = waiter(client, WITHHELD)
    assert phone.call.phone is None
    time.later(61)
    assert "请按9留言" in phone.stay().words
    assert not phone.press("1").is_over
    assert "提示音后" in phone.press("9").words
    document = phone.ask(phone.last.action, RecordingSid="RE1", RecordingDuration="20")
    (ticket,) = doors.tickets()
    assert " ".join(doors.code_of(ticket)[:4]) in document.words


def test_a_message_becomes_a_ticket_once(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = Handset(client)
    phone.dial()
    record = phone.press("9").find("Record")
    said = {"RecordingSid": "RE7", "RecordingDuration": "32", "RecordingStatus": "completed"}
    status = str(record.get("recordingStatusCallback"))
    first = phone.send(status, **said)
    assert first.status_code == 204
    phone.reported("completed")
    for _ in range(2):
        assert "已收到" in phone.ask(str(record.get("action")), **said).words
        assert phone.send(status, **said).status_code == 204
    (ticket,) = doors.tickets()
    assert (ticket.channel, ticket.state) == (Channel.PHONE, State.RECEIVED)
    assert "留言32秒" in doors.body_of(ticket)
    (kept,) = db.session.scalars(select(Recording)).all()
    assert (kept.kind, kept.provider_id, kept.seconds) == (RecordingKind.MESSAGE, "RE7", 32)
    (link,) = db.session.scalars(select(CallTicket)).all()
    assert (link.call_id, link.ticket_id) == (phone.call.id, ticket.id)
    assert phone.call.state is CallState.VOICEMAIL


def test_an_empty_message_makes_nothing(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = Handset(client)
    phone.dial()
    phone.press("9")
    assert "没有听到" in phone.stay().words
    assert doors.tickets() == []


def line(**given: object) -> Line:
    made = Line(**({"name": "供热热线", "mode": Mode.PARALLEL, "opened_at": factories.NOW} | given))
    db.session.add(made)
    db.session.commit()
    return made


def test_a_line_has_its_own_greeting(client: FlaskClient, carrier: str, time: Clock) -> None:
    line(number="12319", greeting_zh="这里是城管服务热线。", greeting_en="City services.")
    phone = Handset(client, To="12319")
    assert "城管服务热线" in phone.dial().words
    assert phone.call.line_id is not None


def test_an_unknown_line_is_the_hotline(client: FlaskClient, carrier: str, time: Clock) -> None:
    assert "12345" in Handset(client, To="+8699999999").dial().words
    assert "12345" in Handset(client, To="").dial().words


@pytest.mark.parametrize("status", ["completed", "no-answer", "busy", ""])
def test_a_sub_centre_is_passed_to(
    client: FlaskClient, carrier: str, time: Clock, status: str
) -> None:
    line(number="95598", mode=Mode.SUB_CENTRE, transfer_to="+863353801234")
    phone = Handset(client, To="95598")
    document = phone.dial()
    assert "转接供热热线" in document.words
    assert document.find("Number").text == "+863353801234"
    again = phone.dialled_over(status)
    if status == "completed":
        assert again.is_over
        phone.reported("completed")
        assert phone.call.state is CallState.ENDED
    else:
        assert "为您转接12345" in again.words
        assert phone.call.state is CallState.WAITING


def test_a_closed_line_is_passed_on(client: FlaskClient, carrier: str, time: Clock) -> None:
    line(number="12319", closed_at=factories.NOW, transfer_to="+863353801234")
    assert Handset(client, To="12319").dial().find("Number").text == "+863353801234"


def test_emergency_mode_and_outages_are_told(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    modes.start(
        Switch("防汛", "今日有暴雨，请避开低洼路段。", "", True), by="staff:1", now=time.now
    )
    factories.taken(phone=doors.PHONE)
    db.session.add(
        Notice(
            unit_id=factories.unit("E01").id,
            supply=Supply.WATER,
            districts=["C01"],
            area="文化路",
            words=["文化路"],
            text="检修",
            begins_at=time.now - timedelta(hours=1),
            ends_at=time.now + timedelta(hours=5),
            entered_at=time.now,
            entered_by="staff:1",
        )
    )
    db.session.commit()
    phone = Handset(client)
    phone.dial()
    assert "请避开低洼路段" in phone.last.words
    assert "涉及文化路" in phone.last.words
    assert "11月18日 15:00" in phone.last.words
    other = Handset(client, "+8613900000002")
    assert "文化路" not in other.dial().words


def test_the_first_in_line_is_served_soon(
    client: FlaskClient, app: APIFlask, carrier: str, time: Clock
) -> None:
    person = factories.staff("op", Role.OPERATOR)
    seat = seating.locked(person.id, time.now)
    talked = waiter(client, "+8613900000001").call
    talked.state = CallState.CONNECTED
    seating.talk(seat, talked, now=time.now)
    db.session.commit()
    second = waiter(client)
    assert "第1位，预计等候约3分钟" in second.last.words
    time.later(1)
    third = waiter(client, "+8613900000003")
    assert "第2位，预计等候约6分钟" in third.last.words
