"""`flask calendar …`: bringing the calendar up to date, from the library or from files."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from hotline import clock, jobs
from hotline.calendar import files, opening, operations
from hotline.calendar.operations import Changed
from hotline.errors import Refused

BY = "system"
CSV_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

calendar_group = AppGroup("calendar", help="Working days, holidays and office hours.")


@calendar_group.command("update")
def update() -> None:
    """Bring the published years, and statutory dates of the next two, from the library."""
    with jobs.transaction():
        changed = operations.update(now=clock.now())
    _tell(changed)


@calendar_group.command("import")
@click.argument("file", type=CSV_FILE)
def import_file(file: Path) -> None:
    """Take published days from FILE, a CSV with the columns date, working, name."""
    try:
        with jobs.transaction():
            changed = operations.import_days(files.read_days(file), by=BY, now=clock.now())
    except files.BadFile as bad:
        raise _refused(bad) from bad
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    _tell(changed)


@calendar_group.command("hours")
@click.argument("file", type=CSV_FILE)
@click.option("--unit", metavar="CODE", help="Hours of this unit alone.")
def hours(file: Path, unit: str | None) -> None:
    """Replace the office hours by FILE, a CSV with the columns from, until, weekdays, intervals.

    A column holidays with yes opens a rule's days on holidays too. An empty list brings the
    ordinary hours back, for a unit those of the city.
    """
    try:
        rules = files.read_hours(file)
    except files.BadFile as bad:
        raise _refused(bad) from bad
    try:
        with jobs.transaction():
            opening.set_hours(rules, by=BY, now=clock.now(), unit=unit)
    except IntegrityError as unknown:
        raise click.ClickException(f"There is no unit {unit}.") from unknown
    click.echo(f"{len(rules)} rules for office hours.")


def _tell(changed: Sequence[Changed]) -> None:
    for one in changed:
        click.echo(f"{one.year} {one.status.value}: {len(one.days)} days changed.")


def _refused(bad: files.BadFile) -> click.ClickException:
    lines = [f"line {line}: {reason}" if line else reason for line, reason in bad.rows]
    return click.ClickException("Nothing was changed.\n" + "\n".join(lines))
