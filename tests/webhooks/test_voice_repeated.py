"""Requests that come twice, late, backwards, of calls we never saw: one answer, one effect."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.calls import arriving, finding
from hotline.calls.arriving import Arrival
from hotline.calls.kinds import LegState, Step
from hotline.calls.rules import CallRules
from hotline.calls.states import CallState
from hotline.extensions import db
from tests import factories
from tests.committed import committed_app, committing_app, together
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset

__all__ = ["committed_app", "committing_app"]
TOKEN = "I-Twilio-Idempotency-Token"


def test_an_arrival_told_twice_is_one_call(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = Handset(client)
    first, second = phone.dial(), phone.dial()
    assert first.xml == second.xml
    assert len(phoning.calls()) == 1


@pytest.mark.parametrize("keys", ["", "0", "2", "7", "9"])
def test_a_key_told_twice_is_pressed_once(
    client: FlaskClient, carrier: str, time: Clock, keys: str
) -> None:
    phone = Handset(client)
    address = phone.dial().action
    given = {"Digits": keys} if keys else {}
    first = phone.ask(address, **given)
    happened = phoning.events(phone.call)
    time.later(3)
    assert phone.ask(address, **given).xml == first.xml
    assert phoning.events(phone.call) == happened


def test_a_wrong_code_told_twice_counts_once(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    ticket = factories.taken(phone="+8613900000001").ticket
    phone = Handset(client)
    phone.dial()
    phone.press("1")
    address = phone.press(ticket.number).action
    first = phone.send_with({TOKEN: "t-1"}, address, Digits="000001")
    again = phone.send_with({TOKEN: "t-1"}, address, Digits="000001")
    assert first.get_data() == again.get_data()
    assert phoning.events(phone.call).count("lookup_failed") == 1


def test_the_same_token_for_something_else_changes_nothing(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    phone = Handset(client)
    address = phone.dial().action
    assert phone.send_with({TOKEN: "t-2"}, address, Digits="2").status_code == 200
    answer = phone.send_with({TOKEN: "t-2"}, address, Digits="9")
    assert phoning.Document(answer).find("Play") is not None
    assert phone.call.state is CallState.WAITING


def test_a_late_key_finds_the_call_where_it_is(
    client: FlaskClient, carrier: str, time: Clock
) -> None:
    phone = Handset(client)
    address = phone.dial().action
    phone.press("0")
    assert "hold.wav" in phone.ask(address, Digits="9").xml
    phone.reported("completed")
    assert phone.ask(address, Digits="1").is_over
    assert phone.call.state is CallState.ABANDONED


@pytest.mark.parametrize(
    "words",
    [
        ["completed", "in-progress", "ringing", "initiated"],
        ["completed", "completed"],
        ["no-such-word", "", "ringing", "completed", "busy"],
    ],
)
def test_states_going_backwards(
    client: FlaskClient, carrier: str, time: Clock, words: list[str]
) -> None:
    phone = Handset(client)
    phone.dial()
    for number, word in enumerate(reversed(words)):
        answer = phone.reported(word, SequenceNumber=str(number))
        assert (answer.status_code, answer.get_data()) == (204, b"")
    for word in words:
        assert phone.reported(word).status_code == 204
    assert phone.call.state is CallState.ABANDONED
    assert [leg.state for leg in finding.all_legs(phone.call)] == [LegState.ENDED]


def test_a_report_of_a_call_we_never_saw(client: FlaskClient, carrier: str, time: Clock) -> None:
    assert Handset(client).reported("completed").status_code == 204
    said = {"RecordingSid": "RE1", "RecordingStatus": "completed"}
    assert Handset(client).send(f"{phoning.RECORDING}?kind=call", **said).status_code == 204
    assert phoning.calls() == []


def test_a_caller_we_never_saw_begins_anew(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = Handset(client)
    document = phone.ask(f"{phoning.VOICE}/wait?call=gone&leg=gone")
    assert document.verbs == ["Redirect"]
    assert "欢迎" in phone.stay().words


@pytest.mark.parametrize("step", ["operator", "third", "outgoing", "bridged", "flow", "x"])
def test_an_end_we_never_dialled_is_sent_away(
    client: FlaskClient, carrier: str, time: Clock, step: str
) -> None:
    phone = Handset(client, Direction="outbound-api")
    assert phone.ask(f"{phoning.VOICE}/{step}?leg=gone").is_over


@pytest.mark.parametrize("step", list(Step))
def test_every_step_of_a_call_that_is_over(
    client: FlaskClient, carrier: str, time: Clock, step: str
) -> None:
    phone = Handset(client)
    phone.dial()
    phone.reported("completed")
    leg = finding.all_legs(phone.call)[0]
    for more in ("", "&n=0", "&n=1&number=2611180000017"):
        document = phone.ask(f"{phoning.VOICE}/{step}?leg={leg.ref}{more}", Digits="1")
        assert document.is_over, document.xml
    assert phone.call.state is CallState.ABANDONED


def test_a_number_that_is_no_number(client: FlaskClient, carrier: str, time: Clock) -> None:
    for sender in ("", "anonymous", "Restricted", "+266696687", "sip:a@b", "12345", "x" * 500):
        phone = Handset(client, sender)
        phone.dial()
        assert phone.call.phone is None, sender


def test_without_an_id_nothing_is_known(client: FlaskClient, carrier: str, time: Clock) -> None:
    phone = Handset(client, CallSid="")
    assert phone.dial().is_over
    assert phoning.calls() == []


def test_two_arrivals_at_once_are_one_call(committed_app: APIFlask) -> None:
    arrival = Arrival(phoning.new_sid(), doors.PHONE, "12345")

    def arrive() -> str:
        ref = arriving.arrive(arrival, now=factories.NOW, rules=CallRules()).ref
        db.session.commit()
        return ref

    assert len(set(together(committed_app, [arrive] * 4))) == 1
