"""Commands of the ground: the long-running processes, and the counters' proof."""

import sys

import click
from apiflask import APIFlask
from flask import Flask, current_app
from flask.cli import with_appcontext

from hotline import counters, jobs, relay, scheduler
from hotline.extensions import db


def register(app: APIFlask) -> None:
    """Add the commands to the `flask` command line."""
    for command in (run_relay, run_worker, run_clock, prove):
        app.cli.add_command(command)


@click.command("relay")
@with_appcontext
def run_relay() -> None:
    """Hand facts to their readers until stopped."""
    relay.run(_app())


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Do jobs until stopped."""
    jobs.work(_app())


@click.command("clock")
@with_appcontext
def run_clock() -> None:
    """Enqueue what is due until stopped."""
    scheduler.run(_app(), current_app.extensions["schedule"])


@click.command("prove-counters")
@with_appcontext
def prove() -> None:
    """Fold the counters and compare each with the truth; exit code 1 on a difference."""
    counters.fold()
    db.session.commit()
    wrong = counters.prove(current_app.extensions["truths"])
    for sentence in wrong:
        click.echo(sentence)
    if wrong:
        sys.exit(1)
    click.echo("Every counter equals its truth.")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
