"""Taking tickets out: who may, what stands in the file, what stays away, what is written down."""

import csv
import io
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.tickets import export, export_files
from tests import factories
from tests.dispatch import samples
from tests.factories import PASSWORD

FORMULA = '=HYPERLINK("http://x","y")'


def _confirmed(client: FlaskClient, role: Role, unit: str | None = None) -> FlaskClient:
    """A browser whose password was just given again."""
    factories.sign_in(client, factories.staff("someone", role, unit_code=unit))
    page = client.get("/confirm").text
    sent = {"csrf_token": factories.hidden(page, "csrf_token"), "present": PASSWORD}
    answer = client.post("/confirm", data=sent)
    assert answer.status_code in (302, 303)
    return client


def _file(client: FlaskClient, kind: str, query: str = "") -> Any:
    page = client.get(f"/search/export{query}")
    assert page.status_code == 200, page.text
    sent = {"csrf_token": factories.hidden(page.text, "csrf_token"), "kind": kind}
    return client.post(f"/search/export{query}", data=sent)


def _csv(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_password_is_asked_first(app: APIFlask, client: FlaskClient) -> None:
    factories.sign_in(client, factories.staff("head", Role.HEAD))
    answer = client.get("/search/export?urgency=urgent")
    assert answer.status_code == 303
    assert answer.location.startswith("/confirm")
    assert db.session.query(AuditEntry).filter_by(kind="tickets_exported").count() == 0


def test_csv_is_masked_harmless_and_traced(app: APIFlask, client: FlaskClient) -> None:
    factories.taken(title=FORMULA, body="\t+cmd")
    factories.sorted_ticket(category="T010103", title="举报某人", body="保密内容")
    answer = _file(_confirmed(client, Role.DISPATCHER), "csv")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = _csv(answer)
    assert "(someone)" in lines[0][1]
    body = lines[6:]
    assert len(body) == 2
    assert body[1][14].startswith("'=")
    assert body[1][16:18] == ["张三", "138****5678"]
    assert body[0][16:18] == ["", ""]
    assert "13812345678" not in answer.data.decode()
    trace = db.session.query(AuditEntry).filter_by(kind="tickets_exported").one()
    assert trace.facts == {"filters": "", "count": 2, "file": "csv"}


def test_a_workbook_holds_the_same(app: APIFlask, client: FlaskClient) -> None:
    number = factories.taken(title=FORMULA).ticket.number
    answer = _file(_confirmed(client, Role.SUPERVISOR), "xlsx", "?q=夜市 文化路")
    book = load_workbook(io.BytesIO(answer.data))
    rows = list(book.worksheets[0].values)
    assert rows[1][0] == number
    assert str(rows[1][14]).startswith("'=")
    assert "someone" in str(book.worksheets[1]["B1"].value)


def test_a_unit_takes_out_only_what_it_holds(app: APIFlask, client: FlaskClient) -> None:
    held = samples.signed().number
    factories.taken()
    answer = _file(_confirmed(client, Role.UNIT_HEAD, "D16"), "csv")
    assert [line[0] for line in _csv(answer)[6:]] == [held]


def test_a_bad_filter_or_kind_takes_nothing_out(app: APIFlask, client: FlaskClient) -> None:
    browser = _confirmed(client, Role.HEAD)
    assert browser.get("/search/export?urgency=blue").status_code == 400
    assert browser.get("/search/export?unit=nobody").status_code == 400
    assert _file(browser, "exe").status_code == 422
    assert db.session.query(AuditEntry).filter_by(kind="tickets_exported").count() == 0


def test_others_may_not(app: APIFlask, client: FlaskClient) -> None:
    factories.sign_in(client, factories.staff("op", Role.OPERATOR))
    assert client.get("/search/export").status_code == 403


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "＝1", "＠x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert export.safe(cell) == "'" + cell


def test_a_cut_is_said(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "MOST_ROWS", 2)
    with app.test_request_context():
        counted = export_files.Counted([["a"], ["b"], ["c"]])
        rows = list(counted)
    assert counted.count == 2
    assert rows[:2] == [["a"], ["b"]]
    assert "2" in rows[2][0]
