"""Who gets which file: by page, by API, as citizen; and how it is handed out."""

import pytest
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.attachments.rules import Source
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from hotline.tickets.states import Verb
from tests import factories
from tests.attachments import files, town
from tests.dispatch import samples

WHO = {
    "operator": lambda: factories.staff("ope", Role.OPERATOR),
    "reviewer": lambda: factories.staff("rev", Role.REVIEWER),
    "unit": lambda: town.handler("D16", "han"),
    "other unit": lambda: town.handler("D14", "str"),
    "administrator": lambda: factories.staff("adm", Role.ADMINISTRATOR),
}
# who · of a plain ticket: citizen's, hotline's, unit's · of a confidential one: the same, marked
MATRIX = """
operator       yes yes yes   yes yes yes yes
reviewer       yes yes yes   no  no  yes yes
unit           yes yes yes   no  no  yes yes
other_unit     no  no  no    no  no  no  no
administrator  no  no  no    no  no  no  no
"""


def _rows(ticket: Ticket) -> list[str]:
    return [town.added(ticket, source).key for source in Source]


@pytest.mark.parametrize("line", [one for one in MATRIX.splitlines() if one])
def test_who_gets_which_file(client: FlaskClient, line: str) -> None:
    who, *wanted = line.split()
    plain, hidden = samples.signed(), samples.signed(is_confidential=True, phone="+8613900000009")
    paths = [f"{plain.number}/attachments/{key}" for key in _rows(plain)]
    paths += [f"{hidden.number}/attachments/{key}" for key in _rows(hidden)]
    marked = town.added(hidden, Source.CITIZEN, is_for_unit=True)
    paths.append(f"{hidden.number}/attachments/{marked.key}")
    person = WHO[who.replace("_", " ")]()
    assert [_has(client, person, path) for path in paths] == wanted


def _has(client: FlaskClient, person: Staff, path: str) -> str:
    by_api = client.get(f"/api/v1/tickets/{path}", headers=factories.bearer(person))
    browser = samples.browser(client, person)
    by_page = browser.get(f"/tickets/{path}")
    assert by_api.status_code == by_page.status_code
    assert by_page.status_code in (200, 403, 404)
    if by_page.status_code == 200:
        assert by_page.data == by_api.data == files.PDF
    return "yes" if by_page.status_code == 200 else "no"


def test_a_key_opens_nothing_on_another_ticket(client: FlaskClient) -> None:
    first, second = samples.signed(), samples.signed(phone="+8613900000009")
    key = town.added(first, Source.CITIZEN).key
    headers = factories.bearer(WHO["operator"]())
    assert (
        client.get(
            f"/api/v1/tickets/{second.number}/attachments/{key}", headers=headers
        ).status_code
        == 404
    )


def test_how_a_file_is_handed_out(client: FlaskClient) -> None:
    ticket = samples.signed()
    key = town.added(ticket, Source.CITIZEN, name='图"片.pdf').key
    factories.sign_in(client, WHO["operator"]())
    answer = client.get(
        f"/tickets/{ticket.number}/attachments/{key}", headers={"Range": "bytes=0-3"}
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''%E5%9B%BE" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_only_pictures_are_looked_at(client: FlaskClient) -> None:
    ticket = samples.signed()
    factories.sign_in(client, WHO["operator"]())
    page = f"/tickets/{ticket.number}"
    town.post(client, f"{page}/attachments", page, files=town.part(files.photo(), "a.html"))
    pdf = town.added(ticket, Source.CITIZEN)
    shown = next(one for one in town.of(ticket) if one.width)
    for look in ("picture", "thumbnail"):
        answer = client.get(f"{page}/attachments/{shown.key}/{look}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert answer.headers["Content-Disposition"] == "inline"
        assert files.SECRET.encode() not in answer.data
        assert client.get(f"{page}/attachments/{pdf.key}/{look}").status_code == 404


def test_looking_into_a_confidential_matter_leaves_a_trace(client: FlaskClient) -> None:
    ticket = samples.signed(is_confidential=True)
    factories.sign_in(client, WHO["operator"]())
    page = f"/tickets/{ticket.number}"
    town.post(client, f"{page}/attachments", page, files=town.part(files.photo(), "a.jpg"))
    (row,) = town.of(ticket)
    assert f"{row.key}/thumbnail" not in client.get(page).get_data(as_text=True)
    assert client.get(f"{page}/attachments/{row.key}/thumbnail").status_code == 404
    client.get(f"{page}/attachments/{row.key}/picture")
    client.get(f"{page}/attachments/{row.key}")
    assert db.session.query(AuditEntry).filter_by(kind="attachment_read").count() == 2


def test_the_dispatcher_marks_what_the_unit_may_see(client: FlaskClient) -> None:
    ticket = samples.signed(is_confidential=True)
    key = town.added(ticket, Source.CITIZEN).key
    factories.sign_in(client, factories.staff("dis", Role.DISPATCHER))
    unit = factories.bearer(WHO["unit"]())
    page, api = f"/tickets/{ticket.number}", f"/api/v1/tickets/{ticket.number}"
    for mark, seen in (("true", 1), ("false", 0)):
        answer = town.post(client, f"{page}/attachments/{key}/mark", page, for_unit=mark)
        assert answer.status_code == 303
        assert len(client.get(api, headers=unit).get_json()["attachments"]) == seen
    unknown = town.post(client, f"{page}/attachments/nothing/mark", page, for_unit="true")
    assert unknown.status_code == 404
    kinds = {one.kind for one in db.session.query(AuditEntry)}
    assert {"attachment_shown_to_unit", "attachment_kept_from_unit"} <= kinds


def test_a_unit_learns_nothing_of_hidden_files_from_the_history(client: FlaskClient) -> None:
    ticket = samples.signed(is_confidential=True)
    town.added(ticket, Source.CITIZEN)
    unit = factories.bearer(WHO["unit"]())
    events = client.get(f"/api/v1/tickets/{ticket.number}", headers=unit).get_json()["events"]
    attached = [one for one in events if one["kind"] == Verb.ATTACH.value]
    assert all("files" not in one["facts"] for one in attached)
