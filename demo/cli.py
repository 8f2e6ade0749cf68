"""`flask seed`: a directory to begin with, and a demo to try everything out with."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from demo import (
    articles,
    below,
    calls,
    courses,
    directory,
    extras,
    notices,
    people,
    stories,
    tickets,
)
from demo.handing import Unfinished, without_pauses
from demo.tickets import Stage
from demo.whole import as_one
from hotline import clock
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import queries

REFUSED = "The demo's passwords are known to everybody: it is not made with HOTLINE_ENV=production."
NOTHING_DONE = "There are people already, nothing was done."


@click.command("seed")
@click.option("--demo", "is_demo", is_flag=True, help="Add logins, tickets and articles as well.")
@click.option("--if-empty", "is_if_empty", is_flag=True, help="Do nothing when there are people.")
@with_appcontext
def seed(is_demo: bool, is_if_empty: bool) -> None:  # noqa: FBT001  click passes them so
    """Load 86 units, the subject tree and the calendar; with --demo, logins and tickets too.

    All or nothing. The units are composed from the city's institutions, not the official list.
    """
    if is_demo and current_app.config["IS_PRODUCTION"]:
        raise click.ClickException(REFUSED)
    try:
        with as_one(), without_pauses():
            if is_if_empty and db.session.scalar(select(Staff.id).limit(1)) is not None:
                click.echo(NOTHING_DONE)
                return
            for line in [*directory.seed(clock.now()), *(_demo() if is_demo else [])]:
                click.echo(line)
    except (Refused, ValueError, Unfinished) as wrong:
        raise click.ClickException(f"Nothing was done: {wrong}") from wrong


def _demo() -> list[str]:
    """Logins, articles and tickets; answers a line for each."""
    now = clock.now()
    below_them = below.seed(now)
    cast = people.seed(now)
    author, publisher = cast["editor1"].staff_id, cast["editor2"].staff_id
    published = articles.seed(now, author, publisher)
    numbers = {path.stem: one.number for path, one in zip(articles.files(), published, strict=True)}
    announced = notices.seed(cast, now, queries.rulebook())
    extras.rules(cast, now)
    told = [*stories.stories(), *courses.stories()]
    stage = Stage(cast, queries.rulebook(), now, numbers)
    made = tickets.play(told, stage)
    beside = extras.seed(cast, stage.made, now, stage.book.calendar)
    on_the_phone = calls.seed(cast, now, stage.book.calendar.zone)
    return [
        f"{below_them} sub-units",
        f"{len(cast)} logins, password {people.PASSWORD}",
        f"{len(published)} articles",
        f"{announced} notices",
        f"{made} tickets",
        beside,
        on_the_phone,
    ]
