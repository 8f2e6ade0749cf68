"""The knowledge base by the JSON API and as the console's fragments."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role
from tests import factories
from tests.kb.articles import draft, editor, published, submitted

API = "/api/v1/kb"
WORDS = {"title": "停水怎么查", "body": "先看公告。", "keywords": "没水，断水"}


@pytest.fixture
def reader(app: APIFlask) -> dict[str, str]:
    """Headers of an operator."""
    return factories.bearer(factories.staff("operator1", Role.OPERATOR))


@pytest.fixture
def writer(app: APIFlask) -> dict[str, str]:
    """Headers of an editor."""
    return factories.bearer(editor())


def test_suggestions_have_score_and_highlights(client: FlaskClient, reader: dict[str, str]) -> None:
    published(title="热费怎么缴", body="供热报停请看别处。")
    right = published()
    answer = client.get(f"{API}/suggest?q=供热怎么报停", headers=reader)
    items = answer.get_json()["items"]
    assert items[0]["number"] == right.number
    assert items[0]["score"] > items[1]["score"]
    assert items[0]["words"] == ["供热", "报停"]
    assert {"text": "报停", "is_hit": True} in items[0]["passage"]
    assert {"text": "供热", "is_hit": True} in items[0]["highlighted_title"]
    assert "1. 带身份证" in items[0]["text"]


@pytest.mark.parametrize("q", ["", "，。", "%00", "' OR 1=1 --", "%F0%9F%98%80"])
def test_nothing_to_suggest_is_an_empty_list(
    client: FlaskClient, reader: dict[str, str], q: str
) -> None:
    published()
    answer = client.get(f"{API}/suggest?q={q}", headers=reader)
    assert (answer.status_code, answer.get_json()) == (200, {"items": [], "next": None})


def test_the_whole_way_by_api(client: FlaskClient, writer: dict[str, str]) -> None:
    made = client.post(f"{API}/articles", json=WORDS, headers=writer)
    assert made.status_code == 201
    article = made.get_json()
    assert article["state"] == "draft" and article["keywords"] == ["没水", "断水"]
    path = f"{API}/articles/{article['number']}"
    changed = WORDS | {"body": "先看停水公告。", "unit": "E01", "category": "T010102", "version": 1}
    assert client.put(path, json=changed, headers=writer).get_json()["unit"] == "E01"
    assert client.put(path, json=changed, headers=writer).status_code == 409
    assert client.post(f"{path}/submit", headers=writer).get_json()["state"] == "submitted"
    refused = client.post(f"{path}/publish", headers=writer)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "four_eyes")
    second = factories.bearer(editor("editor2"))
    assert client.post(f"{path}/publish", headers=second).get_json()["state"] == "published"
    assert client.get(path, headers=second).get_json()["text"] == "先看停水公告。"
    assert client.post(f"{path}/retire", headers=second).get_json()["state"] == "retired"


def test_the_same_key_writes_once(client: FlaskClient, writer: dict[str, str]) -> None:
    headers = writer | {"Idempotency-Key": "once"}
    first, second = (client.post(f"{API}/articles", json=WORDS, headers=headers) for _ in "ab")
    assert first.get_json()["number"] == second.get_json()["number"]
    other = client.post(f"{API}/articles", json=WORDS | {"title": "别的"}, headers=headers)
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"body": "\x00"}, "body"),
        ({"body": "长" * 50_001}, "body"),
        ({"body": None}, "body"),
        ({"kind": "poem"}, "kind"),
        ({"category": "T999999"}, "category"),
        ({"unit": "X99"}, "unit"),
        ({"valid_from": "morgen"}, "valid_from"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_bad_fields_are_named(
    client: FlaskClient, writer: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    answer = client.post(f"{API}/articles", json=WORDS | changes, headers=writer)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]


def test_lists_page_on_and_show_readers_only_what_is_published(
    client: FlaskClient, reader: dict[str, str], writer: dict[str, str]
) -> None:
    author = editor("editor2")
    numbers = [published(title=f"第{n}篇").number for n in range(3)]
    waiting = submitted(author).number
    first = client.get(f"{API}/articles?limit=2", headers=reader).get_json()
    rest = client.get(f"{API}/articles?cursor={first['next']}", headers=reader).get_json()
    assert [one["number"] for one in first["items"] + rest["items"]] == numbers[::-1]
    assert rest["next"] is None
    listed = client.get(f"{API}/articles?state=submitted", headers=writer).get_json()
    assert [one["number"] for one in listed["items"]] == [waiting]
    assert client.get(f"{API}/articles?state=submitted", headers=reader).status_code == 403


def test_permissions_and_tokens(client: FlaskClient, reader: dict[str, str]) -> None:
    number = draft(editor("editor2")).number
    assert client.get(f"{API}/articles/{number}", headers=reader).status_code == 404
    assert client.get(f"{API}/suggest?q=a").status_code == 401
    for call in (
        client.post(f"{API}/articles", json=WORDS, headers=reader),
        client.put(f"{API}/articles/{number}", json=WORDS, headers=reader),
        client.post(f"{API}/articles/{number}/submit", headers=reader),
        client.post(f"{API}/articles/{number}/publish", headers=reader),
        client.post(f"{API}/articles/{number}/retire", headers=reader),
    ):
        assert call.status_code == 403


def test_fragments_for_the_console(app: APIFlask, client: FlaskClient) -> None:
    article = published(body="带**身份证**。")
    factories.sign_in(client, factories.staff("operator1", Role.OPERATOR))
    picked = client.get("/kb/pick?q=供热报停").get_data(as_text=True)
    assert f'data-pick="{article.number}"' in picked and 'data-text="带身份证。"' in picked
    assert "<html" not in picked
    assert "没有找到相关知识" in client.get("/kb/pick?q=火星").get_data(as_text=True)
    assert client.get("/kb/pick").status_code == 200
    full = client.get(f"/kb/pick/{article.number}").get_data(as_text=True)
    assert "<strong>身份证</strong>" in full
    assert client.get("/kb/pick/K999999").status_code == 404
