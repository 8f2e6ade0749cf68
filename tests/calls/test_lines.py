"""Lines: opened, described, closed, by page and API, with a trace."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.calls import arriving, lines
from hotline.calls.kinds import Mode, Skill
from hotline.calls.lines import Description
from hotline.errors import Invalid, NotFound
from hotline.extensions import db
from tests import factories
from tests.calls import overseen
from tests.calls.overseen import send, text

BY = "staff:801"
PLAIN = {"number": "12319", "name": "城建服务热线", "mode": "merged", "rank": "5"}


@pytest.fixture
def admin(app: APIFlask) -> FlaskClient:
    """The administrator's browser."""
    return overseen.one(app, Role.ADMINISTRATOR)


def test_a_line_is_opened_and_described_anew(admin: FlaskClient) -> None:
    assert send(admin, "/admin/lines", "/admin/lines", **PLAIN).status_code == 303
    assert "城建服务热线" in text(admin, "/admin/lines")
    changed = {"name": "城管热线", "mode": "sub_centre", "transfer_to": "0335-3012333"}
    answer = send(admin, "/admin/lines/12319", "/admin/lines/12319", **changed)
    assert answer.status_code == 303
    found = lines.line("12319")
    assert (found.name, found.mode, found.rank) == ("城管热线", Mode.SUB_CENTRE, 0)
    assert found.transfer_to == "+863353012333"
    assert _traces() == ["line_opened", "line_changed"]


def test_a_sub_centre_needs_somebody_to_pass_to(admin: FlaskClient) -> None:
    sent = PLAIN | {"mode": "sub_centre"}
    answer = send(admin, "/admin/lines", "/admin/lines", **sent)
    assert answer.status_code == 422
    assert "设分中心的热线必须填写转接号码" in answer.get_data(as_text=True)
    assert 'value="城建服务热线"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "abc"},
        {"number": "1" * 21},
        {"name": ""},
        {"mode": "swallowed"},
        {"rank": "100"},
        {"rank": "x"},
        {"transfer_to": "call me"},
        {"skill": "juggling"},
    ],
)
def test_what_can_not_be_is_refused(admin: FlaskClient, wrong: dict[str, str]) -> None:
    assert send(admin, "/admin/lines", "/admin/lines", **(PLAIN | wrong)).status_code == 422
    assert lines.all_lines() == []


def test_a_closed_line_is_no_longer_known_to_callers(admin: FlaskClient) -> None:
    _put("12319")
    assert arriving.line_of("033512319") is not None
    assert send(admin, "/admin/lines/12319/close", "/admin/lines/12319").status_code == 303
    assert arriving.line_of("033512319") is None
    assert "已停用" not in _traces()
    assert send(admin, "/admin/lines/12319/open", "/admin/lines/12319").status_code == 303
    assert arriving.line_of("12319") is not None
    assert _traces() == ["line_opened", "line_closed", "line_reopened"]


def test_what_changes_nothing_leaves_no_trace(app: APIFlask) -> None:
    _put("12319")
    _put("12319")
    lines.set_open("12319", is_open=True, by=BY, now=clock.now())
    assert _traces() == ["line_opened"]


def test_a_service_number_may_be_passed_to(app: APIFlask) -> None:
    made, _ = _put("12333", mode=Mode.SUB_CENTRE, transfer_to="95598")
    assert made.transfer_to == "95598"
    with pytest.raises(Invalid):
        _put("12334", mode=Mode.SUB_CENTRE)
    with pytest.raises(NotFound):
        lines.set_open("12399", is_open=False, by=BY, now=clock.now())


def test_by_api(app: APIFlask, client: FlaskClient) -> None:
    admin = factories.bearer(factories.staff("admin", Role.ADMINISTRATOR))
    body: dict[str, Any] = {"number": "12301", "name": "旅游服务热线", "mode": "merged"}
    body |= {"skill": "english", "rank": 5, "greeting_en": "Tourist service."}
    assert client.put("/api/v1/lines", json=body, headers=admin).status_code == 201
    again = client.put("/api/v1/lines", json=body | {"is_open": False}, headers=admin)
    assert (again.status_code, (again.json or {})["is_open"]) == (200, False)
    listed = client.get("/api/v1/lines", headers=admin).json or {}
    assert [one["number"] for one in listed["items"]] == ["12301"]
    assert lines.line("12301").skill is Skill.ENGLISH
    bad = client.put("/api/v1/lines", json={"number": "12301"}, headers=admin)
    assert bad.status_code == 422
    assert set((bad.json or {})["error"]["fields"]) == {"name", "mode"}


def test_figures_stand_beside_each_line(admin: FlaskClient) -> None:
    _put("12345")
    hall = overseen.hall()
    overseen.talked(hall, hall.operator("op"))
    assert "100.0%" in text(admin, "/admin/lines")


def _put(number: str, **given: Any) -> Any:
    said = Description(**({"name": "热线", "mode": Mode.MERGED} | given))
    return lines.put(number, said, by=BY, now=clock.now())


def _traces() -> list[str]:
    asked = db.session.query(AuditEntry.kind).filter(AuditEntry.subject.startswith("line:"))
    return [kind for (kind,) in asked.order_by(AuditEntry.id)]
