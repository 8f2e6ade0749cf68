"""Calls through the phonebooth's own interfaces, for tests."""

from typing import Any

import requests
from twilio.rest import Client

from tests.phonebooth.running import ACCOUNT, CITIZEN, HOTLINE, TOKEN, Booth, Hotline

AUTH = (ACCOUNT, TOKEN)
VOICE = "/webhooks/carrier/voice"
STATUS = "/webhooks/carrier/status/call"
RECORDED = "/webhooks/carrier/status/recording"
API = f"/2010-04-01/Accounts/{ACCOUNT}"


def ask(booth: Booth, method: str, path: str, json: Any = None, **query: str) -> requests.Response:
    url = f"{booth.url}/control/{path}"
    return requests.request(method, url, json=json, params=query, auth=AUTH, timeout=10)


def call(booth: Booth, line: str = HOTLINE, caller: str = CITIZEN, **more: Any) -> str:
    """Somebody calls; the leg's id."""
    answer = ask(booth, "POST", "calls", {"from": caller, "to": line, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sid"])


def seen(booth: Booth, sid: str, until: str, timeout: float = 5) -> dict[str, Any]:
    """The call once it is so."""
    answer = ask(booth, "GET", f"calls/{sid}", until=until, timeout=str(timeout))
    assert answer.status_code == 200, (until, answer.text)
    shown: dict[str, Any] = answer.json()
    return shown


def act(booth: Booth, sid: str, what: str, **asked: Any) -> None:
    answer = ask(booth, "POST", f"calls/{sid}/{what}", asked)
    assert answer.status_code == 204, answer.text


def behave(booth: Booth, phone: str, **how: Any) -> None:
    answer = ask(booth, "PUT", "handsets", {"phone": phone, **how})
    assert answer.status_code == 204, answer.text


def leg_at(booth: Booth, end: str, **more: str) -> str:
    """The newest leg of an end, as soon as there is one."""
    answer = ask(booth, "GET", "calls", end=end, until="any", timeout="5", **more)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["calls"][0]["sid"])


def heard(shown: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in shown["heard"] if each["kind"] == kind]


def said(shown: dict[str, Any]) -> list[str]:
    """What the machine said on the leg."""
    return [each["text"] for each in heard(shown, "say")]


def documents(hotline: Hotline, **paths: str) -> None:
    """What the hotline answers; `start` is the first document of an incoming call."""
    for name, words in paths.items():
        path = VOICE if name == "start" else f"{VOICE}/{name}"
        hotline.documents[path] = f"<Response>{words}</Response>"


def library(booth: Booth) -> Client:
    """The carrier's own library, pointed at the phonebooth."""
    return Client(ACCOUNT, TOKEN, http_client=_Wire(booth.url))


class _Wire:
    """Sends the library's requests to the phonebooth."""

    is_async = False

    def __init__(self, url: str) -> None:
        self._url = url

    def request(self, method: str, url: str, **asked: Any) -> Any:
        from_library = url.removeprefix("https://api.twilio.com")
        asked = {name: value for name, value in asked.items() if name in _PASSED}
        return requests.request(method, self._url + from_library, timeout=10, **asked)


_PASSED = ("params", "data", "headers", "auth")
