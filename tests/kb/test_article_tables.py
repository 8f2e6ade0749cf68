"""Articles as tables: looked at row by row, taken in when confirmed, taken out as they come in."""

import csv
import io
from datetime import timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from apiflask import APIFlask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from hotline import clock
from hotline.extensions import db
from kb import jobs, table_columns, table_reading
from kb.models import Article
from kb.rules import State
from kb.table_reading import Unreadable
from tests.browsing import Browser, Page
from tests.kb.articles import editor, published

HEADS = ["标题", "答复内容", "类型", "分类编码", "公开", "有效期至", "所需材料", "备注"]
GOOD = ["停水怎么查", "先看公告。", "问答", "T010101", "是", "2027年1月31日", "身份证\n户口簿", "x"]


def book(*rows: list[Any]) -> bytes:
    """A workbook of these rows."""
    made, out = Workbook(write_only=True), io.BytesIO()
    sheet = made.create_sheet("知识")
    for row in rows:
        sheet.append(row)
    made.save(out)
    return out.getvalue()


def give(client: Browser, content: bytes, name: str = "知识.xlsx") -> Page:
    """Choose a file on the page."""
    page = client.get("/kb/import")
    return client.submit(page, "/kb/import", file=(io.BytesIO(content), name))


def signed_in(app: APIFlask, name: str = "editor1") -> Browser:
    """An editor's browser."""
    made = Browser(app)
    made.sign_in(editor(name))
    return made


def articles() -> list[Article]:
    """What is there."""
    db.session.expire_all()
    return list(db.session.scalars(select(Article).order_by(Article.id)))


def test_bad_rows_are_told_and_the_good_ones_wait_for_a_yes(app: APIFlask) -> None:
    client = signed_in(app)
    bad = ["", "没有标题", "诗", "T999999", "也许", "明天", "", ""]
    shown = give(client, book(HEADS, GOOD, bad, ["无分类", "好。"] + [None] * 6))
    assert shown.status == 200 and articles() == []
    assert "备注" in shown.text and '<td class="narrow">3</td>' in shown.text
    for said in ("有问题的行", "标题", "有效期至", "导入 2 行"):
        assert said in shown.text
    done = client.submit(shown, f"{shown.path}/take")
    assert "新增 2 条" in done.text
    first, second = articles()
    assert (first.title, first.state, first.is_public) == ("停水怎么查", State.SUBMITTED, True)
    assert first.guide == {"materials": "身份证\n户口簿"} and str(first.valid_until) == "2027-01-31"
    assert first.author_id is not None and second.title == "无分类"
    again = client.submit(shown, f"{shown.path}/take", _key="another")
    assert again.status == 409 and len(articles()) == 2


def test_what_stands_already_is_left_alone_and_a_twin_is_told(app: APIFlask) -> None:
    published(title="停水怎么查", body="先看公告。")
    client = signed_in(app)
    shown = give(
        client, book(HEADS[:2], ["停水怎么查", "先看公告。"], ["停水怎么查", "另一种说法"])
    )
    assert "标题相同" in shown.text and "导入 1 行" in shown.text


def test_what_is_taken_out_comes_in_unchanged(app: APIFlask) -> None:
    long = "- 一\n- 二\n\n" + "很长的话。" * 8_000
    words: dict[str, Any] = {"keywords": "=1+1", "questions": "@问\n'=问", "is_public": True}
    one = published(title="+86 怎么拨", body=long, guide={"fee": "-5 元"}, **words, unit="D14")
    client = signed_in(app)
    page = client.get("/kb/export")
    for kind in ("csv", "xlsx"):
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        sent = {"csrf_token": token, "file": kind, "state": "published"}
        answer = client.client.post("/kb/export", data=sent)
        assert answer.status_code == 200, answer.text[:300]
        cells = _cells(answer.get_data(), kind)
        assert not [one for one in cells if str(one).startswith(("=", "+", "-", "@"))]
        shown = give(client, answer.get_data(), f"out.{kind}")
        assert "1</strong> 行与现有内容一致" in shown.text, kind
        answer.close()
    changed = _changed(client, page, one.number)
    shown = give(client, changed, "out.csv")
    assert f"/kb/{one.number}" in shown.text and "修订" in shown.text
    client.submit(shown, f"{shown.path}/take")
    assert [(a.state, a.replaces_id) for a in articles()][1] == (State.SUBMITTED, one.id)


def _cells(content: bytes, kind: str) -> list[Any]:
    if kind == "csv":
        return [one for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for one in row]
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [one.value for row in sheet.iter_rows() for one in row if one.value is not None]


def _changed(client: Browser, page: Page, number: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["知识编号", "标题", "正文"], [number, "怎么拨国际长途", "这样。"]])
    return out.getvalue().encode("gb18030")


BOMB = io.BytesIO()
with ZipFile(BOMB, "w", ZIP_DEFLATED) as packed:
    packed.writestr("xl/workbook.xml", b"0" * (table_reading.LARGEST_UNPACKED + 1))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件为空"),
        (b"PK\x03\x04nothing", "无法读取该工作簿"),
        (book(["a"])[:-40], "无法读取该工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "旧版工作簿"),
        (BOMB.getvalue(), "解压后过大"),
        (b"a,b\n1,2\n", "首行须为列名"),
        (b"\xff\xfe\x00\x80", "无法读取该文件"),
    ],
)
def test_a_broken_file_is_refused_in_words(app: APIFlask, content: bytes, said: str) -> None:
    shown = give(signed_in(app), content)
    assert shown.status == 422 and said in shown.text


def test_without_a_file_and_with_somebody_elses(app: APIFlask) -> None:
    client = signed_in(app)
    page = client.get("/kb/import")
    assert client.submit(page, "/kb/import").status == 422
    theirs = give(client, book(HEADS, GOOD)).path
    other = signed_in(app, "editor2")
    assert other.get(theirs).status == 404
    assert other.submit(other.get("/kb/import"), f"{theirs}/take", anywhere=True).status == 404
    client.submit(client.get(theirs), f"{theirs}/drop")
    assert client.get(theirs).status == 404 and articles() == []


def test_what_nobody_says_yes_to_is_forgotten(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = give(client := signed_in(app), book(HEADS, GOOD)).path
    later = clock.now() + timedelta(days=8)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        jobs.forget()
    assert client.get(path).status == 404


def test_more_rows_than_a_page_takes_are_cut_and_told(app: APIFlask) -> None:
    rows = "".join(f"问题{n},回答{n}\n" for n in range(1_003))
    shown = give(signed_in(app), f"title,body\n{rows}".encode(), "many.csv")
    assert "超过 1000 行" in shown.text and "导入 1000 行" in shown.text


def test_a_cell_far_below_does_not_keep_anybody_waiting() -> None:
    made, out = Workbook(), io.BytesIO()
    made.active["A1"], made.active["A1048576"] = "title", "x"  # type: ignore[index]
    made.save(out)
    out.seek(0)
    assert [one.number for one in table_reading.lines(out)] == [1]


@pytest.mark.parametrize("words", ["=1", "'=1", "''=1", "a", "'a", "-", "＝1", ""])
def test_what_is_kept_safe_is_given_back(words: str) -> None:
    assert table_columns.bare(table_columns.safe(words)) == words


def test_no_table_makes_the_reader_fall_over() -> None:
    for content in (b"PK", b"PK\x05\x06" + b"\0" * 18, b'"', b"\x1f\x8bx", b"a\0b,c\n"):
        try:
            list(table_reading.lines(io.BytesIO(content)))
        except Unreadable as wrong:
            assert wrong.args[0]
