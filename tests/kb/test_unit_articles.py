"""Units keep their own articles: by page and API, nobody else's, and never published by them."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.access import Role
from hotline.errors import Forbidden, Invalid, NotFound
from hotline.extensions import db
from hotline.people.models import Membership, Staff
from kb import operations
from kb.models import Article
from kb.rules import State
from tests import factories
from tests.browsing import Browser
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, submitted, wording

API = "/api/v1/kb/articles"
WORDS: dict[str, Any] = {"kind": "qa", "title": "停水怎么查", "body": "先看公告。"}


def handler(code: str = "D14", role: Role = Role.HANDLER) -> Staff:
    """Somebody of a unit."""
    return factories.staff(f"{role.value}_{code.lower()}", role, unit_code=code)


def browser(app: APIFlask, person: Staff) -> Browser:
    """A signed-in browser."""
    made = Browser(app)
    made.sign_in(person)
    return made


def own(code: str = "D14") -> frozenset[int]:
    """What somebody of this unit may touch."""
    return frozenset({factories.unit(code).id})


def only() -> Article:
    """The one article there is."""
    db.session.expire_all()
    return db.session.scalars(select(Article)).one()


@pytest.mark.parametrize("role", [Role.HANDLER, Role.UNIT_HEAD, Role.UNIT_DISPATCHER])
def test_a_unit_writes_and_submits_and_an_editor_publishes(app: APIFlask, role: Role) -> None:
    unit, hotline = browser(app, handler(role=role)), browser(app, editor())
    page = unit.submit(unit.get("/kb/new"), "/kb/new", **WORDS)
    path = page.path
    assert page.status == 200 and only().unit_id in own()
    page = unit.submit(page, f"{path}/submit")
    assert unit.submit(page, f"{path}/publish", anywhere=True).status == 403
    assert "停水怎么查" in hotline.get("/kb", state="submitted").text
    assert hotline.submit(hotline.get(path), f"{path}/publish").status == 200
    assert only().state is State.PUBLISHED
    assert unit.submit(unit.get(path), f"{path}/retire", anywhere=True).status == 403
    changed = unit.submit(
        unit.get(f"{path}/edit"), f"{path}/edit", **WORDS | {"body": "先看停水公告。"}
    )
    assert changed.status == 200 and changed.path != path
    given_up = unit.submit(changed, f"{changed.path}/retire")
    assert given_up.path == path and only().body == "先看公告。"


def test_what_was_sent_back_says_why(app: APIFlask) -> None:
    unit, hotline = browser(app, handler()), browser(app, editor())
    page = unit.submit(unit.get("/kb/new"), "/kb/new", **WORDS)
    path = unit.submit(page, f"{page.path}/submit").path
    waits = hotline.get(path)
    assert hotline.submit(waits, f"{path}/send-back", remark="").status == 422
    assert hotline.submit(waits, f"{path}/send-back", remark="请补上电话").status == 200
    assert "请补上电话" in unit.get(path).text
    assert only().state is State.DRAFT


def test_another_units_article_is_read_but_not_touched(app: APIFlask) -> None:
    stands, hidden = published(unit="D15"), draft(editor("editor9"), unit="D15")
    nobodys = draft(editor("editor8"), title="没有单位")
    unit = browser(app, handler())
    page = unit.get(f"/kb/{stands.number}")
    assert page.status == 200 and f"/kb/{stands.number}/edit" not in page.text
    verbs = ("edit", "submit", "retire", "confirm")
    for verb in verbs:
        path, sent = f"/kb/{stands.number}/{verb}", WORDS if verb == "edit" else {}
        assert unit.submit(unit.get("/kb/new"), path, anywhere=True, **sent).status == 403, verb
    for article in (hidden, nobodys):
        assert unit.get(f"/kb/{article.number}").status == 404
        assert unit.get(f"/kb/{article.number}/edit").status == 404
        for verb in verbs:
            path, sent = f"/kb/{article.number}/{verb}", WORDS if verb == "edit" else {}
            answer = unit.submit(unit.get("/kb/new"), path, anywhere=True, **sent)
            assert answer.status == 404, verb
    assert hidden.title not in unit.get("/kb", state="draft").text
    db.session.expire_all()
    assert (stands.version, hidden.version, nobodys.version) == (1, 1, 1)


def test_by_api_too(client: FlaskClient) -> None:
    mine, theirs = published(unit="D14"), published(unit="D15", title="别人的")
    hidden = draft(editor(), unit="D15", title="别人的草稿")
    headers = factories.bearer(handler())
    put = client.put(f"{API}/{mine.number}", json=WORDS | {"version": 1}, headers=headers)
    assert (put.status_code, put.get_json()["unit"], put.get_json()["state"]) == (
        200,
        "D14",
        "draft",
    )
    assert client.put(f"{API}/{theirs.number}", json=WORDS, headers=headers).status_code == 403
    assert client.put(f"{API}/{hidden.number}", json=WORDS, headers=headers).status_code == 404
    made = client.post(API, json=WORDS | {"unit": "D15"}, headers=headers)
    assert made.status_code == 422 and "unit" in made.get_json()["error"]["fields"]
    listed = client.get(f"{API}?state=draft", headers=headers).get_json()["items"]
    assert [one["number"] for one in listed] == [put.get_json()["number"]]
    for verb in ("publish", "send-back", "unschedule"):
        answer = client.post(f"{API}/{mine.number}/{verb}", json={}, headers=headers)
        assert answer.status_code == 403, verb
    restored = f"{API}/{theirs.number}/revisions/1/restore"
    assert client.post(restored, headers=headers).status_code == 403
    hidden_revisions = client.get(f"{API}/{hidden.number}/revisions", headers=headers)
    assert hidden_revisions.status_code == 404


def test_operations_hold_it_with_the_article_locked(app: APIFlask) -> None:
    who = handler().id
    theirs, mine = published(unit="D15"), submitted(editor(), unit="D14")
    with pytest.raises(Forbidden):
        operations.edit(theirs.number, wording(), by=who, now=NOW, own=own())
    with pytest.raises(Invalid):
        operations.edit(mine.number, wording(unit="D15"), by=who, now=NOW, own=own())
    changed = operations.edit(mine.number, wording(), by=who, now=NOW, own=own())
    assert changed.unit_id in own(), "it stays the unit's own when none is named"
    with pytest.raises(NotFound):
        operations.submit(mine.number, by=who, now=NOW, own=own("D15"))
    with pytest.raises(Forbidden):
        operations.retire(published(unit="D14", title="在用").number, by=who, now=NOW, own=own())


def test_of_two_units_one_must_be_said(app: APIFlask) -> None:
    both = own("D14") | own("D15")
    who = handler().id
    with pytest.raises(Invalid) as refusal:
        operations.add(wording(), by=who, now=NOW, own=both)
    assert (refusal.value.code, refusal.value.field) == ("unit_needed", "unit")
    assert operations.add(wording(unit="D15"), by=who, now=NOW, own=both).unit_id in both


def test_an_editor_who_also_handles_still_publishes_no_words_of_their_own(app: APIFlask) -> None:
    both = factories.staff("both", Role.EDITOR)
    unit_id = factories.unit("D14").id
    since = NOW.replace(year=2020)
    db.session.add(Membership(staff_id=both.id, unit_id=unit_id, role=Role.HANDLER, since=since))
    db.session.commit()
    client = browser(app, both)
    page = client.submit(client.get("/kb/new"), "/kb/new", **WORDS, unit="D15")
    page = client.submit(page, f"{page.path}/submit")
    assert client.submit(page, f"{page.path}/publish", anywhere=True).status == 403


def test_confirming_and_restoring_by_page_and_api(client: FlaskClient) -> None:
    mine = published(unit="D14", review_days=30)
    headers = factories.bearer(handler())
    confirmed = client.post(f"{API}/{mine.number}/confirm", headers=headers).get_json()
    assert confirmed["review_days"] == 30 and confirmed["review_on"]
    listed = client.get(f"{API}/{mine.number}/revisions", headers=headers).get_json()["items"]
    assert [(one["version"], one["kind_of_change"]) for one in listed] == [(1, "imported")]
    path = f"{API}/{mine.number}/revisions/1"
    assert client.get(path, headers=headers).get_json()["wording"]["title"] == mine.title
    restored = client.post(f"{path}/restore", headers=headers).get_json()
    assert (restored["state"], restored["replaces"]) == ("draft", mine.number)
    client.put(f"{API}/{restored['number']}", json=WORDS | {"title": mine.title}, headers=headers)
    found = client.get(
        f"{API}/{restored['number']}/difference?older=1", headers=headers
    ).get_json()["items"]
    assert {one["field"] for one in found} == {"body", "review_days"}
    assert {one["mark"] for one in found[0]["stretches"]} <= {"same", "gone", "new"}
    for bad in ("", "?older=0", "?older=x", "?older=1&newer=99999999999"):
        answer = client.get(f"{API}/{mine.number}/difference{bad}", headers=headers)
        assert answer.status_code in (400, 404), bad
    assert client.get(f"{API}/{mine.number}/revisions/7", headers=headers).status_code == 404


def test_editors_see_how_units_keep_theirs(client: FlaskClient) -> None:
    published(unit="D14")
    found = client.get("/api/v1/kb/upkeep", headers=factories.bearer(editor())).get_json()
    assert found["items"] == [
        {
            "unit": "D14",
            "published": 1,
            "kept": 1,
            "review_due": 0,
            "review_overdue": 0,
            "expired": 0,
        }
    ]
