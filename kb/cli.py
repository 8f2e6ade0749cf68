"""The knowledge base's command: import of articles."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from hotline import clock
from kb import importing


@click.command("import-kb")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_kb(file: Path) -> None:
    """Make published articles of FILE's rows (CSV, may be gzipped); bad rows are listed, exit 1."""
    report = importing.import_file(file, now=clock.now())
    for bad in report.bad:
        click.echo(f"line {bad.line}: {bad.reason}", err=True)
    click.echo(f"{report.made} articles made, {report.known} known already, {len(report.bad)} bad")
    if report.bad:
        sys.exit(1)
