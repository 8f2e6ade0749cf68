"""Rows of a CSV file or a workbook, read one by one; what is wrong with a file is said in words.

Decided here: what counts as a table we can read, and how much of it is read at most. Not here:
what stands in a row (`importing`). CSV is UTF-8 or GB 18030 and may be gzipped; of a workbook the
first sheet is read, its formulas by their last values. A workbook's list of parts is looked at
before any of it is unpacked, so that a bomb stays packed.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final, cast
from zipfile import ZipFile, is_zipfile

from openpyxl import load_workbook

from hotline.words import N_

CHUNK: Final = 1 << 20
LONGEST_FIELD: Final = 10_000_000
MOST_COLUMNS: Final = 100
MOST_BLANK: Final = 10_000
MEGABYTE: Final = 1 << 20
LARGEST_UNPACKED: Final = 300 * MEGABYTE
GZIP: Final = b"\x1f\x8b"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
MACROS: Final = "vbaproject.bin"
DELIMITERS: Final = ",\t;"

EMPTY = N_("The file is empty.")
BROKEN = N_("The file can't be read: it is neither a workbook (.xlsx) nor a CSV file.")
BROKEN_BOOK = N_("The workbook can't be read. Open it in a spreadsheet and save it again as .xlsx.")
OLD_BOOK = N_("This is an old workbook (.xls), or one with a password. Save it as .xlsx without.")
HAS_MACROS = N_("The workbook carries macros. Save it as .xlsx without them.")
BOMB = N_("Unpacked, the workbook would be far too large.")
NOT_CSV = N_("This line can't be read as CSV; a quotation mark is missing or one too many.")
TOO_LONG = N_("The row has more cells than the first row has headings.")


class Unreadable(Exception):
    """The file is no table; the argument says why, as a msgid."""


@dataclass(frozen=True)
class Line:
    """A row that was read, and where it begins; `fault` instead of cells when it can't be."""

    number: int
    cells: list[str]
    fault: str = ""


def lines(file: IO[bytes]) -> Iterator[Line]:
    """The rows that say something, the headings first. Raises Unreadable, also on the way."""
    begins = file.read(4)
    file.seek(0)
    if not begins:
        raise Unreadable(EMPTY)
    if begins.startswith(OLD_OFFICE):
        raise Unreadable(OLD_BOOK)
    if begins.startswith(GZIP):
        return _csv(cast("IO[bytes]", gzip.GzipFile(fileobj=file)))
    is_book = begins.startswith(b"PK") or is_zipfile(file)
    file.seek(0)
    return _book(file) if is_book else _csv(file)


def _book(file: IO[bytes]) -> Iterator[Line]:
    try:
        _look_into(file)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        blank = 0
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            cells = [_written(cell) for cell in row]
            blank = 0 if any(cells) else blank + 1
            if blank == 0:
                yield Line(number, cells)
            elif blank > MOST_BLANK:
                return
    except Unreadable:
        raise
    except Exception as error:  # a broken workbook makes the library raise anything
        raise Unreadable(BROKEN_BOOK) from error


def _look_into(file: IO[bytes]) -> None:
    with ZipFile(file) as packed:
        parts = packed.infolist()
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable(BOMB)
    if any(part.filename.lower().endswith(MACROS) for part in parts):
        raise Unreadable(HAS_MACROS)
    file.seek(0)


def _written(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _csv(file: IO[bytes]) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_FIELD)
    text = None
    try:
        text = io.TextIOWrapper(file, _coding(file), newline="")
        reader = csv.reader(text, strict=True, delimiter=_delimiter(text))
        yield from _lines(reader)
    except (OSError, EOFError, UnicodeError, zlib.error) as error:
        raise Unreadable(BROKEN) from error
    finally:
        if text is not None:
            text.detach()


def _lines(reader: Any) -> Iterator[Line]:
    width = 0
    while True:
        number = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if not width:
                raise Unreadable(BROKEN) from error
            yield Line(number, [], NOT_CSV)
            continue
        width = width or len(cells)
        if any(cells):
            yield Line(number, cells, TOO_LONG if any(cells[width:]) else "")


def _coding(file: IO[bytes]) -> str:
    """UTF-8 when all of the file is, else GB 18030; read once, a piece at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _delimiter(text: io.TextIOWrapper) -> str:
    """What stands between the headings most often."""
    first = text.readline(LONGEST_FIELD)
    text.seek(0)
    return max(DELIMITERS, key=first.count)
