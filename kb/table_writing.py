"""Articles as a table on disk, CSV or workbook: what `importing` takes in again.

Decided here: what stands in each cell. Rows are read a few hundred at a time and written one by
one, so that memory stays flat; nothing in a cell acts as a formula.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, Final

from flask_babel import gettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hotline import labels
from hotline.templating import day, exact
from kb import queries, table_columns
from kb.models import Article
from kb.queries import Wanted
from kb.table_columns import BODY, COLUMNS, GUIDE, MORE, NUMBER

AT_ONCE: Final = 200
MOST_ROWS: Final = 50_000
WITH_MARK: Final = "utf-8-sig"
"""Without the mark Excel takes Chinese for something else."""
SAME: Final = (
    "title",
    "questions",
    "keywords",
    "synonyms",
    "places",
    "languages",
    "source",
    "document_number",
    "source_url",
)


class Kind(StrEnum):
    """Which kind of file."""

    XLSX = "xlsx"
    CSV = "csv"


TYPES: Final = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv; charset=utf-8",
}


class Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[list[str]]:
        for row in self._rows:
            self.count += 1
            yield row


def rows(wanted: Wanted) -> Iterator[list[str]]:
    """The articles of a list, at most fifty thousand, each as its cells."""
    after, read = None, 0
    while read < MOST_ROWS:
        found = queries.listed(wanted, limit=AT_ONCE, after=after)
        for one in found:
            yield [_cells(one)[name] for name in COLUMNS]
        read += len(found)
        if len(found) < AT_ONCE:
            return
        after = found[-1].number


def write(kind: Kind, cells: Iterable[list[str]]) -> IO[bytes]:
    """The file, to be read from its beginning; whoever sends it closes it."""
    heads = [table_columns.heading(name) for name in COLUMNS]
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    if kind is Kind.CSV:
        text = TextIOWrapper(file, WITH_MARK, newline="")
        writer = csv.writer(text)
        writer.writerow(heads)
        writer.writerows(cells)
        text.detach()
    else:
        _write_book(file, heads, cells)
    file.seek(0)
    return file


def _write_book(file: IO[bytes], heads: list[str], cells: Iterable[list[str]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Articles"))
    sheet.freeze_panes = "A2"
    sheet.append(heads)
    for row in cells:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(file)
    book.close()


def _cells(one: Article) -> dict[str, str]:
    body, more = table_columns.pieces(one.body.replace("\r\n", "\n"))
    same = {name: table_columns.safe(getattr(one, name)) for name in SAME}
    guide = {name: table_columns.safe(one.guide.get(name[6:], "")) for name in GUIDE}
    return (
        same
        | guide
        | {
            NUMBER: one.number,
            "kind": _word("article_kind", one.kind),
            BODY: body,
            MORE: more,
            "category": one.category_code or "",
            "category_name": one.category.name if one.category else "",
            "unit": one.unit.code if one.unit else "",
            "unit_name": one.unit.name if one.unit else "",
            "is_public": gettext("yes") if one.is_public else gettext("no"),
            "valid_from": day(one.valid_from),
            "valid_until": day(one.valid_until),
            "review_days": str(one.review_days or ""),
            "state": _word("article_state", one.state),
            "updated_at": exact(one.updated_at),
        }
    )


def _word(group: str, code: StrEnum) -> str:
    return str(gettext(labels.msgid(group, code)))
