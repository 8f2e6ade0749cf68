"""The phonebooth as the smaller platform: fewer verbs, one report, ids of another kind."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import requests

from tests.phonebooth.calling import (
    API,
    AUTH,
    RECORDED,
    STATUS,
    VOICE,
    act,
    ask,
    behave,
    call,
    documents,
    heard,
    leg_at,
    library,
    said,
    seen,
)
from tests.phonebooth.running import (
    CITIZEN,
    HOTLINE,
    Booth,
    Hotline,
    running_booth,
    settings,
    until,
)

DESK = "+8631288880001"


@pytest.fixture
def somleng(hotline: Hotline) -> Iterator[Booth]:
    with running_booth(settings(hotline.url, flavour="somleng")) as running:
        yield running


def test_ids_are_uuids_and_requests_carry_no_token(somleng: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Say>您好</Say>")
    sid = call(somleng)
    assert UUID(sid)
    seen(somleng, sid, "ended")
    [asked] = hotline.of(VOICE)
    assert "I-Twilio-Idempotency-Token" not in asked.headers
    assert asked.headers["X-Twilio-Signature"]
    assert "FromCountry" not in asked.fields


def test_there_is_one_report_whatever_was_asked_for(somleng: Booth, hotline: Hotline) -> None:
    documents(hotline, x="<Say>您好</Say>")
    behave(somleng, CITIZEN, answers="itself")
    made = library(somleng).calls.create(
        to=CITIZEN,
        from_=HOTLINE,
        url=f"{hotline.url}{VOICE}/x",
        status_callback=hotline.url + STATUS,
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        machine_detection="Enable",
    )
    until(lambda: hotline.of(STATUS))
    [told] = hotline.of(STATUS)
    assert (told.fields["CallSid"], told.fields["CallStatus"]) == (made.sid, "completed")
    assert told.fields["SequenceNumber"] == "0"
    assert "AnsweredBy" not in hotline.of(f"{VOICE}/x")[0].fields


@pytest.mark.parametrize(
    "verb",
    [
        "<Pause/>",
        "<Enqueue>q</Enqueue>",
        "<Dial><Conference>c</Conference></Dial>",
        "<Dial><Client>operator1</Client></Dial>",
        "<Gather><Pause/></Gather>",
        "<Dance/>",
    ],
)
def test_an_unknown_verb_ends_the_call(somleng: Booth, hotline: Hotline, verb: str) -> None:
    documents(hotline, start=f"<Say>您好</Say>{verb}<Say>不该说</Say>")
    shown = seen(somleng, call(somleng), "ended")
    assert said(shown) == ["您好"]
    assert heard(shown, "error")[0]["code"] == 12200
    assert shown["status"] == "completed"
    assert not hotline.of(f"{VOICE}/fallback")


def test_keys_are_gathered_and_words_are_not(somleng: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Gather input='dtmf speech' numDigits='1' action='voice/menu'/>")
    sid = call(somleng)
    seen(somleng, sid, "waiting")
    act(somleng, sid, "speak", text="人工")
    act(somleng, sid, "keys", digits="0")
    seen(somleng, sid, "ended")
    [asked] = hotline.of(f"{VOICE}/menu")
    assert asked.fields["Digits"] == "0"
    assert "SpeechResult" not in asked.fields


def test_a_desk_phone_is_dialled_and_nothing_recorded(somleng: Booth, hotline: Hotline) -> None:
    noun = (
        f"<Dial action='voice/bridged' record='record-from-answer'><Number>{DESK}</Number></Dial>"
    )
    documents(hotline, start=noun, bridged="<Hangup/>")
    sid = call(somleng)
    desk = leg_at(somleng, DESK)
    seen(somleng, desk, "status:ringing")
    act(somleng, desk, "answer")
    seen(somleng, sid, "joined")
    act(somleng, desk, "hang_up")
    seen(somleng, sid, "ended")
    [asked] = hotline.of(f"{VOICE}/bridged")
    assert (asked.fields["DialCallStatus"], asked.fields["DialCallSid"]) == ("completed", desk)
    assert "RecordingUrl" not in asked.fields
    assert ask(somleng, "GET", "recordings").json()["recordings"] == []


def test_a_waiting_caller_is_moved(somleng: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Play>/hold.mp3</Play><Redirect>voice</Redirect>", bridge="<Gather/>")
    sid = call(somleng)
    seen(somleng, sid, "documents:3")
    library(somleng).calls(sid).update(url=f"{hotline.url}{VOICE}/bridge")
    seen(somleng, sid, "doing:Gather")
    act(somleng, sid, "hang_up")


def test_a_message_is_under_its_call_and_stays(somleng: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start=f"<Record action='voice/taped' recordingStatusCallback='{RECORDED}'/>",
        taped="<Hangup/>",
    )
    sid = call(somleng)
    seen(somleng, sid, "doing:Record")
    act(somleng, sid, "speak", text="路灯坏了")
    act(somleng, sid, "keys", digits="1")
    seen(somleng, sid, "ended")
    fields = hotline.of(f"{VOICE}/taped")[0].fields
    assert "RecordingSid" not in fields
    until(lambda: hotline.of(RECORDED))
    url = hotline.of(RECORDED)[0].fields["RecordingUrl"]
    path = url.removeprefix(somleng.exchange.settings.own_url)
    assert path.startswith(f"{API}/Calls/{sid}/Recordings/")
    assert requests.get(somleng.url + path + ".wav", auth=AUTH, timeout=5).content[:4] == b"RIFF"
    path = f"{API}/Recordings/{path.rpartition('/')[2]}.json"
    assert requests.delete(somleng.url + path, auth=AUTH, timeout=5).status_code == 404


def test_an_error_of_the_hotline_ends_the_call(somleng: Booth, hotline: Hotline) -> None:
    hotline.status, hotline.answer = 500, "Internal Server Error"
    shown = seen(somleng, call(somleng), "ended")
    assert (shown["status"], said(shown)) == ("no-answer", [])
    assert not hotline.of(f"{VOICE}/fallback")


@pytest.mark.parametrize("to", ["client:operator1", "sip:desk@pbx.city"])
def test_only_numbers_are_called(somleng: Booth, to: str) -> None:
    order = {"To": to, "From": HOTLINE, "Url": "http://127.0.0.1:9/"}
    answer = requests.post(f"{somleng.url}{API}/Calls.json", data=order, auth=AUTH, timeout=5)
    assert answer.json()["code"] == 21211


def test_the_flavour_is_changed_by_the_control_api(booth: Booth, hotline: Hotline) -> None:
    assert ask(booth, "GET", "tuning").json()["flavour"] == "twilio"
    changed = ask(booth, "PUT", "tuning", {"flavour": "somleng", "speed": 50})
    assert (changed.json()["flavour"], changed.json()["speed"]) == ("somleng", 50)
    assert UUID(call(booth))
    assert ask(booth, "PUT", "tuning", {"flavour": "asterisk"}).status_code == 422
    assert ask(booth, "POST", "reset").status_code == 204
    assert ask(booth, "GET", "tuning").json()["flavour"] == "twilio"
    assert ask(booth, "GET", "calls").json()["calls"] == []
