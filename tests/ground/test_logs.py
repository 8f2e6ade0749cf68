"""Log lines: one JSON object each, and nothing in them that must not be known."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from apiflask import APIFlask
from flask import Flask
from sqlalchemy.exc import IntegrityError

from hotline import logs
from hotline.extensions import db
from hotline.tickets.models import Category

PHONE, PERSON = "13812345678", "130302199001011234"


@contextmanager
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[list[dict[str, Any]]]:
    """The lines that are written to stderr meanwhile, read as JSON at the end."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure(Flask("logged"))
    lines: list[dict[str, Any]] = []
    try:
        yield lines
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    lines += [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        (f"call {PHONE} now", "call 138****5678 now"),
        (f"+86{PHONE}", "138****5678"),
        (f"身份证{PERSON}，", "身份证***，"),
        ("13030219900101123X", "***"),
        ("Authorization: Bearer abc.DEF-123_~+/==", "Authorization: Bearer ***"),
        (
            "postgresql+psycopg://hotline:hunter2@db/hotline",
            "postgresql+psycopg://hotline:***@db/hotline",
        ),
        ("redis://:hunter2@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        (
            "/track?number=2611180000011&query_code=735201",
            "/track?number=2611180000011&query_code=***",
        ),
        ("POST /rate/lBtC-FA0T_G1REK9/thanks", "POST /rate/***/thanks"),
        ("GET /report/received/gAAAAAB-_x==", "GET /report/received/***"),
        ("new_password=hunter2&again=1", "new_password=***&again=1"),
        ("ticket 2611180000011", "ticket 2611180000011"),
        ("https://example.org:8000/a@b", "https://example.org:8000/a@b"),
        ("status_code=200 at 2026-11-18T02:00:00", "status_code=200 at 2026-11-18T02:00:00"),
    ],
)
def test_words_are_masked(words: str, masked: str) -> None:
    assert logs.mask(words) == masked


def test_values_are_masked_however_deep(capsys: pytest.CaptureFixture[str]) -> None:
    with logged(capsys) as lines:
        structlog.get_logger("tests").info(
            "something.happened",
            phone=PHONE,
            alt_phone=PHONE,
            new_password="hunter2",
            facts={"query_code": "735201", "list": [{"api_token": "t0ken", "said": PHONE}]},
            headers={"Set-Cookie": "c00kie", "X-Secret": "s3cret"},
            name="张三",
            seq=7,
        )
    (line,) = lines
    assert line["facts"] == {
        "query_code": "***",
        "list": [{"api_token": "***", "said": "138****5678"}],
    }
    assert (line["event"], line["seq"], line["level"]) == ("something.happened", 7, "info")
    whole = json.dumps(line, ensure_ascii=False)
    for secret in (PHONE, "hunter2", "735201", "t0ken", "c00kie", "s3cret", "张三"):
        assert secret not in whole


def test_libraries_go_through_the_same_filter(capsys: pytest.CaptureFixture[str]) -> None:
    with logged(capsys) as lines:
        logging.getLogger("library").warning("sent to %s with %s", PHONE, "Bearer abc")
    (line,) = lines
    assert line["event"] == "sent to 138****5678 with Bearer ***"
    assert line["logger"] == "library"


def test_what_the_database_refuses_is_not_quoted(
    app: APIFlask, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL repeats the row, SQLAlchemy the parameters."""
    refused = Category(code="X", name="投诉人住在文化路\n\n三号", parent_code="none")
    with logged(capsys) as lines:
        db.session.add(refused)
        try:
            db.session.flush()
        except IntegrityError:
            logging.getLogger("library").exception("failed")
    (line,) = lines
    assert "IntegrityError" in line["exception"]
    assert "文化路" not in line["exception"]
    assert "三号" not in line["exception"]


def test_lines_of_a_request_carry_its_id_and_no_query(capsys: pytest.CaptureFixture[str]) -> None:
    made = Flask("logged")
    made.before_request(logs._name_request)

    @made.get("/here")
    def here() -> str:
        structlog.get_logger("tests").info("seen")
        return ""

    with logged(capsys) as lines:
        made.test_client().get("/here?code=735201")
    (line,) = [one for one in lines if one["event"] == "seen"]
    assert line["path"] == "GET /here"
    assert len(line["request_id"]) == 16
    assert "735201" not in json.dumps(line)
