"""The carrier's published document, against which requests and answers are held."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse

from tests.phonebooth.running import Booth

DOCUMENT = Path(__file__).parents[3] / "shared" / "data" / "carrier_openapi.json"
_ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
_USED = ("Calls", "Calls/{Sid}", "Recordings", "Recordings/{Sid}")
_LISTS = {
    "Calls/{Sid}": (),
    "Calls": ("StatusCallbackEvent", "RecordingStatusCallbackEvent"),
}


@cache
def document(*, has_other_ids: bool = False) -> OpenAPI:
    """Strict about form fields, at peace with relative addresses.

    `has_other_ids`: of a platform that speaks the same and writes its ids in another way.
    """
    spec = json.loads(DOCUMENT.read_text(), object_hook=_any_id if has_other_ids else None)
    kept = {f"{_ACCOUNT}/{name}.json": spec["paths"][f"{_ACCOUNT}/{name}.json"] for name in _USED}
    for item in kept.values():
        item.pop("servers")
    for name, lists in _LISTS.items():
        form = kept[f"{_ACCOUNT}/{name}.json"]["post"]["requestBody"]["content"]
        form = form["application/x-www-form-urlencoded"]
        form["schema"]["additionalProperties"] = False
        form["encoding"] = {each: {"style": "form", "explode": True} for each in lists}
    for name in ("Calls", "Recordings"):
        answer = kept[f"{_ACCOUNT}/{name}.json"]["get"]["responses"]["200"]["content"]
        for field in answer["application/json"]["schema"]["properties"].values():
            field.pop("format", None)
    return OpenAPI.from_dict({**spec, "paths": kept, "servers": [{"url": "/"}]})


@contextmanager
def watched(booth: Booth, *, has_other_ids: bool = False) -> Iterator[list[int]]:
    """Hold every request and good answer of the API against the document; their statuses."""
    problems: list[object] = []
    seen: list[int] = []
    known = document(has_other_ids=has_other_ids)  # read before many ask for it at once

    def check(response: Response) -> Response:
        if request.path.startswith("/2010-04-01/") and request.path.endswith(".json"):
            asked = WerkzeugOpenAPIRequest(request)
            problems.extend(known.iter_request_errors(asked))
            if _is_good(response):
                answered = WerkzeugOpenAPIResponse(response)
                problems.extend(known.iter_response_errors(asked, answered))
            seen.append(response.status_code)
        return response

    def keep_body() -> None:
        """The form's parser would leave nothing of the body to look at."""
        request.get_data()

    booth.app.before_request_funcs[None].insert(0, keep_body)
    booth.app.after_request_funcs[None].append(check)
    yield seen
    assert problems == [], problems


@pytest.fixture
def checked(booth: Booth) -> Iterator[Booth]:
    """Holds every request and good answer of the API in the test against the document."""
    if not DOCUMENT.exists():
        pytest.skip("the carrier's OpenAPI document is not here")
    with watched(booth) as seen:
        yield booth
    assert seen


def _is_good(response: Response) -> bool:
    """No error, and neither cut off in the middle nor hung up on by a fault."""
    is_hung_up = response.is_streamed or (
        response.status_code == HTTPStatus.OK and not response.data
    )
    return response.status_code < HTTPStatus.BAD_REQUEST and not is_hung_up


def _any_id(given: dict[str, Any]) -> dict[str, Any]:
    limits = ("pattern", "minLength", "maxLength")
    return {name: value for name, value in given.items() if name not in limits}
