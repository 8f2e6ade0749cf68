"""Incoming calls: the carrier's fields, and the hotline's documents carried out."""

from datetime import datetime, timedelta

import pytest
from twilio.request_validator import RequestValidator

from phonebooth import sounds
from tests.phonebooth.calling import (
    STATUS,
    VOICE,
    act,
    ask,
    call,
    documents,
    heard,
    said,
    seen,
)
from tests.phonebooth.running import ACCOUNT, CITIZEN, HOTLINE, TOKEN, Booth, Hotline, until


def test_a_call_comes_with_the_carriers_fields_and_signature(
    booth: Booth, hotline: Hotline
) -> None:
    documents(hotline, start="<Say language='cmn-CN'>您好，这里是12345。</Say>")
    sid = call(booth)
    shown = seen(booth, sid, "ended")
    assert shown["status"] == "completed"
    assert heard(shown, "say")[0]["lang"] == "cmn-CN"
    [asked] = hotline.of(VOICE)
    expected = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "ringing",
        "Called": HOTLINE,
        "Caller": CITIZEN,
        "Direction": "inbound",
        "From": CITIZEN,
        "FromCountry": "CN",
        "To": HOTLINE,
    }
    assert expected.items() <= asked.fields.items()
    assert asked.headers["I-Twilio-Idempotency-Token"]
    signature = asked.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(hotline.url + VOICE, asked.fields, signature)


def test_the_end_is_told_once(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Say>您好</Say>")
    sid = call(booth)
    until(lambda: hotline.of(STATUS))
    [told] = hotline.of(STATUS)
    assert told.fields["CallStatus"] == "completed"
    assert told.fields["CallSid"] == sid
    assert told.fields["CallbackSource"] == "call-progress-events"
    assert {"CallDuration", "Duration", "Timestamp", "SequenceNumber"} <= set(told.fields)


def test_keys_are_gathered_and_posted(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start="<Gather numDigits='1' action='voice/menu?a=1&amp;b=2'><Say>按 1</Say></Gather>",
        menu="<Say>好的</Say><Hangup/><Say>不该说</Say>",
    )
    sid = call(booth)
    seen(booth, sid, "waiting")
    act(booth, sid, "keys", digits="1")
    assert said(seen(booth, sid, "ended")) == ["按 1", "好的"]
    [asked] = hotline.of(f"{VOICE}/menu")
    assert asked.path.endswith("?a=1&b=2")
    assert (asked.fields["Digits"], asked.fields["CallStatus"]) == ("1", "in-progress")


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ("", "20261234#", "20261234"),
        ("finishOnKey='*'", "12#3*", "12#3"),
        ("finishOnKey='' numDigits='3'", "1#*9", "1#*"),
        ("numDigits='40'", "1" * 40, "1" * 40),
        ("actionOnEmptyResult='true'", "#", ""),
    ],
)
def test_which_keys_end_it(
    booth: Booth, hotline: Hotline, attributes: str, keys: str, digits: str
) -> None:
    documents(hotline, start=f"<Gather {attributes} action='voice/menu'/>")
    sid = call(booth)
    seen(booth, sid, "waiting")
    act(booth, sid, "keys", digits=keys)
    seen(booth, sid, "ended")
    assert [asked.fields["Digits"] for asked in hotline.of(f"{VOICE}/menu")] == [digits]


def test_without_an_answer_the_document_goes_on(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Gather timeout='9' action='voice/menu'/><Say>没有听到</Say>")
    sid = call(booth)
    seen(booth, sid, "waiting")
    act(booth, sid, "wait_out")
    assert said(seen(booth, sid, "ended")) == ["没有听到"]
    assert not hotline.of(f"{VOICE}/menu")


def test_words_are_gathered_where_speech_is_asked_for(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline, start="<Gather input='dtmf speech' language='cmn-Hans-CN' action='voice/menu'/>"
    )
    sid = call(booth)
    seen(booth, sid, "waiting")
    act(booth, sid, "speak", text="我要找人")
    seen(booth, sid, "ended")
    [asked] = hotline.of(f"{VOICE}/menu")
    assert asked.fields["SpeechResult"] == "我要找人"
    assert "Digits" not in asked.fields
    assert float(asked.fields["Confidence"]) > 0


def test_a_caller_who_hangs_up_ends_it_at_once(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Gather timeout='600'/>")
    sid = call(booth)
    seen(booth, sid, "waiting")
    act(booth, sid, "hang_up")
    assert seen(booth, sid, "ended")["status"] == "completed"
    until(lambda: hotline.of(STATUS))


@pytest.mark.parametrize(
    ("verb", "status"), [("<Reject/>", "no-answer"), ("<Reject reason='busy'/>", "busy")]
)
def test_a_refused_call_was_never_taken(
    booth: Booth, hotline: Hotline, verb: str, status: str
) -> None:
    documents(hotline, start=verb)
    shown = seen(booth, call(booth), "ended")
    assert (shown["status"], shown["started_at"]) == (status, None)


def test_a_pause_first_leaves_it_ringing(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Pause length='14400'/><Say>您好</Say>")
    sid = call(booth)
    assert seen(booth, sid, "doing:Pause")["status"] == "ringing"
    act(booth, sid, "hang_up")
    assert seen(booth, sid, "ended")["status"] == "no-answer"


def test_redirects_go_round_until_the_caller_leaves(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline, start="<Redirect>voice/wait</Redirect>", wait="<Play>/hold.mp3</Play><Redirect/>"
    )
    sid = call(booth)
    shown = seen(booth, sid, "documents:5")
    assert heard(shown, "play")[0]["url"] == f"{hotline.url}/hold.mp3"
    act(booth, sid, "hang_up")


@pytest.mark.parametrize("caller", ["anonymous", "+266696687"])
def test_a_caller_without_a_number(booth: Booth, hotline: Hotline, caller: str) -> None:
    documents(hotline, start="<Hangup/>")
    seen(booth, call(booth, caller=caller), "ended")
    assert hotline.of(VOICE)[0].fields["From"] == caller
    assert hotline.of(VOICE)[0].fields["FromCountry"] == ""


def test_a_hidden_number_rings_back_nowhere(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Hangup/>")
    shown = seen(booth, call(booth, is_anonymous=True), "ended")
    assert hotline.of(VOICE)[0].fields["From"] == "anonymous"
    assert shown["end"] == CITIZEN


@pytest.mark.parametrize(
    "line", ["12345", "96315", "0312-3012345", "+86 312 12345", "110", "#31#12"]
)
def test_any_number_reaches_the_hotline(booth: Booth, hotline: Hotline, line: str) -> None:
    documents(hotline, start="<Hangup/>")
    seen(booth, call(booth, line), "ended")
    assert hotline.of(VOICE)[0].fields["To"].strip("+")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("<Response><Say>", "12100"),
        ("<Answer/>", "12100"),
        ("", "12100"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", "12100"),
        ("<Response><Redirect>ftp://x/</Redirect></Response>", "11100"),
    ],
)
def test_nonsense_goes_to_the_fallback(
    booth: Booth, hotline: Hotline, answer: str, code: str
) -> None:
    hotline.documents[VOICE] = answer
    documents(hotline, fallback="<Say>系统忙</Say>")
    assert said(seen(booth, call(booth), "ended")) == ["系统忙"]
    [asked] = hotline.of(f"{VOICE}/fallback")
    assert asked.fields["ErrorCode"] == code
    assert asked.fields["ErrorUrl"]


def test_when_nothing_helps_an_error_is_spoken(booth: Booth, hotline: Hotline) -> None:
    hotline.status = 500
    shown = seen(booth, call(booth), "ended")
    assert "application error" in said(shown)[0]
    assert len(hotline.of(f"{VOICE}/fallback")) == 1
    assert [each["code"] for each in heard(shown, "error")] == [11200, 11200]


def test_an_unknown_verb_is_passed_over(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Dance/><!-- x --><Say>您好</Say>")
    shown = seen(booth, call(booth), "ended")
    assert said(shown) == ["您好"]
    assert heard(shown, "warning")[0]["code"] == 12200


@pytest.mark.parametrize(
    ("sound", "is_short"),
    [
        (b"".join(sounds.wav(0.4, [])), "yes"),
        (b"ID3\x03\0\0\0\0\0\x02xx" + b"\xff\xfb\x90\0" + bytes(6_400), "yes"),
        (b"<html>", "no"),
        (b"RIFF", "no"),
        (b"", "no"),
    ],
)
def test_a_sound_is_played_for_as_long_as_it_is(
    booth: Booth, hotline: Hotline, sound: bytes, is_short: str
) -> None:
    hotline.sounds["/hold.wav"] = sound
    documents(hotline, start="<Play>/hold.wav</Play>")
    ask(booth, "PUT", "tuning", {"speed": 8})
    shown = seen(booth, call(booth), "ended")
    [play] = heard(shown, "play")
    lasted = datetime.fromisoformat(shown["ended_at"]) - datetime.fromisoformat(play["at"])
    assert (lasted < timedelta(seconds=0.9)) is (is_short == "yes")
    assert bool(heard(shown, "warning")) is (is_short == "no")
