"""A bad network on the way to documents and reports; callers who hang up at any step."""

import pytest

from tests.phonebooth.calling import RECORDED, STATUS, VOICE, act, ask, call, documents, said, seen
from tests.phonebooth.running import CITIZEN, Booth, Hotline, running_booth, settings, until


def fail(booth: Booth, direction: str, kind: str, **details: object) -> None:
    fault = {"direction": direction, "kind": kind, **details}
    answer = ask(booth, "POST", "faults", fault)
    assert answer.status_code == 201, answer.text


def test_a_document_asked_for_twice_has_one_token(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "voice", "repeat")
    documents(hotline, start="<Say>您好</Say>")
    assert said(seen(booth, call(booth), "ended")) == ["您好"]
    first, second = hotline.of(VOICE)
    token = "I-Twilio-Idempotency-Token"
    assert first.headers[token] == second.headers[token]


@pytest.mark.parametrize("kind", ["drop", "time_out"])
def test_a_document_that_does_not_come_leads_to_the_fallback(
    booth: Booth, hotline: Hotline, kind: str
) -> None:
    hotline.seconds = 0.2
    fail(booth, "voice", kind)
    documents(hotline, fallback="<Say>稍后再拨</Say>")
    assert said(seen(booth, call(booth), "ended")) == ["稍后再拨"]
    code = hotline.of(f"{VOICE}/fallback")[0].fields["ErrorCode"]
    assert code == ("11200" if kind == "drop" else "11205")


def test_a_fault_strikes_only_the_path_it_names(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "voice", "drop", path="/voice/menu", times=None)
    documents(
        hotline, start="<Redirect>voice/menu</Redirect>", fallback="<Redirect>voice/menu</Redirect>"
    )
    shown = seen(booth, call(booth), "ended")
    assert "application error" in said(shown)[0]
    assert len(hotline.of(VOICE)) == len(hotline.of(f"{VOICE}/fallback")) == 1


def test_a_slow_document_is_waited_for(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "voice", "delay", seconds=0.3)
    documents(hotline, start="<Say>您好</Say>")
    sid = call(booth)
    assert not hotline.of(VOICE)
    assert said(seen(booth, sid, "ended")) == ["您好"]


def test_the_hotline_is_given_fifteen_seconds(hotline: Hotline) -> None:
    hotline.seconds = 0.5
    with running_booth(settings(hotline.url, answer_timeout=0.1)) as booth:
        shown = seen(booth, call(booth), "ended")
        assert "application error" in said(shown)[0]


def test_a_report_is_repeated_dropped_and_overtaken(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Hangup/>")
    fail(booth, "call_status", "repeat", copies=2)
    seen(booth, call(booth), "ended")
    until(lambda: len(hotline.of(STATUS)) == 3)
    fail(booth, "call_status", "drop")
    seen(booth, call(booth), "ended")
    fail(booth, "call_status", "reorder", seconds=30)
    late = call(booth)
    seen(booth, late, "ended")
    early = call(booth, caller="+8613933350002")
    until(lambda: len(hotline.of(STATUS)) == 5)
    assert [each.fields["CallSid"] for each in hotline.of(STATUS)[3:]] == [early, late]


STEPS = {
    "request": "<Say>您好</Say>",
    "document": "<Say>您好</Say>",
    "Say": "<Say>您好</Say>",
    "Play": "<Play>/hold.mp3</Play>",
    "Pause": "<Say>您好</Say><Pause/>",
    "Gather": "<Gather/>",
    "Record": f"<Record recordingStatusCallback='{RECORDED}'/>",
    "Dial": "<Dial>+8631288880001</Dial>",
    "Conference": "<Dial><Conference>c</Conference></Dial>",
    "Redirect": "<Say>您好</Say><Redirect/>",
}


@pytest.mark.parametrize("step", STEPS)
def test_a_caller_hangs_up_at_any_step(booth: Booth, hotline: Hotline, step: str) -> None:
    fail(booth, "voice", "hang_up", step=step)
    documents(hotline, start=STEPS[step])
    shown = seen(booth, call(booth), "ended")
    assert shown["status"] in ("completed", "no-answer")
    until(lambda: hotline.of(STATUS))
    assert len(hotline.of(STATUS)) == 1
    assert ask(booth, "GET", "calls", status="in-progress").json()["calls"] == []
    assert ask(booth, "GET", "faults").json()["faults"] == []


def test_a_caller_hangs_up_at_the_third_document(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "voice", "hang_up", step="document", nth=3, phone=CITIZEN)
    documents(hotline, start="<Say>您好</Say><Redirect/>")
    shown = seen(booth, call(booth), "ended")
    assert (shown["documents"], len(said(shown))) == (3, 2)


def test_a_fault_of_the_api_strikes_calls_only(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Gather/>")
    sid = call(booth)
    fail(booth, "rest", "answer", status=500, path="/Recordings", times=None)
    seen(booth, sid, "waiting")
    act(booth, sid, "hang_up")
    assert seen(booth, sid, "ended")["status"] == "completed"
