"""Articles from a CSV file: good rows in, each bad one reported with line and reason.

Columns: `title` (or `question`), `body` (or `answer`), and optionally `keywords`, `category`
(code), `kind`, `public`, `unit` (code), `source`; others are passed over. UTF-8 or GB 18030,
gzipped by the file's name. Rows come in published: whoever runs the command vouches for the
file. A row whose title and words are published already is left alone, so the same file can be
given again.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from hotline import fields
from hotline.errors import Refused
from hotline.extensions import db
from kb import operations, queries
from kb.forms import ArticleForm

BATCH: Final = 200
LONGEST_FIELD: Final = 10_000_000
OUR_NAMES: Final = {"question": "title", "answer": "body", "public": "is_public"}
NEEDED: Final = ("title", "body")
COLUMNS: Final = (*NEEDED, "keywords", "category", "kind", "is_public", "unit", "source")
YES_NO: Final = {"是": "1", "否": "0", "公开": "1", "不公开": "0", "内部": "0"}
TOO_LONG: Final = "the row has more fields than the header"

Row = dict[str, str]


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken, and why."""

    line: int
    reason: str


@dataclass
class Report:
    """What became of a file's rows."""

    made: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


def import_file(path: Path, *, now: datetime) -> Report:
    """Make published articles of the file's rows, committing every few hundred."""
    report = Report()
    rows = _rows(path, report)
    while batch := list(islice(rows, BATCH)):
        _import_batch(batch, report, now)
        db.session.commit()
    return report


def _import_batch(batch: list[tuple[int, Row]], report: Report, now: datetime) -> None:
    known = queries.same_titles({_title(row) for _, row in batch})
    for line, row in batch:
        try:
            form = ArticleForm.model_validate(row)
            if (form.title, form.body) in known:
                report.known += 1
                continue
            operations.take_in(form.wording(), now=now)
        except ValidationError as wrong:
            reasons = (f"{name}: {words}" for name, words in fields.in_words(wrong).items())
            report.bad.append(BadRow(line, "; ".join(reasons)))
        except Refused as wrong:
            report.bad.append(BadRow(line, f"{wrong.field}: {fields.said(wrong)}"))
        else:
            known.add((form.title, form.body))
            report.made += 1


def _rows(path: Path, report: Report) -> Iterator[tuple[int, Row]]:
    """Rows with the line where they begin; what is no CSV is reported and reading goes on."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
        names = [_name(one) for one in next(reader, [])]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as wrong:
        report.bad.append(BadRow(1, f"the file can't be read: {wrong}"))
        return
    if not set(NEEDED) <= set(names):
        reason = "the first line must name the columns; title and body are needed"
        report.bad.append(BadRow(1, reason))
        return
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            report.bad.append(BadRow(line, f"not readable as CSV: {wrong}"))
            continue
        if len(values) > len(names):
            report.bad.append(BadRow(line, TOO_LONG))
        elif any(value.strip() for value in values):
            yield line, _row(names, values)


def _row(names: list[str], values: list[str]) -> Row:
    given = dict(zip(names, values, strict=False))
    row = {name: given[name].strip() for name in COLUMNS if given.get(name, "").strip()}
    if "is_public" in row:
        row["is_public"] = YES_NO.get(row["is_public"], row["is_public"])
    return row


def _title(row: Row) -> str:
    return " ".join(row.get("title", "").replace("\x00", "").split())


def _text(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _name(heading: str) -> str:
    name = heading.strip().lower()
    return OUR_NAMES.get(name, name)
