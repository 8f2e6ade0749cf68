"""Commands of the calls: the process that keeps them moving."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from hotline.calls import switchboard


@click.command("switchboard")
@with_appcontext
def run_switchboard() -> None:
    """Hand out calls and speak with the carrier until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    switchboard.run(app)
