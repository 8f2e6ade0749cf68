"""Commands of the knowledge index: the process that keeps it, and making it anew."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from kb.search import folder, indexer

kb_group = AppGroup("kb", help="The knowledge base's index on this host.")


@kb_group.command("index")
@with_appcontext
def run_index() -> None:
    """Keep the index of this host up to date until stopped."""
    indexer.run(_app())


@kb_group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Make the index anew; answers go on meanwhile."""
    place = folder.root(Path(current_app.extensions["config"].var_dir))
    with folder.hold(place) as is_ours:
        if not is_ours:
            folder.ask_to_rebuild(place)
            click.echo("the indexer of this host was asked to make it anew")
            return
        click.echo(f"{indexer.Indexer(_app(), place).rebuild()} articles indexed")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
