"""Softphones in a browser, and citizens' phones: streams, acts, who may use them."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import jwt
import pytest
import requests
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from tests.phonebooth.calling import VOICE, act, ask, call, documents, leg_at, library, seen
from tests.phonebooth.running import ACCOUNT, API_KEY, API_SECRET, CITIZEN, HOTLINE, Booth, Hotline

ROOM = "<Dial><Conference>c1</Conference></Dial>"


def token(identity: str = "operator1", secret: str = API_SECRET, **more: Any) -> str:
    made = AccessToken(ACCOUNT, API_KEY, secret, identity=identity, ttl=more.get("ttl", 60))
    made.add_grant(VoiceGrant(incoming_allow=more.get("may_be_called", True)))
    return str(made.to_jwt())


def do(booth: Booth, what: str, bearer: str, **asked: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {bearer}", "Origin": booth.exchange.settings.hotline_url}
    return requests.post(f"{booth.url}/device/{what}", json=asked, headers=headers, timeout=5)


def phone(booth: Booth, what: str, number: str = CITIZEN, **asked: Any) -> requests.Response:
    return requests.post(f"{booth.url}/phones/{number}/{what}", json=asked, timeout=5)


class Stream:
    """The events of a stream, one after the other."""

    def __init__(self, url: str, **more: Any) -> None:
        self.response = requests.get(url, stream=True, timeout=20, **more)
        self._lines: Iterator[str] = self.response.iter_lines(decode_unicode=True, chunk_size=1)

    def close(self) -> None:
        self.response.close()

    def next(self, kind: str) -> dict[str, Any]:
        """The next event of that kind; others are passed over."""
        for line in self._lines:
            if line == f"event: {kind}":
                told: dict[str, Any] = json.loads(next(self._lines).removeprefix("data: "))
                return told
        raise AssertionError(f"The stream ended without {kind}.")


def device(booth: Booth, identity: str = "operator1") -> Stream:
    return Stream(f"{booth.url}/device/events", params={"token": token(identity)})


def handset(booth: Booth) -> Stream:
    return Stream(f"{booth.url}/phones/{CITIZEN}/events")


def meet(booth: Booth, hotline: Hotline, operator: Stream, citizen: Stream) -> str:
    """The citizen waits, the operator's device is called and answers; the device's leg."""
    documents(hotline, start=ROOM, operator=ROOM)
    assert operator.next("state") == {"identity": "operator1", "calls": []}
    assert citizen.next("state")["number"] == CITIZEN
    assert phone(booth, "dial", to="12345").status_code == 201
    assert phone(booth, "dial", to="12345").status_code == 409
    citizen.next("connected")
    library(booth).calls.create(
        to="client:operator1?ref=r1", from_=HOTLINE, url=f"{hotline.url}{VOICE}/operator"
    )
    ring = operator.next("ring")
    assert (ring["from"], ring["params"]) == (HOTLINE, {"ref": "r1"})
    assert do(booth, "accept", token(), call_sid=ring["call_sid"]).status_code == 204
    assert operator.next("connected")["call_sid"] == ring["call_sid"]
    return str(ring["call_sid"])


def test_an_operator_and_a_citizen_meet_and_part(booth: Booth, hotline: Hotline) -> None:
    bearer = token()
    with closing(device(booth)) as operator, closing(handset(booth)) as citizen:
        sid = meet(booth, hotline, operator, citizen)
        peers = operator.next("peers")
        assert peers["peers"][0]["address"] == CITIZEN
        assert peers["offers_to"] == [peers["peers"][0]["call_sid"]]
        assert citizen.next("peers")["peers"] == []
        assert citizen.next("peers")["offers_to"] == []
        do(booth, "signal", bearer, call_sid=sid, data={"sdp": "x"}, to_sid=peers["offers_to"][0])
        signal = citizen.next("signal")
        assert (signal["data"], signal["from_sid"]) == ({"sdp": "x"}, sid)
        assert phone(booth, "signal", data={"sdp": "y"}).status_code == 204
        assert operator.next("signal")["data"] == {"sdp": "y"}
        assert do(booth, "hang_up", bearer, call_sid=sid).status_code == 204
        assert operator.next("ended")["was_connected"] is True
        assert citizen.next("peers")["peers"] == []
        assert phone(booth, "hang_up").status_code == 204
        citizen.next("ended")


def test_what_is_typed_is_read_at_the_other_end(booth: Booth, hotline: Hotline) -> None:
    bearer = token()
    with closing(device(booth)) as operator, closing(handset(booth)) as citizen:
        sid = meet(booth, hotline, operator, citizen)
        operator.next("peers")
        phone(booth, "speak", text="路灯坏了")
        assert operator.next("text")["text"] == "路灯坏了"
        do(booth, "speak", bearer, call_sid=sid, text="在哪里")
        assert citizen.next("text") == {
            "call_sid": leg_at(booth, CITIZEN),
            "from": "client:operator1",
            "text": "在哪里",
        }
        do(booth, "mute", bearer, call_sid=sid, is_muted=True)
        do(booth, "speak", bearer, call_sid=sid, text="听不见")
        do(booth, "mute", bearer, call_sid=sid, is_muted=False)
        do(booth, "speak", bearer, call_sid=sid, text="好的")
        assert citizen.next("text")["text"] == "好的"


def test_a_reloaded_page_is_told_what_it_was_in(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Gather numDigits='1'><Say>请按键</Say></Gather>")
    phone(booth, "dial", to="12345")
    seen(booth, leg_at(booth, CITIZEN), "waiting")
    with closing(handset(booth)) as citizen:
        [shown] = citizen.next("state")["calls"]
        assert [each["kind"] for each in shown["heard"]] == ["connected", "gather", "say"]
        assert phone(booth, "keys", digits="1x").status_code == 422
        assert phone(booth, "keys", digits="1").status_code == 204
        assert citizen.next("ended")["status"] == "completed"


def test_a_phone_is_called_and_declines(booth: Booth, hotline: Hotline) -> None:
    with closing(handset(booth)) as citizen:
        library(booth).calls.create(to=CITIZEN, from_=HOTLINE, url=f"{hotline.url}{VOICE}/x")
        assert citizen.next("ring")["from"] == HOTLINE
        assert phone(booth, "decline").status_code == 204
        assert citizen.next("ended")["was_connected"] is False
    assert phone(booth, "answer").status_code == 404


def test_a_cancelled_ring_stops_at_the_device(booth: Booth, hotline: Hotline) -> None:
    with closing(device(booth)) as operator:
        operator.next("state")
        made = library(booth).calls.create(
            to="client:operator1", from_=HOTLINE, url=f"{hotline.url}{VOICE}/operator"
        )
        operator.next("ring")
        library(booth).calls(made.sid).update(status="completed")
        ended = operator.next("ended")
        assert (ended["status"], ended["was_connected"]) == ("canceled", False)


@pytest.mark.parametrize(
    "bearer",
    [
        "",
        "x.y.z",
        token(secret="f" * 32),
        token(ttl=-60),
        token(may_be_called=False),
        token(identity="a b"),
        jwt.encode({"iss": API_KEY, "sub": ACCOUNT, "exp": 9e9}, API_SECRET),
        jwt.encode({"iss": API_KEY, "sub": ACCOUNT, "exp": 9e9, "grants": 1}, API_SECRET),
        jwt.encode({"iss": API_KEY, "exp": 9e9, "sub": "AC1"}, API_SECRET),
        jwt.encode({"iss": "SK1", "exp": 9e9, "sub": ACCOUNT}, API_SECRET),
        jwt.encode({"iss": API_KEY, "sub": ACCOUNT}, API_SECRET),
    ],
)
def test_without_a_good_token_nobody_is_let_in(booth: Booth, bearer: str) -> None:
    assert do(booth, "accept", bearer, call_sid="x").status_code == 401
    answer = requests.get(f"{booth.url}/device/events", params={"token": bearer}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["code"] in (20101, 20104, 20403)


def test_a_device_has_only_its_own_calls(booth: Booth, hotline: Hotline) -> None:
    documents(hotline, start="<Gather/>")
    sid = call(booth)
    answer = do(booth, "hang_up", token(), call_sid=sid)
    assert answer.status_code == 404
    act(booth, sid, "hang_up")


def test_only_the_hotlines_pages_may_use_a_device(booth: Booth) -> None:
    own = booth.exchange.settings.hotline_origin
    url = f"{booth.url}/device/accept"
    allowed = requests.options(url, headers={"Origin": own}, timeout=5)
    assert allowed.headers["Access-Control-Allow-Origin"] == own
    for origin in ("http://evil.example", booth.url, "null"):
        headers = {"Origin": origin, "Authorization": f"Bearer {token()}"}
        assert (
            "Access-Control-Allow-Origin"
            not in requests.options(url, headers=headers, timeout=5).headers
        )
        assert requests.post(url, json={}, headers=headers, timeout=5).status_code == 403


def test_other_sites_can_not_use_a_phone(booth: Booth) -> None:
    url = f"{booth.url}/phones/{CITIZEN}/dial"
    headers = {"Origin": booth.exchange.settings.hotline_origin}
    assert requests.post(url, json={"to": "12345"}, headers=headers, timeout=5).status_code == 403
    assert ask(booth, "GET", "calls").json()["calls"] == []


@pytest.mark.parametrize(
    ("number", "asked", "status"),
    [("110", {"to": "12345"}, 422), (CITIZEN, {}, 422), (CITIZEN, {"to": "x"}, 422)],
)
def test_a_wrong_number_is_said(
    booth: Booth, number: str, asked: dict[str, str], status: int
) -> None:
    assert phone(booth, "dial", number, **asked).status_code == status
    assert phone(booth, "speak", number, text="喂").status_code == 404


def test_a_switched_off_phone_dials_nobody(booth: Booth) -> None:
    booth.exchange.store.switch(CITIZEN, is_off=True)
    assert phone(booth, "dial", to="12345").status_code == 409
