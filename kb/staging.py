"""A file of articles on its way in by the page: looked through, kept, taken in when confirmed.

Decided here: how many rows the page takes, that only whoever gave a file may take it in, once, and
that what nobody confirms within a week is forgotten. The rows are checked once more when they are
taken in, for articles may have changed meanwhile; what is refused then is told like any bad row.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import IO, Final

from sqlalchemy import delete, select

from hotline import audit, crypto
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from kb import importing
from kb.import_models import Import
from kb.importing import BadRow, GoodRow, Sorted

MOST_ROWS: Final = 1_000
LARGEST_FILE: Final = 10 * 1024 * 1024
LONGEST_NAME: Final = 100
KEPT_FOR: Final = timedelta(days=7)


def look_through(file: IO[bytes], name: str, *, by: int, now: datetime) -> Import:
    """Sort the file's rows and keep them. Raises table_reading.Unreadable."""
    found = importing.sort(file, MOST_ROWS)
    kept = Import(
        key=crypto.new_token(),
        staff_id=by,
        name=name[-LONGEST_NAME:],
        sheet=_sheet(found),
        made_at=now,
    )
    db.session.add(kept)
    return kept


def of(key: str, staff_id: int) -> Import:
    """The file this person gave. Raises NotFound."""
    wanted = select(Import).where(Import.key == key, Import.staff_id == staff_id)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("unknown_import", "This file is no longer kept. Please choose it again.")
    return found


def good(kept: Import) -> list[GoodRow]:
    """The rows that can be taken."""
    return [importing.good_row(**one) for one in kept.sheet["good"]]


def bad(kept: Import) -> list[BadRow]:
    """The rows that can't, and why."""
    return [BadRow(**one) for one in kept.sheet["bad"]]


def take(key: str, *, by: int, now: datetime) -> Import:
    """Submit the good rows as this person's words. Raises NotFound, Refused the second time."""
    of(key, by)
    locked = select(Import).where(Import.key == key).with_for_update()
    kept = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    if kept.taken_at is not None:
        raise Refused("taken_already", "The rows of this file are taken in already.")
    report = importing.take(good(kept), by=by, now=now)
    kept.made, kept.changed, kept.taken_at = report.made, report.changed, now
    kept.sheet = kept.sheet | {"good": [], "bad": _rows(report.bad)}
    rows = report.made + report.changed
    audit.record(f"staff:{by}", "articles_imported", f"import:{kept.id}", at=now, rows=rows)
    return kept


def drop(key: str, *, by: int) -> None:
    """Forget a file. Raises NotFound."""
    db.session.delete(of(key, by))


def forget_old(now: datetime) -> None:
    """Forget what was given a week ago."""
    db.session.execute(delete(Import).where(Import.made_at < now - KEPT_FOR))


def _sheet(found: Sorted) -> dict[str, object]:
    left_out = {"form"}
    rows = [
        {f.name: getattr(one, f.name) for f in dataclasses.fields(one) if f.name not in left_out}
        for one in found.good
    ]
    return {
        "good": rows,
        "bad": _rows(found.bad),
        "known": found.known,
        "skipped": found.skipped,
        "is_cut": found.is_cut,
    }


def _rows(bad: Sequence[BadRow]) -> list[dict[str, object]]:
    return [dataclasses.asdict(one) for one in bad]
