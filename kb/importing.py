"""Articles from a table: good rows in, each bad one told with its line and what is wrong where.

A row with the number of an article that is there changes that article; one that says what is
published already is left alone, so the same file can be given again. From the page rows come in
as words of whoever gave them, and wait for somebody else's eyes (`take`); whoever runs the
command vouches for the file, and its rows are published at once (`import_file`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from flask_babel import gettext
from pydantic import ValidationError

from hotline import fields
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people import queries as people
from hotline.tickets import queries as tickets
from hotline.words import N_
from kb import operations, table_columns, table_queries, table_reading, taking_over
from kb.forms import ArticleForm
from kb.laying import said_by
from kb.models import Article
from kb.table_columns import NEEDED, NUMBER, Row
from kb.table_reading import Line, Unreadable
from kb.wording import Wording, as_json

BATCH: Final = 200
NO_HEADINGS = N_("The first row must name the columns; the title and the answer are needed.")
SAYS_OTHERWISE = N_("%(number)s says something else; with --replace the row is laid over it.")
NO_CATEGORY = N_("There is no such category.")
NO_UNIT = N_("There is no such unit.")


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken: what is wrong, by column; '' stands for the row as a whole."""

    line: int
    title: str
    faults: dict[str, str]


@dataclass(frozen=True)
class GoodRow:
    """A row that can be taken. `changes` is the article it gives other words to.

    `twin` is a published article of the same title, `twin_line` an earlier row of it.
    """

    line: int
    row: Row
    form: ArticleForm
    changes: str | None = None
    twin: str | None = None
    twin_line: int | None = None


@dataclass
class Report:
    """What became of a file's rows."""

    made: int = 0
    changed: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


@dataclass
class Sorted:
    """A file's rows, sorted by what can be done with them."""

    good: list[GoodRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    known: int = 0
    skipped: list[str] = field(default_factory=list)
    is_cut: bool = False


class Table:
    """An opened file: its columns, the headings nobody knows, and its rows. Raises Unreadable."""

    def __init__(self, file: IO[bytes]) -> None:
        self._lines = table_reading.lines(file)
        first = next(self._lines, None)
        if first is None:
            raise Unreadable(table_reading.EMPTY)
        known = table_columns.known_headings()
        self.names = [known.get(cell.strip().lower()) for cell in first.cells]
        self.skipped = [
            cell for cell, name in zip(first.cells, self.names, strict=True) if cell and not name
        ]
        if first.fault or not set(NEEDED) <= set(self.names):
            raise Unreadable(NO_HEADINGS)
        self._kinds = table_columns.known_kinds()

    def __iter__(self) -> Iterator[tuple[Line, Row]]:
        for line in self._lines:
            yield line, table_columns.row_of(self.names, line.cells, self._kinds)


def sort(file: IO[bytes], most: int) -> Sorted:
    """Sort at most so many rows of a file; nothing is stored. Raises Unreadable."""
    table, report = Table(file), Sorted()
    report.skipped = table.skipped
    check, rows = Check(), iter(table)
    while batch := list(islice(rows, min(BATCH, most + 1 - check.count))):
        report.is_cut = check.count + len(batch) > most
        check.batch(batch[: most - check.count], report)
        if report.is_cut:
            break
    return report


def import_file(path: Path, *, now: datetime, may_replace: bool = False) -> Report:
    """Make published articles of the file's rows, committing every few hundred."""
    report = Report()
    with path.open("rb") as file:
        try:
            check, rows = Check(), iter(Table(file))
            while batch := list(islice(rows, BATCH)):
                found = Sorted()
                check.batch(batch, found)
                _publish(found, report, now, may_replace=may_replace)
                db.session.commit()
        except Unreadable as wrong:
            report.bad.append(BadRow(1, "", {"": gettext(wrong.args[0])}))
    return report


def take(rows: Iterable[GoodRow], *, by: int, now: datetime) -> Report:
    """Submit the rows as this person's words; what is refused now is told like any bad row."""
    report = Report()
    for one in rows:
        try:
            with db.session.begin_nested():
                _submit(one, by, now)
        except Refused as wrong:
            report.bad.append(_refused(one, wrong))
        else:
            report.changed += one.changes is not None
            report.made += one.changes is None
    return report


class Check:
    """Sorts rows batch by batch, and remembers which it has seen."""

    def __init__(self) -> None:
        self.count = 0
        self._seen: set[int] = set()
        self._titles: dict[int, int] = {}
        self._units = {unit.code for unit in people.units()}
        self._categories = {one.code for one in tickets.leaves() if one.is_leaf}

    def batch(self, batch: Sequence[tuple[Line, Row]], into: Sorted) -> None:
        """Sort these rows."""
        self.count += len(batch)
        titles = table_queries.published_with_titles({_title(row) for _, row in batch})
        there = table_queries.of_numbers({row.get(NUMBER, "") for _, row in batch})
        for line, row in batch:
            if line.fault:
                into.bad.append(BadRow(line.number, _title(row), {"": gettext(line.fault)}))
            else:
                same = titles.get(_title(row), [])
                self._sort(line.number, row, same, there.get(row.get(NUMBER, "")), into)

    def _sort(
        self,
        line: int,
        row: Row,
        same: list[tuple[str, str]],
        there: Article | None,
        into: Sorted,
    ) -> None:
        """`same` are the published articles of the row's title, `there` the one it names."""
        try:
            form = ArticleForm.model_validate({n: v for n, v in row.items() if n != NUMBER})
        except ValidationError as wrong:
            into.bad.append(BadRow(line, _title(row), fields.in_words(wrong)))
            return
        faults = self._faults(form, there)
        if faults:
            into.bad.append(BadRow(line, form.title, faults))
        elif self._is_seen(form) or _is_known(form, same, there):
            into.known += 1
        else:
            first = self._titles.setdefault(hash(form.title), line)
            twin = same[0][0] if same and there is None else None
            number = there.number if there else None
            again = first if first != line else None
            into.good.append(GoodRow(line, row, form, number, twin, again))

    def _is_seen(self, form: ArticleForm) -> bool:
        """Whether the file said the same before."""
        words = hash((form.title, form.body))
        is_seen = words in self._seen
        self._seen.add(words)
        return is_seen

    def _faults(self, form: ArticleForm, there: Article | None) -> dict[str, str]:
        """Category and unit must be in use, or those that the article has already."""
        categories = self._categories | {there.category_code if there else None}
        units = self._units | {there.unit.code if there and there.unit else None}
        faults = {}
        if form.category and form.category not in categories:
            faults["category"] = gettext(NO_CATEGORY)
        if form.unit and form.unit not in units:
            faults["unit"] = gettext(NO_UNIT)
        return faults


def _is_known(form: ArticleForm, same: list[tuple[str, str]], there: Article | None) -> bool:
    if there is None:
        return any(body == form.body for _, body in same)
    said = as_json(said_by(there))
    said["body"] = str(said["body"]).replace("\r\n", "\n")
    return said == as_json(form.wording())


def good_row(line: int, row: Row, **more: Any) -> GoodRow:
    """A row that was sorted before, and kept until somebody said yes."""
    form = ArticleForm.model_validate({n: v for n, v in row.items() if n != NUMBER})
    return GoodRow(line, row, form, **more)


def _publish(found: Sorted, report: Report, now: datetime, *, may_replace: bool) -> None:
    report.known += found.known
    report.bad += found.bad
    for one in found.good:
        if one.changes and not may_replace:
            words = gettext(SAYS_OTHERWISE, number=one.changes)
            report.bad.append(BadRow(one.line, one.form.title, {NUMBER: words}))
            continue
        try:
            with db.session.begin_nested():
                _vouch(one, now)
        except Refused as wrong:
            report.bad.append(_refused(one, wrong))
        else:
            report.changed += one.changes is not None
            report.made += one.changes is None


def _vouch(one: GoodRow, now: datetime) -> None:
    if one.changes:
        taking_over.lay_over(one.changes, one.form.wording(), now=now)
    else:
        operations.take_in(one.form.wording(), now=now)


def _submit(one: GoodRow, by: int, now: datetime) -> None:
    wording: Wording = one.form.wording()
    if one.changes:
        article = operations.edit(one.changes, wording, by=by, now=now)
    else:
        article = operations.add(wording, by=by, now=now)
    operations.submit(article.number, by=by, now=now)


def _refused(one: GoodRow, wrong: Refused) -> BadRow:
    return BadRow(one.line, one.form.title, {wrong.field or "": fields.said(wrong)})


def _title(row: Row) -> str:
    return " ".join(row.get("title", "").replace("\x00", "").split())
