"""The layouts: who sees which navigation, in which language, and the pages for errors."""

import pytest
from flask import Flask

STATUSES = [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503]


def test_staff_see_only_what_they_may_open(app: Flask) -> None:
    html = app.test_client().get("/staff/sample").text
    assert "刘晓燕" in html and "派单员" in html
    assert "/staff/console.home" in html
    assert "/staff/admin.home" not in html
    assert html.count("<h1") == 1
    assert "<title>样张 · 12345政务服务便民热线</title>" in html


def test_citizens_see_neither_navigation_nor_names(app: Flask) -> None:
    html = app.test_client().get("/citizen/sample").text
    assert "刘晓燕" not in html
    assert "/staff/console.home" not in html
    assert "110、119 或 120" in html


def test_page_follows_the_language(app: Flask) -> None:
    client = app.test_client()
    assert '<html lang="zh-CN">' in client.get("/citizen/sample").text
    assert "政务服务便民热线" in client.get("/citizen/sample?lang=zh").text
    english = client.get("/citizen/sample?lang=en").text
    assert '<html lang="en">' in english
    assert "Government Service Hotline" in english


def test_htmx_may_neither_evaluate_nor_write_styles(app: Flask) -> None:
    html = app.test_client().get("/staff/sample").text
    for setting in ("allowEval", "allowScriptTags", "includeIndicatorStyles"):
        assert f'"{setting}":false' in html


@pytest.mark.parametrize("who", ["staff", "citizen"])
@pytest.mark.parametrize("status", STATUSES)
def test_error_page_says_what_to_do(app: Flask, who: str, status: int) -> None:
    html = app.test_client().get(f"/{who}/error/{status}").text
    assert html.count("<h1") == 1
    assert f">{status}<" in html


def test_page_for_a_lost_database_asks_for_nobody(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise ConnectionError

    monkeypatch.setattr("hotline.access.viewer", away)
    assert "503" in app.test_client().get("/staff/error/503").text


def test_browsers_keep_what_never_changes(app: Flask) -> None:
    client = app.test_client()
    html = client.get("/staff/sample").text
    marked = next(part for part in html.split('"') if "app.css?v=" in part)
    for address, is_kept in [(marked, True), (marked.split("?")[0], False)]:
        with client.get(address) as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) is is_kept
