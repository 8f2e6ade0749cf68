"""A caller's way through the menu, with a carrier that can do all and one that can do little."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import settings
from hotline.calls.kinds import Skill
from hotline.calls.rules import RANK_CRITICAL, CallRules
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.messages.rules import MessageRules
from hotline.tickets.models import Ticket
from tests import factories
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset

WITHHELD = "anonymous"


def caller(client: FlaskClient, number: str = doors.PHONE) -> Handset:
    made = Handset(client, number)
    made.dial()
    return made


def told(number: str) -> str:
    return " ".join(number[:4])


def test_the_greeting(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = caller(client)
    assert "欢迎拨打12345" in phone.last.words
    assert ("将被录音" in phone.last.words) is (carrier == "twilio")
    assert ("直接说" in phone.last.words) is (carrier == "twilio")
    assert "press 2" in phone.last.words
    assert phone.last.find("Gather").get("input") == (
        "dtmf speech" if carrier == "twilio" else None
    )
    assert phone.last.verbs[-1] == "Redirect"
    assert phone.call.state is CallState.MENU
    assert phone.call.phone == doors.PHONE


@pytest.mark.parametrize("keys", ["", "0"])
def test_nothing_and_0_lead_to_a_person(
    client: FlaskClient, carrier: str, time: Clock, keys: str
) -> None:
    phone = caller(client)
    document = phone.press(keys) if keys else phone.stay()
    assert phone.call.state is CallState.WAITING
    assert "正在为您转接人工" in document.words
    assert "第1位" in document.words
    assert "hold.wav" in str(document.find("Play").text)
    assert "Pause" not in document.xml


def test_garbage_twice_leads_to_a_person(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = caller(client)
    assert "没有听清" in phone.press("7").words
    phone.press("1" * 40)
    assert phone.call.state is CallState.WAITING


def test_english(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = caller(client)
    document = phone.press("2")
    assert "Please hold" in document.words
    assert document.find("Say").get("language") == "en-US"
    assert (phone.call.language, phone.call.skill) == ("en", Skill.ENGLISH)


@pytest.mark.parametrize(
    ("words", "state"),
    [("转人工", CallState.WAITING), ("我要留言", CallState.VOICEMAIL), ("喂", CallState.MENU)],
)
def test_spoken_words(client: FlaskClient, time: Clock, words: str, state: CallState) -> None:
    phone = caller(client)
    phone.speak(words)
    assert phone.call.state is state


def test_words_of_danger_come_first_and_are_never_hung_up_on(
    client: FlaskClient, time: Clock
) -> None:
    settings.change(CallRules, "most_waiting", 1, by="staff:1", now=time.now)
    db.session.commit()
    caller(client, "+8613900000001").stay()
    phone = caller(client)
    document = phone.speak("我家里着火了")
    assert phone.call.is_critical
    assert phone.call.rank >= RANK_CRITICAL
    assert phone.call.state is CallState.WAITING
    assert "请不要挂机" in document.words
    assert not document.is_over


def test_words_of_danger_while_waiting(client: FlaskClient, time: Clock) -> None:
    phone = caller(client)
    phone.stay()
    document = phone.speak("有人溺水")
    assert "请不要挂机" in document.words
    assert phone.call.is_critical


def test_the_full_queue(client: FlaskClient, carrier: str, time: Clock) -> None:
    settings.change(CallRules, "most_waiting", 1, by="staff:1", now=time.now)
    db.session.commit()
    caller(client, "+8613900000001").stay()
    phone = caller(client)
    assert "人数已满" in phone.stay().words
    assert "留言请按9" in phone.stay().words
    assert phone.stay().is_over
    again = caller(client)
    again.stay()
    assert "已登记回电" in again.press("1").words
    assert again.call.state is CallState.CALLBACK_ASKED
    third = caller(client, WITHHELD)
    assert "回电" not in third.stay().words
    third.press("9")
    assert third.call.state is CallState.VOICEMAIL


@pytest.fixture
def ticket(app: APIFlask) -> Ticket:
    """A ticket of this phone."""
    return factories.taken(phone=doors.PHONE).ticket


def test_ones_own_ticket_is_told_at_once(
    client: FlaskClient, carrier: str, time: Clock, ticket: Ticket
) -> None:
    phone = caller(client)
    assert "13位工单编号" in phone.press("1").words
    document = phone.press(ticket.number)
    assert told(ticket.number) in document.words
    assert phone.call.is_served
    assert phone.stay().is_over
    phone.reported("completed")
    assert phone.call.state is CallState.ENDED


def test_another_phone_needs_the_code(
    client: FlaskClient, carrier: str, time: Clock, ticket: Ticket
) -> None:
    phone = caller(client, WITHHELD)
    phone.press("1")
    assert "6位查询码" in phone.press(ticket.number).words
    assert "不相符" in phone.press("000000" if doors.code_of(ticket) != "000000" else "1").words
    assert told(ticket.number) in phone.press(doors.code_of(ticket)).words
    phone.press("0")
    assert phone.call.state is CallState.WAITING


def test_an_unknown_number_looks_the_same(
    client: FlaskClient, carrier: str, time: Clock, ticket: Ticket
) -> None:
    phone = caller(client)
    phone.press("1")
    unknown = phoning.another_number(ticket.number)
    assert "6位查询码" in phone.press(unknown).words
    assert "不相符" in phone.press("123456").words


def test_a_confidential_ticket_needs_the_code_from_its_own_phone(
    client: FlaskClient, carrier: str, time: Clock, ticket: Ticket
) -> None:
    ticket.is_confidential = True
    db.session.commit()
    phone = caller(client)
    phone.press("1")
    assert "6位查询码" in phone.press(ticket.number).words
    document = phone.press(doors.code_of(ticket))
    assert told(ticket.number) in document.words
    assert "承办单位" not in document.words


def test_wrong_codes_by_text_and_by_call_count_together(
    client: FlaskClient, carrier: str, time: Clock, ticket: Ticket
) -> None:
    most = settings.read(MessageRules).wrong_codes_hour
    other = "+8613900000009"
    for _ in range(most - 1):
        doors.text(client, f"查 {ticket.number} 999999", From=other)
    phone = caller(client, other)
    phone.press("1")
    phone.press(ticket.number)
    assert "不相符" in phone.press("999999").words
    again = caller(client, other)
    again.press("1")
    assert "输入错误次数过多" in again.press(ticket.number).words
    assert again.call.state is CallState.WAITING
    time.later(3700)
    later = caller(client, other)
    later.press("1")
    later.press(ticket.number)
    assert told(ticket.number) in later.press(doors.code_of(ticket)).words


def test_withheld_numbers_guess_together_on_one_ticket(
    client: FlaskClient, carrier: str, time: Clock, ticket: Ticket
) -> None:
    for _ in range(settings.read(MessageRules).wrong_codes_hour):
        phone = caller(client, WITHHELD)
        phone.press("1")
        phone.press(ticket.number)
        phone.press("999999")
    phone = caller(client, WITHHELD)
    phone.press("1")
    assert "输入错误次数过多" in phone.press(ticket.number).words


def test_a_mistyped_number_twice_leads_to_a_person(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    phone = caller(client)
    phone.press("1")
    assert "编号有误" in phone.press("1" * 40).words
    phone.press("12")
    assert phone.call.state is CallState.WAITING


def test_too_many_calls_are_refused(client: FlaskClient, carrier: str, time: Clock) -> None:
    settings.change(CallRules, "calls_per_hour", 1, by="staff:1", now=time.now)
    db.session.commit()
    caller(client)
    phone = caller(client)
    assert "过于频繁" in phone.last.words
    assert phone.call.state is CallState.REFUSED
    if carrier == "somleng":
        assert phone.last.is_over
        return
    assert phone.stay().is_over
    loud = caller(client)
    loud.speak("救命")
    assert loud.call.state is CallState.WAITING
    assert loud.call.is_critical
