"""What must never be a 500: unsigned and odd texts, unknown codes, broken files."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import Result
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hotline.extensions import db
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests.flows import machines, steps
from tests.flows.machines import Api
from tests.flows.steps import Hall
from tests.webhooks import doors


@pytest.fixture
def api(hall: Hall, client: FlaskClient) -> Api:
    return Api(hall, client)


def count() -> int:
    """How many tickets there are."""
    return db.session.scalars(select(func.count(Ticket.id))).one()


# ------------------------------------------------------------------ texts

UNSIGNED: tuple[dict[str, str], ...] = (
    {},
    {"X-Twilio-Signature": ""},
    {"X-Twilio-Signature": "AAAA"},
    {"X-Twilio-Signature": "不是签名"},
    {"X-Twilio-Signature": "A" * 5000},
    {"X-Twilio-Signature": doors.signature(doors.SMS, doors.fields("别的话"))},
    {"X-Twilio-Signature": doors.signature(doors.SMS, doors.fields("路灯坏了"), "another token")},
)


@pytest.mark.parametrize("headers", UNSIGNED)
def test_a_wrong_missing_or_malformed_signature_is_403(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    sent = doors.fields("路灯坏了")
    coded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert client.post(doors.SMS, data=sent, headers=coded).status_code == 403
    raw = client.post(doors.SMS, data=b"\xff\xfe{", headers=coded, content_type="text/plain")
    assert raw.status_code == 403
    assert count() == 0


ODD = {
    "empty": "",
    "blanks": " \t\n ",
    "emoji only": "🙏🙏😀",
    "binary": bytes(range(256)).decode("latin-1"),
    "half a pair": "路灯坏了\ud83d",
    "over-long": "路灯坏了。" * 9000,
    "turned around": "\u202e了坏灯路\u202c",
    "NUL": "路\x00灯",
}


@pytest.mark.parametrize("body", ODD.values(), ids=list(ODD))
def test_an_odd_text_is_an_item_or_a_polite_answer(hall: Hall, body: str) -> None:
    body = body.encode("utf-8", "replace").decode()
    answer = doors.post(hall.app.test_client(), doors.SMS, doors.fields(body))
    assert answer.status_code == 200
    if count():
        steps.is_at(steps.newest(), State.RECEIVED)
        assert steps.newest() in hall.browser("operator").get("/console").text
    else:
        assert doors.out_kinds() == ["no_words"]


# ------------------------------------------------------------------ unknown codes

EARLY = {"system": "province", "number": "1", "due_at": "0001-01-01T00:00:00+14:00"}
LATE = EARLY | {"due_at": "9999-12-31T23:59:59-14:00"}
UNKNOWN: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("operator", "/tickets", machines.MATTER | {"category": "X99"}, "category"),
    ("operator", "/tickets", machines.MATTER | {"channel": "pigeon"}, "channel"),
    ("operator", "/tickets", machines.MATTER | {"request_type": "wish"}, "request_type"),
    ("operator", "/tickets", machines.MATTER | {"citizen": {"phone": "12"}}, "citizen.phone"),
    ("operator", "/tickets", machines.MATTER | {"place": {"district": "C77"}}, "place.district"),
    ("operator", "/tickets", machines.MATTER | {"title": "x" * 201}, "title"),
    ("operator", "/tickets", machines.MATTER | {"body": " "}, "body"),
    ("operator", "/tickets", machines.MATTER | {"surprise": 1}, "surprise"),
    ("operator", "/tickets", machines.MATTER | {"upstream": EARLY}, "upstream.due_at"),
    ("operator", "/tickets", machines.MATTER | {"upstream": LATE}, "upstream.due_at"),
    ("operator", "/tickets/{n}/sort", machines.SORTING | {"category": "X99"}, "category"),
    ("operator", "/tickets/{n}/sort", {"request_type": "complaint"}, "category"),
    ("operator", "/tickets/{n}/refuse", {"reason": "bored"}, "reason"),
    ("operator", "/tickets/{n}/transfer", {"service": "911"}, "service"),
    ("dispatcher", "/tickets/{n}/dispatch", {"lead": "Z99"}, "lead"),
    ("dispatcher", "/tickets/{n}/merge", {"into": "999"}, "into"),
    ("operator", "/tickets/2611010000000/note", {"text": "x"}, "number"),
    ("operator", "/tickets/abc/note", {"text": "x"}, "number"),
)


@pytest.mark.parametrize(("who", "path", "body", "field"), UNKNOWN)
def test_an_unknown_value_is_named_by_its_field(
    api: Api, who: str, path: str, body: dict[str, Any], field: str
) -> None:
    number = api.make(**(machines.SORTING if who == "dispatcher" else {}))["number"]
    before = steps.ticket_of(number).last_seq
    answer = api.post(who, path.format(n=number), body)
    error = answer.get_json()["error"]
    assert answer.status_code == (404 if field == "number" else 422), error
    assert field in error["fields"], error
    assert error["message"]
    assert (count(), steps.ticket_of(number).last_seq) == (1, before)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"state": "lost"}, "state"),
        ({"unit": "Z99"}, "unit"),
        ({"lamp": "blue"}, "lamp"),
        ({"channel": "pigeon"}, "channel"),
        ({"category": "X99"}, "category"),
        ({"limit": "201"}, "limit"),
        ({"cursor": "%00"}, "cursor"),
        ({"cursor": "W0luZmluaXR5XQ"}, "cursor"),
        ({"cursor": "WzFlMzBd"}, "cursor"),
        ({"cursor": "Wy0xXQ"}, "cursor"),
        ({"created_from": "yesterday"}, "created_from"),
    ],
)
def test_an_unknown_filter_is_named(api: Api, given: dict[str, str], field: str) -> None:
    answer = api.get("operator", "/tickets", **given)
    assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (400, [field])


NO_MATTERS = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"title": "\\ud800"}', b"[" * 100_000]


@pytest.mark.parametrize("body", NO_MATTERS, ids=[str(body[:20]) for body in NO_MATTERS])
def test_a_body_that_is_no_matter_is_refused(api: Api, body: bytes) -> None:
    headers = api.hall.headers("operator")
    answer = api.client.post(
        "/api/v1/tickets", data=body, headers=headers, content_type="application/json"
    )
    assert answer.status_code in (400, 422)
    assert answer.get_json()["error"]["code"]
    assert count() == 0


def test_another_systems_matter_is_taken_once(api: Api) -> None:
    theirs = {"upstream": {"system": "province", "number": "P-1"}}
    api.make(**theirs)
    again = api.post("operator", "/tickets", machines.MATTER | theirs)
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "upstream_known")
    assert count() == 1


def test_a_return_of_no_possible_number_is_not_found(api: Api) -> None:
    number = api.until("in_progress")
    decision = {"uphold": True, "note": "同意"}
    answer = api.post("reviewer", f"/tickets/{number}/returns/{2**70}", decision)
    assert answer.status_code == 404


def test_a_page_shows_an_unknown_value_beside_what_was_typed(hall: Hall) -> None:
    number = steps.by_entry(hall)
    browser = hall.browser("dispatcher")
    here = f"/tickets/{number}"
    page = browser.submit(
        browser.get("/dispatch", ticket=number), f"{here}/dispatch", lead="Z99", note="请速办"
    )
    assert page.status == 422
    assert "请速办" in page.text
    steps.is_at(number, State.PENDING_DISPATCH)


# ------------------------------------------------------------------ files

GOOD = '夜市占道,"文化路夜市占道，无法通行",13812345678,T010101,complaint,2026-03-02 09:30,A-1'
BAD = (
    ("停水,全楼停水,12345678,,,,A-2", 3, "phone"),
    ("停水,全楼停水,,X99,help,,A-3", 4, "category"),
    ("停水,全楼停水,,,wish,,A-4", 5, "request_type"),
    (",,,,,,A-5", 6, "title"),
    ("停水,全楼停水,,,,昨天,A-6", 7, "created_at"),
    ("停水,全楼停水,,,,2999-01-01,A-7", 8, "created_at"),
    ("停水,全楼停水,,,,,A-8,多一列", 9, ""),
    (f"{'长' * 300},全楼停水,,,,,A-9", 10, "title"),
    ("停水,全楼停水,,,,0001-01-01T00:00:00+14:00,A-11", 11, "created_at"),
)


def imported(app: APIFlask, path: Path) -> Result:
    """The command as somebody at the command line gives it."""
    return app.test_cli_runner().invoke(args=["import-tickets", str(path)])


def file_of(folder: Path, *rows: str) -> Path:
    """A CSV file with these rows."""
    path = folder / "history.csv"
    head = "title,body,phone,category,request_type,created_at,external_id"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_good_rows_are_taken_and_bad_ones_reported(app: APIFlask, tmp_path: Path) -> None:
    last = "路灯不亮,红旗路路灯不亮,,,,,A-10"
    done = imported(app, file_of(tmp_path, GOOD, *(row for row, _, _ in BAD), last))
    assert done.exit_code == 1
    assert count() == 2
    reported = [line for line in done.output.splitlines() if line.startswith("line ")]
    assert len(reported) == len(BAD)
    for line, (_, number, field) in zip(reported, BAD, strict=True):
        assert line.startswith(f"line {number}: ")
        assert field in line
    assert "2 tickets made, 0 known already, 9 bad" in done.output
    history = db.session.scalars(select(Ticket).order_by(Ticket.id)).first()
    assert history is not None
    assert history.is_history
    assert history.received_at == steps.at("2026-03-02 09:30")
    assert history.due_at is None, "imported history has no running clocks"


def test_a_good_file_is_taken_once(app: APIFlask, tmp_path: Path) -> None:
    path = file_of(tmp_path, GOOD)
    assert imported(app, path).exit_code == 0
    again = imported(app, path)
    assert (again.exit_code, "1 known already" in again.output) == (0, True)
    assert count() == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b'title,body\n"open', b"PK\x03\x04" + bytes(200)],
)
def test_a_file_that_is_none_is_said_to_be_so(
    app: APIFlask, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    done = imported(app, path)
    assert (done.exit_code, "line 1" in done.output or "line 2" in done.output) == (1, True)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert count() == 0


def test_a_broken_gzip_is_said_to_be_so(app: APIFlask, tmp_path: Path) -> None:
    path = tmp_path / "file.csv.gz"
    path.write_bytes(gzip.compress(b"title,body\n" + b"a,b\n" * 1000)[:40])
    done = imported(app, path)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit), done.exception
