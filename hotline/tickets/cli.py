"""Commands about tickets: import of history, and the check of every chain."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from hotline.tickets import audit, importing

audit_group = AppGroup("audit", help="Check what must never change.")


@audit_group.command("verify")
@with_appcontext
def verify() -> None:
    """Check every ticket's history; exit code 1 when a chain is broken."""
    report = audit.verify_all()
    for fault in report.faults:
        click.echo(fault)
    click.echo(f"{report.tickets} tickets, {report.events} events, {len(report.faults)} faults")
    if report.faults:
        sys.exit(1)


@click.command("import-tickets")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--with-clocks", is_flag=True, help="Let the clocks run, as for new tickets.")
@with_appcontext
def import_tickets(file: Path, with_clocks: bool) -> None:  # noqa: FBT001  click passes it so
    """Make tickets of FILE's rows (CSV, may be gzipped); bad rows are listed, exit code 1."""
    report = importing.import_file(file, with_clocks=with_clocks)
    for bad in report.bad:
        click.echo(f"line {bad.line}: {bad.reason}", err=True)
    click.echo(f"{report.made} tickets made, {report.known} known already, {len(report.bad)} bad")
    if report.bad:
        sys.exit(1)
