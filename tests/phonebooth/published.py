"""The carrier's published document, against which requests and answers are held."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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
def document() -> OpenAPI:
    """Strict about form fields, at peace with relative addresses."""
    spec = json.loads(DOCUMENT.read_text())
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


@pytest.fixture
def checked(booth: Booth) -> Iterator[Booth]:
    """Holds every request and good answer of the API in the test against the document."""
    if not DOCUMENT.exists():
        pytest.skip("the carrier's OpenAPI document is not here")
    problems: list[object] = []
    seen: list[int] = []

    def check(response: Response) -> Response:
        if request.path.startswith("/2010-04-01/"):
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
