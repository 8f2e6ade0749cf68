"""Calendars and hours from CSV files, for networks without a package index.

Decided here: what a row may look like. All rows are read; if any is wrong, BadFile lists every
wrong one with its line, and nothing is taken.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from hotline.calendar.rules import StatedDay, check_days, read_intervals
from hotline.errors import Invalid
from hotline.hours import Hours

T = TypeVar("T")
Row = dict[str, str]

DAY_COLUMNS = ("date", "working", "name")
HOURS_COLUMNS = ("from", "until", "weekdays", "intervals")
ENCODINGS = ("utf-8-sig", "gb18030")
LARGEST_FILE = 1024 * 1024
YES = frozenset({"1", "true", "yes", "y", "是", "班", "上班", "工作日"})
NO = frozenset({"0", "false", "no", "n", "否", "休", "放假", "休息"})


class BadFile(Exception):
    """The file can't be taken; `rows` are (line, reason), line 0 for the file as a whole."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"line {line}: {reason}" for line, reason in rows))
        self.rows = rows


def read_days(path: Path) -> list[StatedDay]:
    """The days of a file with the columns date, working, name (the last may be missing)."""
    days = _read(path, DAY_COLUMNS[:2], _day)
    wrong = []
    for year in sorted({one.day.year for one in days}):
        try:
            check_days(year, [one for one in days if one.day.year == year])
        except Invalid as invalid:
            wrong.append((0, invalid.message % invalid.values))
    if wrong:
        raise BadFile(wrong)
    return days


def read_hours(path: Path) -> list[Hours]:
    """The opening rules of a file: from, until, weekdays (1 Monday … 7), intervals.

    A fifth column, holidays, may say whether the rule holds on them too.
    """
    return _read(path, HOURS_COLUMNS, _hours)


def _read(path: Path, needed: tuple[str, ...], make: Callable[[Row], T]) -> list[T]:
    found: list[T] = []
    wrong: list[tuple[int, str]] = []
    for line, row in _rows(path, needed):
        try:
            found.append(make(row))
        except ValueError as reason:
            wrong.append((line, str(reason)))
    if wrong:
        raise BadFile(wrong)
    return found


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    reader = csv.DictReader(_text(path).splitlines())
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in needed if name not in names]
    if missing:
        raise BadFile([(0, f"the columns {', '.join(missing)} are missing")])
    reader.fieldnames = names
    try:
        for row in reader:
            if any(value for value in row.values() if isinstance(value, str)):
                yield (
                    reader.line_num,
                    {name: value.strip() for name, value in row.items() if isinstance(value, str)},
                )
    except csv.Error as reason:
        raise BadFile([(reader.line_num, str(reason))]) from reason


def _text(path: Path) -> str:
    content = path.read_bytes()
    if len(content) > LARGEST_FILE:
        raise BadFile([(0, "the file is larger than 1 MB")])
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise BadFile([(0, "the file is neither UTF-8 nor GB 18030")])


def _day(row: Row) -> StatedDay:
    is_working = _said(row, "working")
    day = _date(row.get("date", ""))
    if day is None:
        raise ValueError("the date is missing")
    return StatedDay(day, is_working, row.get("name", ""))


def _hours(row: Row) -> Hours:
    weekdays = row.get("weekdays", "")
    if not set(weekdays) <= set("1234567"):
        raise ValueError(f"weekdays are digits from 1 (Monday) to 7, not {weekdays!r}")
    return Hours(
        read_intervals(row.get("intervals", "")),
        _date(row.get("from", "")),
        _date(row.get("until", "")),
        frozenset(int(one) - 1 for one in weekdays) if weekdays else None,
        opens_holidays=_said(row, "holidays", otherwise="no"),
    )


def _said(row: Row, name: str, *, otherwise: str = "") -> bool:
    said = row.get(name, "").lower() or otherwise
    if said not in YES | NO:
        raise ValueError(f"{name} must be yes or no, not {said!r}")
    return said in YES


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        year, month, day = (int(part) for part in text.replace("/", "-").split("-"))
        return date(year, month, day)
    except ValueError as reason:
        raise ValueError(f"{text!r} is no date; dates are written as 2026-10-01") from reason
