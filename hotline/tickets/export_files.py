"""Rows as a file: CSV or XLSX, written to disk row by row, so that memory stays flat.

The first lines say who took it out, when, and by which filters; the last says when it was cut.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import IO

from flask_babel import gettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hotline.tickets.export import MOST_ROWS, safe

CHUNK = 64 * 1024
LONGEST_CELL = 32_000
WITH_MARK = "utf-8-sig"
"""Without the mark Excel takes Chinese for something else."""


@dataclass(frozen=True)
class Made:
    """Who took a file out, when, and what of: the file's own first lines."""

    by: str
    at: str
    filters: str

    def lines(self) -> list[list[str]]:
        """As rows."""
        return [
            [gettext("Taken out by"), safe(self.by)],
            [gettext("Taken out at"), self.at],
            [gettext("Filters"), safe(self.filters) or gettext("none")],
            [gettext("Personal data: keep it safe, pass it to nobody, delete it after use.")],
        ]


class Counted:
    """Rows that are counted while they pass: at most so many, then a last one that says so."""

    def __init__(self, rows: Iterable[list[str]]) -> None:
        self.count = 0
        self._rows = iter(rows)

    def __iter__(self) -> Iterator[list[str]]:
        for row in islice(self._rows, MOST_ROWS):
            self.count += 1
            yield row
        if next(self._rows, None) is not None:
            words = "Cut here: at most %(most)s rows a file. Narrow the filters."
            yield [gettext(words, most=MOST_ROWS)]


def write_csv(made: Made, heads: list[str], rows: Iterable[list[str]]) -> IO[bytes]:
    """A CSV file on disk, to be read from its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    text = TextIOWrapper(file, WITH_MARK, newline="")
    writer = csv.writer(text)
    writer.writerows([*made.lines(), [], heads])
    writer.writerows(rows)
    text.detach()
    file.seek(0)
    return file


def write_xlsx(made: Made, heads: list[str], rows: Iterable[list[str]]) -> IO[bytes]:
    """A workbook on disk: a sheet of tickets, and one about itself."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Tickets"))
    sheet.append(heads)
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell)[:LONGEST_CELL] for cell in row])
    about = book.create_sheet(gettext("About this file"))
    for line in made.lines():
        about.append(line)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    book.save(file)
    book.close()
    file.seek(0)
    return file


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The file piece by piece; it is gone afterwards."""
    with file:
        while piece := file.read(CHUNK):
            yield piece
