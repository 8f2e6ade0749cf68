"""`PUT /calendar/{year}`: what is taken, what is refused, who may."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.calendar import queries
from tests import factories
from tests.recalendar import town

NOV_19 = {"date": "2026-11-19", "working": False}


@pytest.fixture
def headers(app: APIFlask) -> dict[str, str]:
    """An administrator's."""
    return factories.bearer(factories.staff("adm", Role.ADMINISTRATOR))


BAD: dict[str, tuple[int, Any, str]] = {
    "unknown date": (2026, {"days": [{"date": "2026-02-30", "working": False}]}, "days.0.date"),
    "a number": (2026, {"days": [{"date": 20261119, "working": False}]}, "days.0.date"),
    "another year's": (2026, {"days": [{"date": "2027-01-04", "working": False}]}, "days"),
    "holiday and working": (2026, {"days": [NOV_19, NOV_19 | {"working": True}]}, "days"),
    "two names": (2026, {"days": [NOV_19 | {"name": "a"}, NOV_19 | {"name": "b"}]}, "days"),
    "neither": (2026, {"days": [{"date": "2026-11-19", "working": "maybe"}]}, "days.0.working"),
    "nothing said": (2026, {"days": [{"date": "2026-11-19"}]}, "days.0.working"),
    "a long name": (2026, {"days": [NOV_19 | {"name": "长" * 61}]}, "days.0.name"),
    "nothing": (2026, {}, "days"),
    "no day": (2026, {"days": []}, "days"),
    "too many": (2026, {"days": [NOV_19] * 367}, "days"),
    "no list": (2026, {"days": "2026-11-19"}, "days"),
    "a field too much": (2026, {"days": [NOV_19 | {"colour": "red"}]}, "days.0.colour"),
    "unknown status": (2026, {"status": "secret"}, "status"),
    "a year before": (2003, {"days": [{"date": "2003-11-19", "working": False}]}, "year"),
    "a year after": (2101, {"status": "published"}, "year"),
    "a year nobody knows": (2040, {"days": [{"date": "2040-10-01", "working": False}]}, "year"),
    "a year far away": (10**18, {"status": "published"}, "year"),
}


@pytest.mark.parametrize(("year", "body", "field"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_named_and_nothing_changes(
    client: FlaskClient, headers: dict[str, str], year: int, body: Any, field: str
) -> None:
    before = queries.year_of_days(2026)
    for language in ("en", "zh-CN"):
        answer = town.put(client, headers | {"Accept-Language": language}, body, year)
        assert answer.status_code == 422, answer.json
        assert list(answer.json["error"]["fields"]) == [field]
        assert all(answer.json["error"]["fields"].values())
    assert queries.year_of_days(2026) == before


def test_from_2004_up_to_two_years_ahead(
    client: FlaskClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.clock.now", lambda: factories.NOW)
    refused = town.put(client, headers, {"status": "published"}, 2029)
    assert refused.status_code == 422 and "2004 年至 2028 年" in refused.json["error"]["message"]
    for year in (2004, 2028):
        assert town.put(client, headers, {"status": "published"}, year).status_code == 202
    factories.sign_in(client, factories.staff("admin", Role.ADMINISTRATOR))
    assert client.get("/admin/calendar/2028").status_code == 200
    beyond = client.get("/admin/calendar/2029")
    assert beyond.status_code == 404 and "2028" in beyond.text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.HEAD, Role.EDITOR, Role.UNIT_HEAD])
def test_others_may_only_read(client: FlaskClient, role: Role) -> None:
    unit = "D14" if role is Role.UNIT_HEAD else None
    headers = factories.bearer(factories.staff("other", role, unit_code=unit))
    assert town.put(client, headers, {"days": [NOV_19]}).status_code == 403
    assert client.get("/api/v1/calendar/2026", headers=headers).status_code == 200
    path = "/api/v1/calendar/recomputations/1"
    assert client.get(path, headers=headers).status_code == 403


def test_only_the_days_given_change(client: FlaskClient, headers: dict[str, str]) -> None:
    before = queries.year_of_days(2026)["days"]
    answer = town.put(client, headers, {"days": [NOV_19 | {"name": "停电"}]})
    assert (answer.status_code, answer.json["days"]) == (202, ["2026-11-19"])
    assert answer.headers["Location"] == answer.json["progress"]
    after = client.get("/api/v1/calendar/2026", headers=headers).get_json()["days"]
    assert [one for one in after if one not in before] == [NOV_19 | {"name": "停电"}]
    progress = client.get(answer.json["progress"], headers=headers).get_json()
    assert (progress["state"], progress["days"]) == ("waiting", ["2026-11-19"])


def test_what_moves_nothing_is_done_at_once(client: FlaskClient, headers: dict[str, str]) -> None:
    for given in (
        {"date": "2026-11-21", "working": False},
        {"date": "2026-11-21", "working": False},
    ):
        answer = town.put(client, headers, {"days": [given]})
        progress = client.get(answer.json["progress"], headers=headers).get_json()
        assert (progress["state"], progress["total"]) == ("done", 0)


def test_the_same_key_changes_once(client: FlaskClient, headers: dict[str, str]) -> None:
    keyed = headers | {"Idempotency-Key": "the-same"}
    first = town.put(client, keyed, {"days": [NOV_19]})
    again = town.put(client, keyed, {"days": [NOV_19]})
    assert first.json == again.json
    other = town.put(client, keyed, {"days": [NOV_19 | {"working": True}]})
    assert other.status_code == 409


def test_an_unknown_progress_is_not_found(client: FlaskClient, headers: dict[str, str]) -> None:
    for number in ("0", "999999", "9" * 30):
        path = f"/api/v1/calendar/recomputations/{number}"
        assert client.get(path, headers=headers).status_code == 404
