"""The carrier's REST API as its own library and its published document see it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Response, request
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse

from phonebooth.store import Way
from tests.ground.carriers import carrier_at
from tests.phonebooth.running import (
    ACCOUNT,
    CITIZEN,
    HOTLINE,
    TOKEN,
    Booth,
    running_booth,
    settings,
    until,
)

DOCUMENT = Path(__file__).parents[3] / "shared" / "data" / "carrier_openapi.json"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
AUTH = (ACCOUNT, TOKEN)
ORDER = {"To": CITIZEN, "From": HOTLINE, "Body": "您的诉求已受理"}


def post(booth: Booth, **changes: str) -> requests.Response:
    order = {name: value for name, value in (ORDER | changes).items() if value}
    return requests.post(booth.url + MESSAGES, data=order, auth=AUTH, timeout=5)


def listed(booth: Booth, path: str = MESSAGES, **query: str) -> Any:
    answer = requests.get(booth.url + path, params=query, auth=AUTH, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.json()


@cache
def document() -> OpenAPI:
    """The published document, strict about form fields, at peace with relative addresses."""
    spec = json.loads(DOCUMENT.read_text())
    kept = {path: item for path, item in spec["paths"].items() if "/Messages" in path}
    for item in kept.values():
        item.pop("servers")
    listing = kept["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
    form = listing["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    form["schema"]["additionalProperties"] = False
    form["encoding"] = {"MediaUrl": {"style": "form", "explode": True}}
    answer = listing["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    for field in answer["properties"].values():
        field.pop("format", None)
    return OpenAPI.from_dict({**spec, "paths": kept, "servers": [{"url": "/"}]})


@pytest.fixture
def checked(booth: Booth) -> Iterator[Booth]:
    """Holds every request and answer of the test against the document."""
    if not DOCUMENT.exists():
        pytest.skip("the carrier's OpenAPI document is not here")
    problems: list[object] = []
    seen: list[int] = []

    def check(response: Response) -> Response:
        asked = WerkzeugOpenAPIRequest(request)
        problems.extend(document().iter_request_errors(asked))
        answered = WerkzeugOpenAPIResponse(response)
        problems.extend(document().iter_response_errors(asked, answered))
        seen.append(response.status_code)
        return response

    def keep_body() -> None:
        """The form's parser would leave nothing of the body to look at."""
        request.get_data()

    booth.app.before_request_funcs[None].insert(0, keep_body)
    booth.app.after_request_funcs[None].append(check)
    yield booth
    assert problems == []
    assert seen


def test_answers_are_as_the_carrier_publishes_them(checked: Booth) -> None:
    callback = f"{checked.exchange.settings.hotline_url}/webhooks/carrier/status/message"
    created = post(checked, StatusCallback=callback)
    assert created.status_code == 201
    sid = created.json()["sid"]
    checked.exchange.text_hotline(CITIZEN, "谢谢 👍")
    fetched = listed(checked, MESSAGES.replace(".json", f"/{sid}.json"))
    assert fetched["body"] == ORDER["Body"]
    checked.exchange.store.switch("+8613933350002", is_off=True)
    post(checked, To="+8613933350002")
    until(
        lambda: (
            {m.status for m in checked.exchange.store.newest_first()}
            == {"received", "delivered", "undelivered"}
        )
    )
    page = listed(checked, PageSize="2", To=CITIZEN)
    assert [row["sid"] for row in page["messages"]] == [sid]
    first = listed(checked, PageSize="2")
    assert first["next_page_uri"].startswith(MESSAGES)
    assert first["previous_page_uri"] is None
    second = listed(checked, first["next_page_uri"])
    assert (second["start"], second["end"], second["next_page_uri"]) == (2, 2, None)


def test_our_own_requests_are_as_the_carrier_publishes_them(checked: Booth) -> None:
    carrier = carrier_at(checked.url)
    sent = carrier.send_text(CITIZEN, "您的诉求已受理", reference="m1")
    found = carrier.find_text(CITIZEN, "您的诉求已受理", datetime.now(UTC))
    assert found is not None
    assert found.provider_id == sent.provider_id


def test_a_message_has_the_carriers_fields(booth: Booth) -> None:
    row = post(booth, To="13803350001", Body="测" * 71).json()
    assert row["to"] == CITIZEN
    assert row["from"] == HOTLINE
    assert row["direction"] == "outbound-api"
    assert row["status"] == "queued"
    assert row["num_segments"] == "2"
    assert row["date_sent"] is None
    created_at = parsedate_to_datetime(row["date_created"])
    assert datetime.now(UTC) - created_at < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "abc"}, 21211),
        ({"To": "110"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "+8613933350002"}, 21606),
        ({"Body": ""}, 21602),
        ({"Body": " \n"}, 21602),
        ({"Body": "长" * 1601}, 21617),
        ({"StatusCallback": "javascript:alert(1)"}, 21609),
        ({"StatusCallback": "/relative"}, 21609),
    ],
)
def test_refusals_have_the_carriers_codes(booth: Booth, changes: dict[str, str], code: int) -> None:
    answer = post(booth, **changes)
    assert answer.status_code == 400
    said = answer.json()
    assert set(said) == {"code", "message", "more_info", "status"}
    assert (said["code"], said["status"]) == (code, 400)
    assert said["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert booth.exchange.store.newest_first() == []


@pytest.mark.parametrize(
    "auth",
    [None, (ACCOUNT, ""), (ACCOUNT, "wrong"), ("AC" + "f" * 32, TOKEN), ("", "")],
)
def test_only_the_account_itself_gets_in(booth: Booth, auth: tuple[str, str] | None) -> None:
    for path in (MESSAGES, "/control/faults", "/control/deliveries"):
        answer = requests.get(booth.url + path, auth=auth, timeout=5)
        assert answer.status_code == 401
        assert answer.json()["code"] == 20003
    other = requests.get(
        booth.url + MESSAGES, headers={"Authorization": "Bearer " + TOKEN}, timeout=5
    )
    assert other.status_code == 401


def test_another_account_in_the_address_is_not_here(booth: Booth) -> None:
    url = booth.url + MESSAGES.replace(ACCOUNT, "AC" + "0" * 32)
    answer = requests.post(url, data=ORDER, auth=AUTH, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (MESSAGES.replace(".json", "/SM" + "0" * 32 + ".json"), 404),
        (MESSAGES.replace("Messages", "Queues"), 404),
        ("/control/nothing", 404),
        (MESSAGES + "?PageSize=many", 400),
        (MESSAGES + "?Page=%2D1", 400),
        (MESSAGES + "?DateSent=yesterday", 400),
        (MESSAGES + "?DateSent%3E=2026-13-45", 400),
    ],
)
def test_what_is_not_there_is_said_in_json(booth: Booth, path: str, status: int) -> None:
    answer = requests.get(booth.url + path, auth=AUTH, timeout=5)
    assert answer.status_code == status
    assert answer.json()["status"] == status


def test_the_list_is_filtered_by_day_and_moment(booth: Booth) -> None:
    for body, day in (("一", 1), ("二", 2), ("三", 3)):
        message = booth.exchange.text_citizen(CITIZEN, body, "", way=Way.OUTBOUND_API)
        until(partial(_is_delivered, booth, message.sid))
        at = datetime(2026, 10, day, 12, 0, 30, tzinfo=UTC)
        booth.exchange.store.change(message.sid, sent_at=at)

    def found(**query: str) -> str:
        return "".join(row["body"] for row in listed(booth, **query)["messages"])

    assert found() == "三二一"
    assert found(DateSent="2026-10-02") == "二"
    assert found(**{"DateSent>": "2026-10-02"}) == "三二"
    assert found(**{"DateSent<": "2026-10-02"}) == "二一"
    assert found(**{"DateSent>": "2026-10-02T12:00:31Z"}) == "三"
    assert found(**{"DateSent<": "2026-10-02T12:00:30Z"}) == "二一"
    assert found(**{"DateSent>": "2026-10-02", "DateSent<": "2026-10-02"}) == "二"
    assert found(From=HOTLINE) == "三二一"
    assert found(From="+8613933350002") == ""


def test_too_much_at_once_is_429(booth: Booth) -> None:
    with running_booth(settings(longest_backlog=-1)) as full:
        answer = post(full)
    assert (answer.status_code, answer.json()["code"]) == (429, 20429)


def _is_delivered(booth: Booth, sid: str) -> bool:
    message = booth.exchange.store.get(sid)
    return message is not None and message.status == "delivered"
