"""Calls the hotline makes, and how legs are joined, moved and parted."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.phonebooth.calling import (
    API,
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
from tests.phonebooth.running import CITIZEN, HOTLINE, Booth, Hotline, until

OPERATOR = "client:operator1"
DESK = "+8631288880001"
ALL = ["initiated", "ringing", "answered", "completed"]
ROOM = "<Dial action='{}'><Conference {}>c1</Conference></Dial>"


def order(booth: Booth, hotline: Hotline, to: str, **more: Any) -> str:
    made = library(booth).calls.create(
        to=to,
        from_=HOTLINE,
        url=f"{hotline.url}{VOICE}/operator?leg=x",
        status_callback=hotline.url + STATUS,
        status_callback_event=ALL,
        **more,
    )
    return str(made.sid)


def told(hotline: Hotline, sid: str) -> list[str]:
    calls = [each.fields for each in hotline.of(STATUS) if each.fields["CallSid"] == sid]
    return [each["CallStatus"] for each in sorted(calls, key=lambda f: int(f["SequenceNumber"]))]


def test_a_call_to_a_phone_tells_of_every_step(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, operator="<Say>您好，回访</Say>")
    sid = order(booth, hotline, CITIZEN)
    shown = seen(booth, sid, "status:ringing")
    assert heard(shown, "ring")[0]["from"] == HOTLINE
    act(booth, sid, "answer")
    assert said(seen(booth, sid, "ended")) == ["您好，回访"]
    until(lambda: len(told(hotline, sid)) == 4)
    assert told(hotline, sid) == ["initiated", "ringing", "in-progress", "completed"]
    [asked] = hotline.of(f"{VOICE}/operator")
    assert (asked.fields["Direction"], asked.fields["To"]) == ("outbound-api", CITIZEN)


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"answers": "busy"}, "busy"),
        ({"answers": "declines"}, "busy"),
        ({"answers": "off"}, "no-answer"),
        ({"answers": "unreachable"}, "failed"),
        ({"answers": "itself"}, "completed"),
        ({"answers": "itself", "after": 100}, "no-answer"),
    ],
)
def test_how_a_phone_behaves(
    booth: Booth, hotline: Hotline, how: dict[str, object], status: str
) -> None:
    behave(booth, CITIZEN, **how)
    ask(booth, "PUT", "tuning", {"patience": 0.01})
    sid = order(booth, hotline, CITIZEN, timeout=30)
    assert seen(booth, sid, "ended")["status"] == status
    until(lambda: told(hotline, sid)[-1:] == [status])


def test_a_machine_is_told_apart_where_that_is_asked(booth: Booth, hotline: Hotline) -> None:
    behave(booth, CITIZEN, answers="machine")
    order(booth, hotline, CITIZEN, machine_detection="Enable")
    until(lambda: hotline.of(f"{VOICE}/operator"))
    assert hotline.of(f"{VOICE}/operator")[0].fields["AnsweredBy"] == "machine_start"


def test_a_client_that_is_not_there_does_not_answer(booth: Booth, hotline: Hotline) -> None:
    sid = order(booth, hotline, OPERATOR)
    assert seen(booth, sid, "ended")["status"] == "no-answer"


def meet(booth: Booth, hotline: Hotline) -> tuple[str, str]:
    """The way the hotline bridges: operator's leg first, then the caller's leg is moved."""
    recorded = f"record='record-from-start' recordingStatusCallback='{RECORDED}'"
    documents(
        hotline,
        start="<Play>/hold.mp3</Play><Redirect/>",
        operator=ROOM.format("left", recorded),
        join=ROOM.format("left", ""),
        hold="<Play loop='0'>/hold.mp3</Play>",
        left="<Hangup/>",
    )
    behave(booth, OPERATOR)
    caller = call(booth)
    seen(booth, caller, "documents:2")
    operator = order(booth, hotline, f"{OPERATOR}?ref=abc")
    shown = seen(booth, operator, "status:ringing")
    assert heard(shown, "ring")[0]["params"] == {"ref": "abc"}
    act(booth, operator, "answer")
    seen(booth, operator, "doing:Conference")
    library(booth).calls(caller).update(url=f"{hotline.url}{VOICE}/join?call=r")
    seen(booth, caller, "joined")
    return caller, operator


def test_a_caller_is_held_and_comes_back(booth: Booth, hotline: Hotline) -> None:
    caller, operator = meet(booth, hotline)
    client = library(booth)
    act(booth, caller, "speak", text="路灯坏了")
    assert heard(seen(booth, operator, "heard:路灯坏了"), "text")[0]["from"] == CITIZEN
    client.calls(caller).update(url=f"{hotline.url}{VOICE}/hold")
    seen(booth, operator, "alone")
    act(booth, operator, "speak", text="听不见")
    client.calls(caller).update(url=f"{hotline.url}{VOICE}/join")
    seen(booth, operator, "joined")
    act(booth, operator, "speak", text="在河北大街吗")
    assert not [x for x in heard(seen(booth, caller, "heard:河北"), "text") if "听" in x["text"]]


def test_a_conference_is_recorded_until_the_last_has_left(booth: Booth, hotline: Hotline) -> None:
    caller, operator = meet(booth, hotline)
    act(booth, caller, "speak", text="路灯坏了")
    act(booth, operator, "speak", text="在河北大街吗")
    library(booth).calls(operator).update(status="completed")
    assert seen(booth, operator, "ended")["status"] == "completed"
    seen(booth, caller, "alone")
    assert not hotline.of(RECORDED)
    act(booth, caller, "hang_up")
    until(lambda: hotline.of(RECORDED))
    [row] = ask(booth, "GET", "recordings").json()["recordings"]
    assert [line["text"] for line in row["lines"]] == ["路灯坏了", "在河北大街吗"]
    fields = hotline.of(RECORDED)[0].fields
    assert (fields["RecordingSource"], fields["RecordingStatus"]) == ("Conference", "completed")
    assert fields["ConferenceSid"].startswith("CF")
    assert int(fields["RecordingDuration"]) >= 2


def test_three_in_a_room_and_one_only_listens(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start=ROOM.format("left", ""),
        operator=ROOM.format("left", ""),
        third=ROOM.format("left", "muted='true' beep='false'"),
    )
    for end in (OPERATOR, DESK):
        behave(booth, end, answers="itself")
    caller = call(booth)
    operator = order(booth, hotline, OPERATOR)
    seen(booth, operator, "joined")
    listener = str(
        library(booth).calls.create(to=DESK, from_=HOTLINE, url=f"{hotline.url}{VOICE}/third").sid
    )
    seen(booth, listener, "joined")
    act(booth, operator, "speak", text="您好")
    act(booth, listener, "speak", text="听不到我")
    for sid in (caller, listener):
        seen(booth, sid, "heard:您好")
    act(booth, caller, "speak", text="再见")
    assert [x["text"] for x in heard(seen(booth, operator, "heard:再见"), "text")] == ["再见"]
    act(booth, caller, "hang_up")
    assert seen(booth, operator, "joined")["status"] == "in-progress"


def test_who_ends_a_conference_ends_it_for_all(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start=ROOM.format("left", "endConferenceOnExit='true'"),
        operator=ROOM.format("left", "startConferenceOnEnter='false'"),
        left="<Say>结束</Say>",
    )
    behave(booth, OPERATOR, answers="itself")
    caller, operator = call(booth), order(booth, hotline, OPERATOR)
    seen(booth, operator, "joined")
    act(booth, caller, "hang_up")
    assert said(seen(booth, operator, "ended")) == ["结束"]
    left = [each.fields for each in hotline.of(f"{VOICE}/left")]
    assert [each["DialCallStatus"] for each in left] == ["answered"]


def test_the_wait_address_is_played_until_somebody_comes(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start=ROOM.format("left", f"waitUrl='{VOICE}/music'"),
        operator=ROOM.format("left", ""),
        music="<Say>请稍候</Say><Play>/hold.mp3</Play>",
    )
    behave(booth, OPERATOR, answers="itself")
    caller = call(booth)
    assert said(seen(booth, caller, "documents:4"))[:2] == ["请稍候", "请稍候"]
    order(booth, hotline, OPERATOR)
    seen(booth, caller, "joined")
    act(booth, caller, "hang_up")


def dial(inside: str, attributes: str = "") -> str:
    return f"<Dial action='{VOICE}/bridged' timeout='20' {attributes}>{inside}</Dial>"


@pytest.mark.parametrize(
    ("noun", "end"),
    [
        (f"<Number>{DESK}</Number>", DESK),
        (DESK, DESK),
        ("<Client>operator1<Parameter name='a' value='1'/></Client>", OPERATOR),
        ("<Sip>sip:desk1@pbx.city</Sip>", "sip:desk1@pbx.city"),
    ],
)
def test_a_dialled_end_is_bridged(booth: Booth, hotline: Hotline, noun: str, end: str) -> None:
    callback = f"record='record-from-answer' recordingStatusCallback='{RECORDED}'"
    documents(hotline, start=dial(noun, callback), bridged="<Say>再见</Say>")
    behave(booth, end)
    caller = call(booth)
    desk = leg_at(booth, end)
    assert seen(booth, desk, "status:ringing")["parent_sid"] == caller
    act(booth, desk, "answer")
    seen(booth, caller, "joined")
    act(booth, desk, "speak", text="请讲")
    seen(booth, caller, "heard:请讲")
    act(booth, desk, "hang_up")
    assert said(seen(booth, caller, "ended")) == ["再见"]
    fields = hotline.of(f"{VOICE}/bridged")[0].fields
    assert fields["DialCallStatus"] == "completed"
    assert fields["DialCallSid"] == desk
    assert fields["RecordingUrl"].endswith(fields["RecordingSid"])
    until(lambda: hotline.of(RECORDED))
    assert hotline.of(RECORDED)[0].fields["CallSid"] == caller


@pytest.mark.parametrize(
    ("how", "status"),
    [({"answers": "busy"}, "busy"), ({"answers": "off"}, "no-answer"), ({}, "no-answer")],
)
def test_an_end_that_does_not_answer(
    booth: Booth, hotline: Hotline, how: dict[str, str], status: str
) -> None:
    ask(booth, "PUT", "tuning", {"patience": 0.005})
    behave(booth, DESK, **how)
    documents(hotline, start=dial(DESK, "answerOnBridge='true'"), bridged="<Reject/>")
    shown = seen(booth, call(booth), "ended")
    assert hotline.of(f"{VOICE}/bridged")[0].fields["DialCallStatus"] == status
    assert shown["started_at"] is None


def test_of_several_the_first_to_answer_gets_it(booth: Booth, hotline: Hotline) -> None:
    both = f"<Number>{DESK}</Number><Client>operator1</Client>"
    documents(hotline, start=dial(both), bridged="<Hangup/>")
    behave(booth, OPERATOR)
    caller = call(booth)
    desk, operator = leg_at(booth, DESK), leg_at(booth, OPERATOR)
    seen(booth, desk, "status:ringing")
    seen(booth, operator, "status:ringing")
    act(booth, operator, "answer")
    assert seen(booth, desk, "ended")["status"] == "canceled"
    assert seen(booth, caller, "joined")["peers"][0]["address"] == OPERATOR
    act(booth, caller, "hang_up")
    assert seen(booth, operator, "ended")["status"] == "completed"


def test_moving_the_caller_ends_the_dial_and_its_leg(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start=dial(DESK), bridged="<Hangup/>", hold="<Gather/>")
    behave(booth, DESK, answers="itself")
    caller = call(booth)
    seen(booth, caller, "joined")
    library(booth).calls(caller).update(url=f"{hotline.url}{VOICE}/hold")
    seen(booth, caller, "doing:Gather")
    assert seen(booth, leg_at(booth, DESK), "ended")["status"] == "completed"
    assert not hotline.of(f"{VOICE}/bridged")


def test_moving_the_dialled_leg_frees_it(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start=dial(DESK), bridged="<Hangup/>", hold="<Gather/>")
    behave(booth, DESK, answers="itself")
    caller = call(booth)
    desk = leg_at(booth, DESK)
    seen(booth, desk, "joined")
    library(booth).calls(desk).update(url=f"{hotline.url}{VOICE}/hold")
    seen(booth, desk, "doing:Gather")
    seen(booth, caller, "ended")
    assert seen(booth, desk, "")["status"] == "in-progress"


def test_a_message_is_recorded(booth: Booth, hotline: Hotline) -> None:
    documents(
        hotline,
        start=f"<Record action='voice/taped' recordingStatusCallback='{RECORDED}'/>",
        taped="<Say>谢谢</Say>",
    )
    caller = call(booth)
    seen(booth, caller, "doing:Record")
    act(booth, caller, "speak", text="河北大街的路灯坏了两天了")
    act(booth, caller, "keys", digits="#")
    assert said(seen(booth, caller, "ended")) == ["谢谢"]
    fields = hotline.of(f"{VOICE}/taped")[0].fields
    assert fields["Digits"] == "#"
    assert int(fields["RecordingDuration"]) == 2
    sid = fields["RecordingSid"]
    client = library(booth)
    assert client.recordings(sid).fetch().duration == "2"
    for ending in ("", ".wav", ".mp3"):
        sound = client.http_client.request(
            "GET", f"https://api.twilio.com{API}/Recordings/{sid}{ending}", auth=client.auth
        )
        assert sound.content[:4] == b"RIFF"
        assert len(sound.content) == int(sound.headers["Content-Length"]) > 8_000
    assert client.recordings(sid).delete()
    with pytest.raises(TwilioRestException, match="404"):
        client.recordings(sid).fetch()


def test_a_message_ends_with_the_call_or_with_nothing(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Record action='voice/taped'/><Say>没有留言</Say>")
    silent = call(booth)
    seen(booth, silent, "doing:Record")
    act(booth, silent, "wait_out")
    assert said(seen(booth, silent, "ended")) == ["没有留言"]
    caller = call(booth)
    seen(booth, caller, "doing:Record")
    act(booth, caller, "speak", text="路灯")
    act(booth, caller, "hang_up")
    until(lambda: hotline.of(f"{VOICE}/taped"))
    assert hotline.of(f"{VOICE}/taped")[0].fields["Digits"] == "hangup"
