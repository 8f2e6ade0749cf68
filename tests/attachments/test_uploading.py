"""Files through page and API: what is refused, what stays, and that a key covers them."""

import pytest
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.attachments import rules
from hotline.people.models import Staff
from tests import factories
from tests.attachments import files, town
from tests.attachments.town import on_disk, part
from tests.dispatch import samples

REFUSED = {
    "script in a picture's clothes": (files.SVG, "a.jpg", "file_kind"),
    "page in a document's clothes": (files.HTML, "a.pdf", "file_kind"),
    "program": (files.EXE, "a.jpg", "file_kind"),
    "macros in a harmless name": (files.docx("word/vbaProject.bin"), "a.docx", "file_macros"),
    "picture bomb": (files.huge_png(), "a.png", "file_pixels"),
    "zip bomb": (files.claiming(0xF0000000), "a.docx", "file_bomb"),
    "half a picture": (files.picture()[:80], "a.jpg", "file_broken"),
    "empty": (b"", "a.jpg", "file_empty"),
}


def operator() -> Staff:
    """Somebody who may add files."""
    return factories.staff("op", Role.OPERATOR)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_and_nothing_stored(client: FlaskClient, name: str) -> None:
    content, called, code = REFUSED[name]
    ticket, before = factories.sorted_ticket(), on_disk()
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    sent = {"files": [part(files.PDF), part(content, called)]}
    answer = client.post(path, data=sent, headers=factories.bearer(operator()))
    assert answer.status_code == 422, answer.json
    assert answer.get_json()["error"]["code"] == code
    assert called in answer.get_json()["error"]["fields"]["files"]
    assert on_disk() == before
    assert town.of(ticket) == []


@pytest.mark.parametrize(
    ("content", "called", "kept"),
    [
        (files.picture("PNG"), "virus.exe", "virus.jpg"),
        (files.PDF, "../../整改 报告.jpg", "整改 报告.pdf"),
        (files.xlsx(), "<script>.html", "_script_.xlsx"),
        (files.AMR, "", "file.amr"),
    ],
)
def test_a_wrong_name_does_no_harm(
    client: FlaskClient, content: bytes, called: str, kept: str
) -> None:
    ticket = factories.sorted_ticket()
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    headers = factories.bearer(operator())
    answer = client.post(path, data={"files": part(content, called or "x")}, headers=headers)
    assert answer.status_code == 201, answer.json
    (made,) = answer.get_json()["attachments"]
    assert made["name"] == (kept if called else "x.amr")
    assert client.get(f"{path}/{made['key']}", headers=headers).status_code == 200


def test_too_many_too_large_and_none(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, headers = factories.sorted_ticket(), factories.bearer(operator())
    path = f"/api/v1/tickets/{ticket.number}/attachments"

    def code(count: int) -> str:
        sent = {"files": [part(files.PDF) for _ in range(count)]}
        answer = client.post(path, data=sent, headers=headers, content_type="multipart/form-data")
        return str(answer.get_json()["error"]["code"])

    assert code(0) == "files_missing"
    assert code(10) == "files_many"
    monkeypatch.setattr(rules, "LARGEST_REQUEST", 2 * len(files.PDF) - 1)
    assert code(2) == "files_large"
    monkeypatch.setattr(rules, "LARGEST_FILE", len(files.PDF) - 1)
    assert code(1) == "file_large"


def test_a_large_body_is_taken_only_where_files_are(client: FlaskClient) -> None:
    ticket, headers = factories.sorted_ticket(), factories.bearer(operator())
    base = f"/api/v1/tickets/{ticket.number}"
    large = town.body(files.PDF.replace(b"1 0 obj", b"1" * 3 * rules.MEGABYTE))
    taken = client.post(f"{base}/attachments", data=large, headers=headers | town.BODY)
    assert taken.status_code == 201
    refused = client.post(f"{base}/note", data=large, headers=headers | town.BODY)
    assert refused.status_code == 413
    assert refused.get_json()["error"]["code"] == "too_large"
    page = client.post("/login", data=large, headers=town.BODY)
    assert page.status_code == 413
    assert "<h1>" in page.get_data(as_text=True)


def test_the_same_key_with_other_files_is_refused(client: FlaskClient) -> None:
    ticket = factories.sorted_ticket()
    headers = factories.bearer(operator()) | {"Idempotency-Key": "one"}
    path = f"/api/v1/tickets/{ticket.number}/attachments"

    def send(content: bytes, name: str = "a.pdf") -> tuple[int, object]:
        answer = client.post(path, data={"files": part(content, name)}, headers=headers)
        return answer.status_code, answer.json

    first = send(files.PDF)
    assert first[0] == 201
    assert send(files.PDF) == first
    assert len(town.of(ticket)) == 1
    assert send(files.docx())[0] == 409
    assert send(files.PDF, "b.pdf")[0] == 409


def test_from_the_ticket_page_with_what_was_typed_kept(client: FlaskClient) -> None:
    ticket = factories.sorted_ticket(is_confidential=True)
    factories.sign_in(client, operator())
    page = f"/tickets/{ticket.number}"
    wrong = town.post(
        client, f"{page}/attachments", page, files=part(files.SVG, "图.jpg"), for_unit="1"
    )
    text = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "图.jpg" in text
    assert 'name="for_unit" value="1" checked' in " ".join(text.split())
    right = town.post(client, f"{page}/attachments", page, files=part(files.photo(), "图.exe"))
    assert right.status_code == 303
    text = client.get(page).get_data(as_text=True)
    assert "图.jpg" in text
    assert not town.of(ticket)[0].is_for_unit


@pytest.mark.parametrize("step", ["reply", "progress"])
def test_a_unit_sends_files_with_its_words(client: FlaskClient, step: str) -> None:
    ticket = samples.signed()
    factories.sign_in(client, town.handler("D16", "han"))
    page = f"/tickets/{ticket.number}"
    data = {"text": "已清理，附照片。"}
    if step == "reply":
        data |= {"completion": "solved", "basis": "《城市市容条例》"}
    wrong = town.post(client, f"{page}/{step}", page, files=part(files.EXE, "图.jpg"), **data)
    assert wrong.status_code == 422
    assert "已清理，附照片。" in wrong.get_data(as_text=True)
    right = town.post(client, f"{page}/{step}", page, files=part(files.picture(), "图"), **data)
    assert right.status_code == 303, right.get_data(as_text=True)[-2000:]
    (row,) = town.of(ticket)
    assert (row.source.value, row.of_seq) == ("unit", ticket.last_seq - 1)


def test_a_reply_by_api_names_files_added_before(client: FlaskClient) -> None:
    ticket, headers = samples.signed(), factories.bearer(town.handler("D16", "han"))
    base = f"/api/v1/tickets/{ticket.number}"
    added = client.post(f"{base}/attachments", data={"files": part(files.PDF)}, headers=headers)
    key = added.get_json()["attachments"][0]["key"]
    reply = {"completion": "solved", "text": "已清理。", "basis": "《城市市容条例》"}
    wrong = client.post(f"{base}/reply", json=reply | {"attachments": ["x" * 43]}, headers=headers)
    assert (wrong.status_code, wrong.get_json()["error"]["code"]) == (422, "unknown_attachment")
    right = client.post(f"{base}/reply", json=reply | {"attachments": [key]}, headers=headers)
    assert right.status_code == 200, right.json
    (shown,) = right.get_json()["attachments"]
    replied = next(one for one in right.get_json()["events"] if one["kind"] == "replied")
    assert (shown["key"], shown["of_seq"]) == (key, replied["seq"])


def test_a_unit_adds_only_to_what_it_holds(client: FlaskClient) -> None:
    ticket = samples.signed()
    path = f"/api/v1/tickets/{ticket.number}/attachments"
    stranger = factories.bearer(town.handler("D14", "str"))
    answer = client.post(path, data={"files": part(files.PDF)}, headers=stranger)
    assert answer.status_code == 404
    assert town.of(ticket) == []
