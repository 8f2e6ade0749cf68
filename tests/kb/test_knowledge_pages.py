"""The staff's knowledge pages over HTTP, with CSRF and permissions on."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from kb.models import Article
from kb.rules import State
from tests import factories
from tests.browsing import Browser
from tests.conftest import Statements
from tests.kb.articles import draft, editor, published, submitted

WORDS: dict[str, Any] = {"kind": "qa", "title": "停水怎么查", "body": "先看公告。"}


def browser(app: APIFlask, person: Staff) -> Browser:
    """A signed-in browser."""
    made = Browser(app)
    made.sign_in(person)
    return made


def test_from_writing_to_publishing_by_two_people(app: APIFlask) -> None:
    first, second = browser(app, editor()), browser(app, editor("editor2"))
    codes: dict[str, Any] = {"category": "T010102", "unit": "E01", "is_public": "1"}
    page = first.submit(first.get("/kb/new"), "/kb/new", **WORDS, **codes)
    path = page.path
    assert "已存为草稿" in page.text
    page = first.submit(page, f"{path}/submit")
    assert "须由另一位知识库管理员" in page.text
    refused = first.submit(page, f"{path}/publish", anywhere=True)
    assert refused.status == 403 and "不能发布自己编写的内容" in refused.text
    assert "已发布" in second.submit(second.get(path), f"{path}/publish").text
    assert "停水怎么查" in Browser(app).get(path.replace("/kb/", "/answers/")).text
    assert "<mark>停水</mark>" in second.get("/kb", q="停水了").text


def test_a_page_shows_a_bad_form_again_with_all_that_was_typed(app: APIFlask) -> None:
    client = browser(app, editor())
    bad: dict[str, Any] = WORDS | {
        "title": "",
        "valid_from": "2026-02-01",
        "valid_until": "2026-01-01",
    }
    page = client.submit(client.get("/kb/new"), "/kb/new", **bad)
    assert page.status == 422
    assert "先看公告。" in page.text and 'value="2026-01-01"' in page.text
    assert "有效期截止日不能早于生效日期" in page.text
    page = client.submit(page, "/kb/new", **WORDS, category="T999999")
    assert page.status == 422 and "停水怎么查" in page.text


def test_editing_a_published_article_makes_a_changed_wording(app: APIFlask) -> None:
    client, path = browser(app, editor()), f"/kb/{published().number}"
    form = client.get(f"{path}/edit")
    assert "营业厅" in form.text and "暂不变动" in form.text
    wording = client.submit(form, f"{path}/edit", **WORDS)
    assert wording.status == 200 and wording.path != path
    assert "修订稿" in client.get(path).text and "修订稿" in client.get("/kb", state="draft").text
    again = client.submit(client.get(f"{path}/edit"), f"{path}/edit", **WORDS)
    assert again.status == 409 and "已有一份修订稿" in again.text
    assert client.submit(wording, f"{wording.path}/retire").path == path
    assert client.get(wording.path).status == 404


def test_words_made_from_an_older_version_are_not_saved(app: APIFlask) -> None:
    client, path = browser(app, editor()), f"/kb/{draft(editor('editor2')).number}/edit"
    old = client.get(path)
    assert client.submit(client.get(path), path, **WORDS).status == 200
    late = client.submit(old, path, **WORDS | {"body": "后写的"})
    assert late.status == 409 and "后写的" in late.text and "被他人修改过" in late.text


def test_sending_twice_writes_one_article(app: APIFlask) -> None:
    client = browser(app, editor())
    page = client.get("/kb/new")
    first, second = (client.submit(page, "/kb/new", **WORDS) for _ in "ab")
    assert first.path == second.path
    assert len(db.session.scalars(select(Article.id)).all()) == 1


def test_without_a_token_nothing_is_written(app: APIFlask) -> None:
    assert browser(app, editor()).client.post("/kb/new", data=WORDS).status_code == 400
    assert db.session.scalars(select(Article.id)).all() == []


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REVIEWER, Role.ADMINISTRATOR])
def test_who_is_no_editor_reads_and_does_not_write(app: APIFlask, role: Role) -> None:
    own, standing = draft(editor()), published()
    client = browser(app, factories.staff("reader", role))
    listed = client.get("/kb")
    assert standing.title in listed.text and "新建知识" not in listed.text
    assert client.get(f"/kb/{standing.number}").status == 200
    assert client.get(f"/kb/{own.number}").status == 404
    assert client.get("/kb", state="draft").status == 403
    for path in ("/kb/new", f"/kb/{own.number}/edit", f"/kb/{own.number}/submit"):
        assert client.submit(listed, path, anywhere=True, **WORDS).status == 403, path


def test_a_retired_article_stays_readable_with_a_warning(app: APIFlask) -> None:
    article = published()
    article.state = State.RETIRED
    db.session.commit()
    client = browser(app, factories.staff("operator1", Role.OPERATOR))
    assert "该知识已停用" in client.get(f"/kb/{article.number}").text
    assert article.title not in client.get("/kb").text


def test_nobody_reads_without_signing_in(client: FlaskClient) -> None:
    article = published(is_public=True)
    for path in ("/kb", f"/kb/{article.number}", "/kb/new", "/kb/pick?q=供热"):
        answer = client.get(path)
        assert answer.status_code == 303 and "/login" in answer.headers["Location"], path


def test_bad_addresses_are_answered(app: APIFlask) -> None:
    client = browser(app, editor()).client
    for path, status in (
        ("/kb/K999999", 404),
        ("/kb/%00", 404),
        ("/kb/K999999/edit", 404),
        ("/kb?kind=poem", 400),
        ("/kb?q=" + "问" * 300, 400),
        ("/kb?colour=blue", 400),
        ("/kb?cursor=K999999", 200),
        ("/kb?cursor=%00&q=%00&category=%00", 200),
    ):
        assert client.get(path).status_code == status, path


def test_an_unknown_article_cannot_be_acted_on(app: APIFlask) -> None:
    client = browser(app, editor())
    page = client.get("/kb/new")
    for verb in ("submit", "publish", "retire", "edit"):
        for number in ("K999999", "%00"):
            answer = client.submit(page, f"/kb/{number}/{verb}", anywhere=True)
            assert answer.status == 404


def test_the_lists_page_on(app: APIFlask) -> None:
    for number in range(3):
        published(title=f"第{number}篇")
    client = browser(app, editor())
    assert "下一页" in client.get("/kb", limit="2").text
    assert "下一页" not in client.get("/kb", limit="3").text


def test_pages_cost_few_statements(app: APIFlask, statements: Statements) -> None:
    number = submitted(editor(), category="T010101", unit="D14").number
    published(category="T010101", unit="D14")
    client = browser(app, editor("editor2"))
    for path, most in (
        ("/kb", 7),
        ("/kb?q=供热", 6),
        ("/kb?state=submitted", 5),
        (f"/kb/{number}", 5),
        (f"/kb/{number}/edit", 6),
        ("/kb/pick?q=供热", 3),
        ("/answers", 4),
    ):
        db.session.expire_all()
        statements.seen.clear()
        assert client.client.get(path).status_code == 200
        assert len(statements) <= most, (path, statements.seen)
