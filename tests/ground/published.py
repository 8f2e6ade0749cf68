"""The carrier's published document, against which requests and answers are held."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse

from tests.phonebooth.running import Booth

DOCUMENT = Path(__file__).parents[3] / "shared" / "data" / "carrier_openapi.json"
PATHS = ("/Calls.json", "/Calls/{Sid}.json", "/Recordings/{Sid}.json")
FORM = "application/x-www-form-urlencoded"
LISTS = ("StatusCallbackEvent", "RecordingStatusCallbackEvent")


@cache
def document() -> OpenAPI:
    """Its calls and recordings, strict about form fields, at peace with relative addresses."""
    spec = json.loads(DOCUMENT.read_text())
    kept = {path: item for path, item in spec["paths"].items() if path.endswith(PATHS)}
    kept = {path: item for path, item in kept.items() if path.count("{") <= 2}
    for item in kept.values():
        item.pop("servers")
        for verb in ("get", "post"):
            _tighten(item.get(verb, {}))
    return OpenAPI.from_dict({**spec, "paths": kept, "servers": [{"url": "/"}]})


def _tighten(operation: Any) -> None:
    form = operation.get("requestBody", {}).get("content", {}).get(FORM)
    if form is not None:
        form["schema"]["additionalProperties"] = False
        form["encoding"] = {name: {"style": "form", "explode": True} for name in LISTS}
    answer = operation.get("responses", {}).get("200", {}).get("content", {})
    for field in (
        answer.get("application/json", {}).get("schema", {}).get("properties", {}).values()
    ):
        field.pop("format", None)


@contextmanager
def held_against(booth: Booth) -> Iterator[list[str]]:
    """Every request of calls and its answer is as published; yields the requests seen."""
    if not DOCUMENT.exists():
        pytest.skip("the carrier's OpenAPI document is not here")
    problems: list[object] = []
    seen: list[str] = []

    def keep_body() -> None:
        """The form's parser would leave nothing of the body to look at."""
        request.get_data()

    def check(response: Response) -> Response:
        if request.path.startswith("/2010-04-01/") and request.path.endswith(".json"):
            asked = WerkzeugOpenAPIRequest(request)
            problems.extend(document().iter_request_errors(asked))
            if response.status_code < 300:
                answered = WerkzeugOpenAPIResponse(response)
                problems.extend(document().iter_response_errors(asked, answered))
            seen.append(f"{request.method} {request.path.rpartition('/')[2]}")
        return response

    booth.app.before_request_funcs[None].insert(0, keep_body)
    booth.app.after_request_funcs[None].append(check)
    yield seen
    assert problems == []
    assert seen
