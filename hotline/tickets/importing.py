"""Import of tickets from a CSV file: good rows in, each bad one reported with line and reason.

Columns: title, body, and optionally channel, phone, name, place, request_type, category,
created_at, external_id. Imported history has no running clocks unless asked for; a row whose
external_id is known already is left alone, so the same file can be given again.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from pydantic import AwareDatetime, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hotline import clock, fields
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import queries
from hotline.tickets.forms import EARLIEST_YEAR, LATEST_YEAR, IntakeForm
from hotline.tickets.intake import intake, title_of
from hotline.tickets.kinds import Channel
from hotline.tickets.models import Ticket
from hotline.tickets.rulebook import Rulebook

ACTOR = "system:import"
SYSTEM = "import"
BATCH = 200
CHUNK = 1 << 20
COLUMNS = frozenset(
    {
        "title",
        "body",
        "channel",
        "phone",
        "name",
        "place",
        "request_type",
        "category",
        "created_at",
        "external_id",
    }
)


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


def import_file(path: Path, *, with_clocks: bool = False) -> Report:
    """Make tickets of the file's rows, committing every few hundred."""
    report, book = Report(), queries.rulebook()
    with _open(path) as file:
        reader = csv.DictReader(file, strict=True)
        problem = _header_problem(reader)
        if problem:
            report.bad.append(BadRow(1, problem))
            return report
        for line, row in _rows(reader, report):
            _import_row(line, row, report, book, with_clocks=with_clocks)
            if (report.made + 1) % BATCH == 0:
                db.session.commit()
    db.session.commit()
    return report


def _import_row(
    line: int, row: dict[str, Any], report: Report, book: Rulebook, *, with_clocks: bool
) -> None:
    try:
        form, received_at = _read(row, book)
        if form.upstream and _is_known(form.upstream.number):
            report.known += 1
            return
        with db.session.begin_nested():
            matter = form.matter()
            matter = type(matter)(**(vars(matter) | {"is_history": not with_clocks}))
            intake(matter, by=ACTOR, now=received_at, book=book, may_sort=True)
        report.made += 1
    except ValidationError as wrong:
        report.bad.append(BadRow(line, _named(fields.in_words(wrong))))
    except Refused as wrong:
        report.bad.append(BadRow(line, _named(fields.said_fields(wrong)) or fields.said(wrong)))
    except (ValueError, IntegrityError) as wrong:
        report.bad.append(BadRow(line, str(wrong).splitlines()[0]))


def _named(faults: Mapping[str, str]) -> str:
    """Each field with what is wrong with it."""
    return "; ".join(f"{name}: {words}" for name, words in faults.items())


def _read(row: dict[str, Any], book: Rulebook) -> tuple[IntakeForm, datetime]:
    if None in row:
        raise ValueError("the row has more fields than the header")
    given = {name: (value or "").strip() for name, value in row.items() if name in COLUMNS}
    form = IntakeForm.model_validate(
        {
            "channel": given.get("channel") or Channel.WEB,
            "title": given.get("title") or title_of(given.get("body", "")),
            "body": given.get("body") or given.get("title", ""),
            "request_type": given.get("request_type") or None,
            "category": given.get("category") or None,
            "citizen": {
                "phone": given.get("phone") or None,
                "name": given.get("name") or None,
            },
            "place": {"text": given.get("place", "")},
            "upstream": {"system": SYSTEM, "number": given["external_id"]}
            if given.get("external_id")
            else None,
        }
    )
    return form, _moment(given.get("created_at", ""), book)


def _moment(text: str, book: Rulebook) -> datetime:
    """The time of a row; without an offset it is the city's."""
    if not text:
        return clock.now()
    try:
        naive = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as wrong:
        raise ValueError(f"created_at: {text!r} is not a time like 2026-11-21 09:30") from wrong
    if not EARLIEST_YEAR <= naive.year <= LATEST_YEAR:
        raise ValueError(f"created_at: {text!r} lies too far away")
    aware = naive if naive.tzinfo else naive.replace(tzinfo=book.calendar.zone)
    if aware > clock.now():
        raise ValueError(f"created_at: {text!r} lies in the future")
    return TypeAdapter(AwareDatetime).validate_python(aware)


def _is_known(external_id: str) -> bool:
    found = select(Ticket.id).where(
        Ticket.upstream_system == SYSTEM, Ticket.upstream_number == external_id
    )
    return db.session.scalar(found) is not None


def _header_problem(reader: "csv.DictReader[str]") -> str:
    names = set(reader.fieldnames or [])
    if not names >= {"title", "body"}:
        return "the first line must name the columns; title and body are needed"
    return ""


def _rows(reader: "csv.DictReader[str]", report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their line; one that is no CSV is reported and reading goes on behind it."""
    rows = iter(reader)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as wrong:
            report.bad.append(BadRow(reader.line_num, f"not readable as CSV: {wrong}"))
            continue
        yield reader.line_num, row


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding=_encoding(path, opener), errors="replace", newline="") as file:
        yield file


def _encoding(path: Path, opener: Any) -> str:
    """UTF-8, or what spreadsheets here write when a file is none."""
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            while file.read(CHUNK):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
