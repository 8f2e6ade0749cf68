"""The knowledge base's command: import of articles."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from hotline import clock
from kb import importing


@click.command("import-kb")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Lay rows over the articles whose numbers they bear.")
@with_appcontext
def import_kb(file: Path, *, replace: bool) -> None:
    """Make published articles of FILE's rows; bad rows are listed, exit 1.

    FILE is CSV (may be gzipped) or XLSX with any number of rows, as the page takes them out.
    """
    report = importing.import_file(file, now=clock.now(), may_replace=replace)
    for bad in report.bad:
        said = (f"{name}: {words}" if name else words for name, words in bad.faults.items())
        click.echo(f"line {bad.line}: {'; '.join(said)}", err=True)
    made = f"{report.made} articles made, {report.changed} replaced, {report.known} known already"
    click.echo(f"{made}, {len(report.bad)} bad")
    if report.bad:
        sys.exit(1)
