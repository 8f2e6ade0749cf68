"""What goes wrong, told in one shape to machines and on a page to people."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from hotline import faults
from hotline.access import Role
from tests import factories

API = "/api/v1/tickets"


@pytest.fixture
def token(app: APIFlask) -> dict[str, str]:
    """Headers of an operator."""
    return factories.bearer(factories.staff("op", Role.OPERATOR))


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", "/api/v1/nothing", {}, 404, "not_found"),
        ("DELETE", API, {}, 405, "method_not_allowed"),
        ("GET", f"{API}/2611180000011", {}, 404, "ticket_not_found"),
        ("POST", API, {"data": "no json"}, 400, "bad_json"),
        ("POST", API, {"data": b"\xff\xfe"}, 400, "bad_json"),
        ("POST", API, {"json": []}, 422, "invalid"),
        ("POST", API, {"json": {}}, 422, "invalid"),
        ("POST", API, {"data": b"x" * 3_000_000}, 413, "too_large"),
        ("GET", f"{API}?state=teleported", {}, 400, "unknown_value"),
        ("GET", f"{API}?cursor=x", {}, 400, "bad_cursor"),
        ("GET", f"{API}?limit=many", {}, 400, "invalid"),
    ],
)
def test_the_api_says_code_message_and_fields(
    client: FlaskClient,
    token: dict[str, str],
    method: str,
    path: str,
    sent: Any,
    status: int,
    code: str,
) -> None:
    answer = client.open(path, method=method, headers=token, **sent)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.json is not None
    assert answer.json.keys() == {"error"}
    error = answer.json["error"]
    assert error.keys() == {"code", "message", "fields"}
    assert error["code"] == code
    assert error["message"]
    assert isinstance(error["fields"], dict)


def test_every_field_at_fault_is_named(client: FlaskClient, token: dict[str, str]) -> None:
    matter = {"channel": "pigeon", "title": "", "body": "x", "surprise": 1, "place": {"lat": "far"}}
    answer = client.post(API, json=matter, headers=token)
    assert answer.status_code == 422
    assert answer.json is not None
    assert {"channel", "surprise", "place.lat"} <= answer.json["error"]["fields"].keys()


def test_people_get_a_page(client: FlaskClient) -> None:
    for path, status in (("/nothing", 404), ("/tickets/1/note", 405)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.mimetype == "text/html"
        assert "<h1" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("handler", "error", "status", "code"),
    [
        (
            faults._database,
            OperationalError("SELECT 1", {}, Exception("hunter2")),
            503,
            "unavailable",
        ),
        (faults._unexpected, RuntimeError("hunter2"), 500, "internal"),
    ],
    ids=["the database is away", "something else"],
)
def test_what_nobody_expected_says_nothing_of_itself(
    app: APIFlask, handler: Any, error: Exception, status: int, code: str
) -> None:
    with app.test_request_context("/api/v1/tickets"):
        answer = app.make_response(handler(error))
    with app.test_request_context("/tickets/1"):
        page = app.make_response(handler(error))
    assert answer.json is not None
    assert answer.json["error"]["code"] == code
    assert (answer.status_code, page.status_code) == (status, status)
    assert (answer.mimetype, page.mimetype) == ("application/json", "text/html")
    assert "hunter2" not in answer.get_data(as_text=True) + page.get_data(as_text=True)
