"""Markdown of articles: safe on a page, plain in a text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import markup


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "![x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        '[x](https://a.cn "\\"><script>alert(1)</script>")',
    ],
)
def test_nothing_in_an_article_runs(body: str) -> None:
    shown = markup.html(body)
    for bad in ("<script", "<img", 'href="javascript', 'href="data', "<a href=javascript"):
        assert bad not in shown.lower()


def test_headings_stand_below_the_pages_own_and_leave_no_level_out() -> None:
    shown = markup.html("### 一\n\n##### 二\n\n#### 三\n\n# 四")
    assert re.findall(r"<(h\d)>(.)", shown) == [
        ("h2", "一"),
        ("h3", "二"),
        ("h3", "三"),
        ("h2", "四"),
    ]
    deep = markup.html("# 一\n\n## 二\n\n### 三\n\n#### 四", below=3)
    assert re.findall(r"<(h\d)>", deep) == ["h4", "h5", "h6", "h6"]


def test_plain_text_keeps_lists_and_tables_readable() -> None:
    body = (
        "### 带什么\n1. **身份证**\n2. [合同](https://a.cn)\n   - 原件\n\n|甲|乙|\n|-|-|\n|一|二|"
    )
    assert markup.plain(body).splitlines() == [
        "带什么",
        "1. 身份证",
        "2. 合同",
        "- 原件",
        "甲 · 乙",
        "一 · 二",
    ]


KEY = "k" * 43


def test_a_file_is_shown_where_the_page_says_it_can_be_had() -> None:
    body = f"![图](attachment:{KEY}) [表](attachment:{KEY}) ![外](https://a.cn/x.png)"
    shown = markup.html(body, files=lambda key: f"/files/{key}")
    assert f'<img src="/files/{KEY}" alt="图" loading="lazy"' in shown
    assert f'<a href="/files/{KEY}">表</a>' in shown
    assert '<a href="https://a.cn/x.png">外</a>' in shown
    assert markup.files_in(body) == {KEY}
    assert markup.plain(body) == "图 表 外"


@pytest.mark.parametrize("name", [KEY, "short", KEY + "k", "../../secret", "%2e%2e/x"])
def test_without_a_place_or_with_a_made_up_name_a_file_is_only_named(name: str) -> None:
    files = None if name == KEY else lambda key: f"/files/{key}"
    shown = markup.html(f"![图](attachment:{name}) [表](attachment:{name})", files=files)
    assert shown == "<p>图 表</p>\n"


def test_line_breaks_stay_in_plain_text() -> None:
    assert markup.plain("第一行\n第二行\n\n新段") == "第一行\n第二行\n新段"
    assert markup.plain("    代码\n\n> 引文") == "代码\n引文"


@given(st.text(alphabet="#*_[]()<>!|-`1. \n\\&'\"供热a", max_size=200))
def test_any_text_can_be_shown(body: str) -> None:
    assert "<script" not in markup.html(body)
    assert "\n\n" not in markup.plain(body) or "`" in body or "    " in body
