"""GET /api/v1/units as other systems call it."""

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import UNIT_ROLES, Role
from hotline.people import operations, queries
from tests import factories
from tests.conftest import Statements

ADDRESS = "/api/v1/units"


@pytest.fixture
def headers(app: APIFlask) -> dict[str, str]:
    """A token of somebody in the hotline."""
    return factories.bearer(factories.staff("api", Role.DISPATCHER))


def test_the_units_come_in_order_of_code(client: FlaskClient, headers: dict[str, str]) -> None:
    body = client.get(ADDRESS, headers=headers).get_json()
    codes = [one["code"] for one in body["items"]]
    assert codes == sorted(codes) and "D14" in codes and body["next"] is None
    assert body["items"][codes.index("E01")] == {
        "code": "E01",
        "name": "市自来水公司",
        "kind": "public_service",
        "parent": None,
        "vertical": False,
        "duty_24h": True,
    }


def test_pages_follow_one_another(client: FlaskClient, headers: dict[str, str]) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": 4, "cursor": cursor}
        body = client.get(ADDRESS, headers=headers, query_string=query).get_json()
        assert len(body["items"]) <= 4
        seen += [one["code"] for one in body["items"]]
        cursor = body["next"]
    assert seen == [unit.code for unit in queries.units()]


def test_a_sub_unit_names_its_parent(
    client: FlaskClient, headers: dict[str, str], now: datetime
) -> None:
    row = {"code": "D14-1", "name": "监测科", "kind": "department", "parent": "D14"}
    operations.load_units([row | {"vertical": "N", "duty_24h": "N", "keywords": ""}], now)
    body = client.get(ADDRESS, headers=headers, query_string={"cursor": "D14"}).get_json()
    assert (body["items"][0]["code"], body["items"][0]["parent"]) == ("D14-1", "D14")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=" + "x" * 99, "cursor"),
        ("odd=1", "odd"),
    ],
)
def test_a_wrong_query_names_its_field(
    client: FlaskClient, headers: dict[str, str], query: str, field: str
) -> None:
    answer = client.get(f"{ADDRESS}?{query}", headers=headers)
    assert answer.status_code == 400
    assert list(answer.get_json()["error"]["fields"]) == [field]


def test_an_odd_cursor_is_only_a_place(client: FlaskClient, headers: dict[str, str]) -> None:
    for cursor in ("%00", "zzz", "%F0%9F%98%80"):
        assert client.get(f"{ADDRESS}?cursor={cursor}", headers=headers).status_code == 200


@pytest.mark.parametrize("given", [None, "Bearer", "Bearer x", "Basic eDp5", "bearer  "])
def test_without_a_token_nobody_is_known(
    client: FlaskClient, app: APIFlask, given: str | None
) -> None:
    answer = client.get(ADDRESS, headers={"Authorization": given} if given else {})
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "unauthenticated"


def test_a_session_is_no_token(client: FlaskClient, app: APIFlask) -> None:
    factories.sign_in(client, factories.staff("admin1", Role.ADMINISTRATOR))
    assert client.get("/account").status_code == 200
    assert client.get(ADDRESS).status_code == 401


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.EXCHANGE])
def test_everybody_with_a_role_may_read_the_directory(
    client: FlaskClient, app: APIFlask, role: Role
) -> None:
    person = factories.staff("any", role, unit_code="D14" if role in UNIT_ROLES else None)
    assert client.get(ADDRESS, headers=factories.bearer(person)).status_code == 200


def test_a_telephone_exchange_may_not(client: FlaskClient, app: APIFlask) -> None:
    exchange = factories.staff("any", Role.EXCHANGE)
    assert client.get(ADDRESS, headers=factories.bearer(exchange)).status_code == 403


def test_without_a_role_nobody_may(client: FlaskClient, app: APIFlask) -> None:
    assert client.get(ADDRESS, headers=factories.bearer(factories.staff("none"))).status_code == 403


def test_a_call_costs_two_statements(
    client: FlaskClient, headers: dict[str, str], statements: Statements
) -> None:
    statements.seen.clear()
    assert client.get(ADDRESS, headers=headers).status_code == 200
    assert len(statements) == 2
