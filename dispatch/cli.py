"""The command that loads a city's catalogue from a folder of CSV files."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import with_appcontext

from dispatch import catalogue
from hotline import clock
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people import operations as people
from hotline.tickets import directory, queries

Rows = list[dict[str, str]]
UNITS = "code name kind parent vertical duty_24h keywords"
CATEGORIES = (
    "code parent name unit assist route limit_working_days limit_hours urgency confidential "
    "transfer keywords"
)


@click.command("import-catalogue")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def import_catalogue(folder: Path) -> None:
    """Load units, categories, request types, catalogue and service areas from FOLDER, or nothing.

    FOLDER holds units.csv (or units_86.csv), categories.csv, request_types.csv and
    service_areas.csv. Loading again changes what is there and takes nothing away.
    """
    try:
        for line in load(folder):
            click.echo(line)
        db.session.commit()
    except (Refused, ValueError) as wrong:
        db.session.rollback()
        click.echo(str(wrong), err=True)
        sys.exit(1)
    queries.forget_rulebook()


def load(folder: Path) -> list[str]:
    """Load the folder's files in the open transaction; answers a line a file.

    Raises ValueError for a file that is missing or lacks a column, Invalid for a bad row.
    """
    units = folder / "units.csv"
    units = units if units.exists() else folder / "units_86.csv"
    categories = read(folder / "categories.csv", CATEGORIES)
    steps: list[tuple[str, Callable[[Rows], int], Rows]] = [
        ("units", lambda rows: people.load_units(rows, clock.now()), read(units, UNITS)),
        ("categories", directory.load_categories, categories),
        (
            "request types",
            directory.load_request_types,
            read(folder / "request_types.csv", "code limit_working_days callback"),
        ),
        ("catalogue rows", catalogue.load_catalogue, categories),
        (
            "service areas",
            catalogue.load_areas,
            read(folder / "service_areas.csv", "place district water heating gas"),
        ),
    ]
    return [f"{take(rows)} {name}" for name, take, rows in steps]


def read(path: Path, columns: str) -> Rows:
    """The rows of a CSV file. Raises ValueError when it is missing or lacks a column."""
    if not path.exists():
        raise ValueError(f"{path}: there is no such file")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(columns.split()) - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: columns are missing: {', '.join(sorted(missing))}")
        return [{name: value or "" for name, value in row.items() if name} for row in reader]
