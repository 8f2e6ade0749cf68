"""The carrier's REST API for calls and recordings, against its published document."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.phonebooth.calling import API, AUTH, STATUS, VOICE, act, behave, documents, library, seen
from tests.phonebooth.published import checked  # noqa: F401
from tests.phonebooth.running import CITIZEN, HOTLINE, Booth, Hotline, running_booth, settings

CALLS = f"{API}/Calls.json"
ORDER = {"To": CITIZEN, "From": HOTLINE, "Url": "http://127.0.0.1:9/voice"}


def post(booth: Booth, path: str = CALLS, **form: Any) -> requests.Response:
    asked = ORDER | form if path == CALLS else form
    asked = {name: value for name, value in asked.items() if value}
    return requests.post(booth.url + path, data=asked, auth=AUTH, timeout=5)


def listed(booth: Booth, **query: str) -> list[str]:
    answer = requests.get(booth.url + CALLS, params=query, auth=AUTH, timeout=5)
    assert answer.status_code == 200, answer.text
    return [row["sid"] for row in answer.json()["calls"]]


def test_answers_are_as_the_carrier_publishes_them(checked: Booth, hotline: Hotline) -> None:  # noqa: F811
    documents(hotline, x="<Record action='y'/>", y="<Pause length='9999'/>")
    client = library(checked)
    made = client.calls.create(
        to=CITIZEN,
        from_=HOTLINE,
        url=f"{hotline.url}{VOICE}/x",
        status_callback=hotline.url + STATUS,
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=15,
        machine_detection="Enable",
        record=True,
        recording_status_callback=hotline.url + STATUS,
    )
    sid = str(made.sid)
    assert made.status in ("queued", "ringing")
    seen(checked, sid, "status:ringing")
    act(checked, sid, "answer")
    seen(checked, sid, "doing:Record")
    act(checked, sid, "speak", text="路灯")
    act(checked, sid, "keys", digits="#")
    seen(checked, sid, "doing:Pause")
    fetched = client.calls(sid).fetch()
    assert (fetched.status, fetched.answered_by) == ("in-progress", "human")
    assert client.calls(sid).update(status="completed").status == "completed"
    assert client.calls(sid).fetch().duration is not None
    assert [row.sid for row in client.calls.list(to=CITIZEN, status="completed")] == [sid]
    recordings = client.recordings.list(call_sid=sid)
    assert {row.source for row in recordings} == {"RecordVerb", "OutboundAPI"}
    for row in recordings:
        client.recordings(row.sid).fetch()
        client.recordings(row.sid).delete()


def test_a_list_is_filtered_and_paged(checked: Booth) -> None:  # noqa: F811
    behave(checked, CITIZEN, answers="busy")
    first, second = (post(checked).json()["sid"] for _ in range(2))
    other = post(checked, To="client:operator1").json()["sid"]
    seen(checked, second, "ended")
    seen(checked, other, "ended")
    assert listed(checked) == [other, second, first]
    assert listed(checked, PageSize="1", Page="1") == [second]
    assert listed(checked, To=CITIZEN) == [second, first]
    assert listed(checked, To="client:operator1", From=HOTLINE) == [other]
    assert listed(checked, Status="busy") == [second, first]


def test_a_list_is_filtered_by_day_and_moment(booth: Booth) -> None:
    sid = post(booth).json()["sid"]
    today = datetime.now(UTC).date()
    yesterday = (today - timedelta(days=1)).isoformat()
    assert listed(booth, **{"StartTime>": yesterday}) == [sid]
    assert listed(booth, **{"StartTime>": f"{yesterday}T12:00:00Z"}) == [sid]
    assert listed(booth, StartTime=yesterday) == []
    assert listed(booth, **{"EndTime>": yesterday}) == []
    answer = requests.get(booth.url + CALLS, params={"StartTime": "soon"}, auth=AUTH, timeout=5)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21201),
        ({"To": "abc"}, 21211),
        ({"From": ""}, 21213),
        ({"From": "+8613933350002"}, 21210),
        ({"Url": ""}, 21205),
        ({"Url": "/relative"}, 21205),
        ({"StatusCallback": "javascript:1"}, 21609),
        ({"StatusCallbackEvent": "answered,completed"}, 21626),
        ({"Timeout": "soon"}, 21227),
        ({"Url": "", "Twiml": "<Response>"}, 12100),
        ({"Url": "", "Twiml": "<Response>" + " " * 4000 + "</Response>"}, 12100),
    ],
)
def test_refusals_have_the_carriers_codes(booth: Booth, changes: dict[str, str], code: int) -> None:
    answer = post(booth, **changes)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert listed(booth) == []


def test_a_call_that_is_over_or_rings_can_not_be_moved(booth: Booth) -> None:
    sid = post(booth).json()["sid"]
    path = f"{API}/Calls/{sid}.json"
    seen(booth, sid, "status:ringing")
    move = {"Url": "http://127.0.0.1:9/"}
    assert post(booth, path, **move).json()["code"] == 21220
    assert post(booth, path, Status="gone").json()["code"] == 21218
    assert post(booth, path, Status="canceled").json()["status"] == "canceled"
    for asked in (move, {"Status": "completed"}):
        assert post(booth, path, **asked).json()["code"] == 21220
    assert post(booth, path.replace(sid, "CA" + "0" * 32), **move).json()["code"] == 20404


def test_canceled_leaves_an_answered_call_alone(booth: Booth) -> None:
    behave(booth, CITIZEN, answers="itself")
    sid = post(booth, Url="", Twiml="<Response><Pause length='9999'/></Response>").json()["sid"]
    seen(booth, sid, "doing:Pause")
    assert (
        post(booth, f"{API}/Calls/{sid}.json", Status="canceled").json()["status"] == "in-progress"
    )


def test_a_document_in_the_order_is_carried_out(booth: Booth) -> None:
    behave(booth, CITIZEN, answers="itself")
    sid = post(booth, Url="", Twiml="<Response><Say>您好</Say></Response>").json()["sid"]
    seen(booth, sid, "ended")
    seen(booth, sid, "heard:您好")


def test_only_so_many_at_once(hotline: Hotline) -> None:
    with running_booth(settings(hotline.url, most_live_legs=1)) as small:
        post(small)
        answer = post(small, To="+8613933350002")
        assert (answer.status_code, answer.json()["code"]) == (429, 20429)


def test_old_calls_are_forgotten_and_live_ones_never(hotline: Hotline) -> None:
    with running_booth(settings(hotline.url, kept_calls=3)) as small:
        first = post(small).json()["sid"]
        others = [post(small, To=f"client:c{n}").json()["sid"] for n in range(5)]
        for sid in others[-2:]:
            seen(small, sid, "ended")
        last = post(small, To="client:last").json()["sid"]
        assert listed(small) == [last, others[-1], first]


def test_without_credentials_nothing_is_told(booth: Booth) -> None:
    for path in (CALLS, f"{API}/Recordings/RE{'0' * 32}.wav", "/control/calls", "/control/tuning"):
        assert requests.get(booth.url + path, timeout=5).status_code == 401
