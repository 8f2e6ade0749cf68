"""What may come in: far too long, scripts, lost categories, second titles; nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from pydantic import ValidationError
from sqlalchemy import delete, update

from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.models import Category
from kb import operations
from kb.forms import ArticleForm
from kb.guide import GUIDE_FIELDS
from kb.rules import State
from tests import factories
from tests.browsing import Browser
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, submitted, wording

API = "/api/v1/kb/articles"
WORDS: dict[str, Any] = {"kind": "qa", "title": "停水怎么查", "body": "先看公告。"}
FULL: dict[str, Any] = WORDS | {
    "kind": "item_guide",
    "questions": "没水了怎么办\n为什么停水",
    "synonyms": "断水、没水",
    "places": "海港区，昌黎县",
    "languages": "zh, en",
    "document_number": "秦政办〔2026〕7号",
    "source_url": "https://www.qhd.example/2026/7",
    "review_days": 90,
    "publish_at": "2026-12-01T08:00:00+08:00",
}


@pytest.fixture
def writer(app: APIFlask) -> dict[str, str]:
    """Headers of an editor."""
    return factories.bearer(editor())


def browser(app: APIFlask) -> Browser:
    """An editor's browser."""
    made = Browser(app)
    made.sign_in(editor())
    return made


@pytest.mark.parametrize("letter", ["x", "水"])
def test_five_megabytes_are_refused_and_the_page_keeps_them(app: APIFlask, letter: str) -> None:
    client, body = browser(app), letter * (5 * 1024 * 1024 // len(letter.encode()))
    page = client.submit(client.get("/kb/new"), "/kb/new", **WORDS | {"body": body})
    assert page.status == 422
    assert "最多 50000 个字符" in page.text
    assert body in page.text and "停水怎么查" in page.text


def test_five_megabytes_by_api_name_the_field(client: FlaskClient, writer: dict[str, str]) -> None:
    body = "水" * (5 * 1024 * 1024 // 3)
    answer = client.post(API, json=WORDS | {"body": body}, headers=writer)
    assert answer.status_code == 422
    assert "50000" in answer.get_json()["error"]["fields"]["body"]


def test_everything_comes_back_as_it_was_given(client: FlaskClient, writer: dict[str, str]) -> None:
    guide = {name: f"{name}一\n{name}二" for name in GUIDE_FIELDS}
    made = client.post(API, json=FULL | {"guide": guide}, headers=writer).get_json()
    assert made["guide"] == guide
    assert made["questions"] == ["没水了怎么办", "为什么停水"]
    assert (made["synonyms"], made["places"]) == (["断水", "没水"], ["海港区", "昌黎县"])
    assert (made["languages"], made["review_days"]) == (["zh", "en"], 90)
    assert made["document_number"] == "秦政办〔2026〕7号"
    assert made["source_url"] == "https://www.qhd.example/2026/7"
    assert made["publish_at"].startswith("2026-12-01T")
    assert (made["version"], made["revision"], made["review_on"]) == (1, 0, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"guide": {"colour": "blue"}}, "guide.colour"),
        ({"guide": {"fee": "长" * 5_001}}, "guide.fee"),
        ({"guide": "免费"}, "guide"),
        ({"questions": "长" * 5_001}, "questions"),
        ({"synonyms": "长" * 501}, "synonyms"),
        ({"languages": "chinesisch"}, "languages"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "https://a.example/ <script>"}, "source_url"),
        ({"publish_at": "morgen"}, "publish_at"),
        ({"publish_at": "0001-01-01T00:00:00+08:00"}, "publish_at"),
        ({"review_days": 0}, "review_days"),
        ({"review_days": 3_651}, "review_days"),
        ({"version": 0}, "version"),
    ],
)
def test_bad_fields_are_named(
    client: FlaskClient, writer: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    number = client.post(API, json=WORDS, headers=writer).get_json()["number"]
    answer = client.put(f"{API}/{number}", json=WORDS | changes, headers=writer)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]


def test_a_page_sends_a_guide_field_by_field(app: APIFlask) -> None:
    client = browser(app)
    given = FULL | {"guide.fee": "免费", "guide.who": "本市居民", "publish_at": "2026-12-01T08:00"}
    page = client.submit(client.get("/kb/new"), "/kb/new", **given)
    assert page.status == 200 and "本市居民" in page.text
    form = client.get(f"{page.path}/edit")
    assert "免费" in form.text and "2026-12-01T08:00" in form.text


def test_scripts_are_shown_and_never_run(app: APIFlask) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    article = published(
        title=evil[:200],
        body=f"{evil}\n\n[a](javascript:alert(1))\n\n<iframe src=//evil>",
        keywords=evil,
        questions=evil,
        synonyms=evil,
        places=evil,
        source=evil,
        document_number=evil,
        guide={name: evil for name in GUIDE_FIELDS},
        is_public=True,
    )
    client, citizen = browser(app), Browser(app)
    pages = [
        client.get(f"/kb/{article.number}"),
        client.get(f"/kb/{article.number}/edit"),
        client.get("/kb"),
        citizen.get(f"/answers/{article.number}"),
        citizen.get("/answers"),
    ]
    for page in pages:
        assert page.status == 200
        for bad in ("<script>alert", "<img src=x", "<iframe src=//", 'href="javascript:'):
            assert bad not in page.text, (page.path, bad)


def test_an_article_whose_category_and_unit_are_gone_is_read_and_kept(
    app: APIFlask, client: FlaskClient, writer: dict[str, str]
) -> None:
    article = published(category="T010101", unit="C04", is_public=True)
    db.session.execute(delete(Category).where(Category.code == "T010101"))
    db.session.execute(update(Unit).where(Unit.code == "C04").values(closed_at=NOW))
    db.session.commit()
    path = f"{API}/{article.number}"
    seen = client.get(path, headers=writer).get_json()
    assert (seen["category"], seen["unit"]) == ("T010101", "C04")
    kept = WORDS | {"category": "T010101", "unit": "C04"}
    changed = client.put(path, json=kept, headers=writer)
    assert changed.status_code == 200 and changed.get_json()["category"] == "T010101"
    assert client.post(API, json=kept, headers=writer).status_code == 422, "no new one with it"
    for page in (f"/answers/{article.number}", "/answers"):
        assert Browser(app).get(page).status == 200
    number = changed.get_json()["number"]
    operations.submit(number, by=editor("editor2").id, now=NOW)
    other = factories.bearer(editor("editor3"))
    done = client.post(f"{API}/{number}/publish", headers=other).get_json()
    assert (done["state"], done["category"], done["revision"]) == ("published", "T010101", 2)


def test_a_second_article_of_a_title_is_told_and_taken(
    client: FlaskClient, writer: dict[str, str]
) -> None:
    first = published(title=WORDS["title"])
    gone = published(title=WORDS["title"])
    gone.state = State.RETIRED
    db.session.commit()
    made = client.post(API, json=WORDS, headers=writer)
    assert made.status_code == 201
    assert made.get_json()["same_title"] == [first.number]
    path = f"{API}/{first.number}"
    changed = client.put(path, json=WORDS, headers=writer).get_json()
    assert changed["same_title"] == [made.get_json()["number"]], "its own article is no second"
    other = client.put(f"{API}/{changed['number']}", json=WORDS | {"title": "别的"}, headers=writer)
    assert other.get_json()["same_title"] == []


def test_words_that_were_changed_meanwhile_are_not_published(
    client: FlaskClient, writer: dict[str, str]
) -> None:
    author = editor("editor2")
    article = submitted(author)
    operations.edit(article.number, wording(body="偷换"), by=author.id, now=NOW)
    operations.submit(article.number, by=author.id, now=NOW)
    db.session.commit()
    path = f"{API}/{article.number}/publish"
    assert client.post(path, json={"version": 1}, headers=writer).status_code == 409
    later = (NOW + timedelta(days=9_000)).isoformat()
    done = client.post(path, json={"version": 2, "publish_at": later}, headers=writer).get_json()
    assert (done["state"], done["is_approved"]) == ("submitted", True)
    twice = client.post(path, json={"version": 2}, headers=writer)
    assert twice.get_json()["error"]["code"] == "approved_already"
    at_once = client.post(path, json={"is_at_once": True}, headers=writer).get_json()
    assert (at_once["state"], at_once["publish_at"]) == ("published", None)


def test_a_draft_that_was_published_meanwhile_is_not_given_up(
    client: FlaskClient, writer: dict[str, str]
) -> None:
    stands = published()
    path = f"{API}/{stands.number}/retire"
    refused = client.post(path, json={"seen": "submitted"}, headers=writer)
    assert refused.get_json()["error"]["code"] == "changed_meanwhile"
    assert client.post(path, json={"seen": "published"}, headers=writer).status_code == 200
    lost = draft(editor("editor2")).number
    assert (
        client.post(f"{API}/{lost}/retire", json={"seen": "x"}, headers=writer).status_code == 422
    )


@given(
    given=some.dictionaries(
        some.sampled_from([*ArticleForm.model_fields, "guide.fee", "guide.x", "colour"]),
        some.text(max_size=40) | some.none() | some.integers() | some.lists(some.text(max_size=3)),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_is_given_is_a_wording_or_told(app: APIFlask, given: dict[str, Any]) -> None:
    try:
        form = ArticleForm.model_validate(WORDS | given)
    except ValidationError as wrong:
        assert wrong.errors()
    else:
        assert form.wording().title
