"""Articles from CSV: good rows in, bad ones named, twice is once."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from apiflask import APIFlask
from click.testing import Result
from sqlalchemy import select

from hotline.extensions import db
from kb.models import Article
from kb.rules import State

ROW = "供热报停,到营业厅。,暖气,T010101,item_guide,是\n"
GOOD = f"question,answer,keywords,category,kind,public\n{ROW}"


def run(app: APIFlask, path: Path) -> Result:
    """Run the command."""
    return app.test_cli_runner().invoke(args=["import-kb", str(path)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the CSV goes."""
    return tmp_path / "kb.csv"


def articles() -> list[Article]:
    """What is there."""
    return list(db.session.scalars(select(Article).order_by(Article.id)))


def test_good_rows_come_in_published(app: APIFlask, file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8-sig")
    done = run(app, file)
    assert done.exit_code == 0, done.output
    assert "1 articles made, 0 replaced, 0 known already, 0 bad" in done.output
    (article,) = articles()
    assert (article.title, article.state, article.is_public) == ("供热报停", State.PUBLISHED, True)
    assert (article.kind.value, article.category_code) == ("item_guide", "T010101")


def test_each_bad_row_is_told_with_line_and_reason(app: APIFlask, file: Path) -> None:
    rows = [
        ["title", "body", "category", "kind", "public", "note"],
        ["好的一", "正文\n两行", "", "", "", "x"],
        ["", "没有标题", "", "", "", ""],
        ["坏分类", "正文", "T999999", "", "", ""],
        ["坏类型", "正文", "", "poem", "maybe", ""],
        ["太多", "正文", "", "", "", "", "七"],
        [],
        ["长" * 300, "正文", "", "", "", ""],
        ["好的二", "正文", "", "", "", ""],
        ["短"],
    ]
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    file.write_text(written.getvalue() + '坏,"引号"号,,,,\n末尾,好的,,,,\n', encoding="utf-8")
    done = run(app, file)
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if line.startswith("line ")]
    assert {int(line.split()[1].rstrip(":")) for line in lines} == {4, 5, 6, 7, 9, 11, 12}
    assert any("kind" in line and "is_public" in line for line in lines)
    assert [one.title for one in articles()] == ["好的一", "好的二", "末尾"]


def test_the_same_file_again_changes_nothing(app: APIFlask, file: Path) -> None:
    file.write_text(GOOD + ROW, encoding="utf-8")
    assert "1 articles made, 0 replaced, 1 known already" in run(app, file).output
    done = run(app, file)
    assert done.exit_code == 0 and "0 articles made, 0 replaced, 2 known already" in done.output
    assert len(articles()) == 1


@pytest.mark.parametrize("encoding", ["gb18030", "gzip"])
def test_other_spellings_of_a_file(app: APIFlask, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / ("kb.csv.gz" if encoding == "gzip" else "kb.csv")
    content = gzip.compress(GOOD.encode()) if encoding == "gzip" else GOOD.encode(encoding)
    path.write_bytes(content)
    assert run(app, path).exit_code == 0
    assert [one.title for one in articles()] == ["供热报停"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"title,text\nx,y\n",
        b"\xff\xfe\x00\x80",
        b'"title,body\n',
        b"\x00\x01\x02",
    ],
)
def test_files_that_are_no_articles(app: APIFlask, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    done = run(app, file)
    assert done.exit_code == 1 and "line 1" in done.output
    assert articles() == []


def test_a_broken_gzip(app: APIFlask, tmp_path: Path) -> None:
    path = tmp_path / "kb.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode())[:-9])
    assert run(app, path).exit_code == 1


def test_nul_and_huge_fields(app: APIFlask, file: Path) -> None:
    file.write_bytes(b"title,body\na\x00b,c\x00d\nbig," + b"x" * 200_000 + b"\n")
    done = run(app, file)
    assert done.exit_code == 1 and "line 3" in done.output
    assert [(one.title, one.body) for one in articles()] == [("ab", "cd")]


def test_many_rows_are_committed_in_batches(app: APIFlask, file: Path) -> None:
    rows = "".join(f"问题{n},回答{n}\n" for n in range(450))
    file.write_text("title,body\n" + rows, encoding="utf-8")
    assert "450 articles made" in run(app, file).output
