"""What citizens see, and what they never see."""

from datetime import date, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock
from hotline.extensions import db
from kb.models import Article
from kb.reading import today
from kb.rules import State
from tests.kb.articles import draft, editor, published, submitted


def page(client: FlaskClient, path: str) -> str:
    """The page's text."""
    return client.get(path).get_data(as_text=True)


def test_public_answers_are_listed_found_and_read(client: FlaskClient) -> None:
    article = published(is_public=True, unit="E01", source="收费规定")
    assert article.title in page(client, "/answers")
    assert "<mark>供热</mark>" in page(client, "/answers?q=供热")
    shown = page(client, f"/answers/{article.number}")
    assert "<li>带身份证</li>" in shown and "收费规定" in shown and "市自来水公司" in shown


@pytest.mark.parametrize("kind", ["internal", "draft", "submitted", "retired", "expired", "early"])
def test_everything_else_stays_inside(app: APIFlask, kind: str) -> None:
    article = hidden(kind)
    client = app.test_client()
    for path in ("/answers", "/answers?q=供热报停", "/answers?state=draft"):
        assert article.title not in page(client, path), path
    shown = client.get(f"/answers/{article.number}")
    assert shown.status_code == (410 if kind in ("retired", "expired") else 404)
    assert "带身份证" not in shown.text and 'action="/answers"' in shown.text


def hidden(kind: str) -> Article:
    """An article that citizens must not see."""
    day = timedelta(days=1)
    dates: dict[str, dict[str, Any]] = {
        "expired": {"valid_until": today() - day},
        "early": {"valid_from": today() + day},
    }
    if kind == "draft":
        return draft(editor(), is_public=True)
    if kind == "submitted":
        return submitted(editor(), is_public=True)
    article = published(is_public=kind != "internal", **dates.get(kind, {}))
    if kind == "retired":
        article.state = State.RETIRED
        db.session.commit()
    return article


def test_no_answer_says_what_to_do(client: FlaskClient) -> None:
    assert "没有找到" in page(client, "/answers?q=火星移民")
    assert "暂时没有解答" in page(client, "/answers")


@pytest.mark.parametrize("path", ["/answers/K999999", "/answers/..%2F", "/answers/%00"])
def test_unknown_answers_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_script_in_an_article_or_a_question_is_text(client: FlaskClient) -> None:
    article = published(is_public=True, title="<script>x</script>", body="<script>y</script>")
    shown = page(client, f"/answers/{article.number}") + page(client, "/answers?q=<script>")
    assert "<script>" not in shown.replace("<script src", "")
    assert "&lt;script&gt;" in shown


def test_the_date_is_the_citys(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    late = clock.now().replace(year=2026, month=11, day=18, hour=16, minute=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert today() == date(2026, 11, 19)
