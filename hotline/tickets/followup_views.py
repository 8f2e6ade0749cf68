"""The page of what the hotline must not lose sight of."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import access, clock
from hotline.access import Permission
from hotline.errors import Forbidden, MadeUp
from hotline.people import queries as people
from hotline.tickets import followups
from hotline.tickets.followups import Shelf

bp = Blueprint("followups", __name__)


@bp.get("/follow-ups")
@access.needs(Permission.FOLLOW)
def page() -> ResponseReturnValue:
    """One list at a time: services, questions, objections, late entries."""
    shelves = followups.shelves(access.current())
    if not shelves:
        raise Forbidden(
            "forbidden", "Your role does not allow this: ask a colleague whose role does."
        )
    name = request.args.get("tab") or shelves[0].name
    shelf = next((one for one in shelves if one.name == name), None)
    if shelf is None:
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="tab")
    return _page(shelf, shelves)


@bp.get("/console/acceptances")
@access.needs(Permission.SORT)
def acceptances() -> ResponseReturnValue:
    """The services that are waited for, beside the operator's queue; a fragment."""
    viewer, now = access.current(), clock.now()
    found = followups.on_shelf(viewer, "services", now)
    return render_template("tickets/_acceptances.html", items=found)


def _page(shelf: Shelf, shelves: list[Shelf]) -> str:
    viewer, now = access.current(), clock.now()
    counts, items = followups.counts(viewer, now), followups.on_shelf(viewer, shelf.name, now)
    actors = {one.about for one in items if one.about.startswith("staff:")}
    crew = people.who_are({int(one.partition(":")[2]) for one in actors})
    return render_template(
        "tickets/followups.html",
        shelf=shelf,
        items=items,
        crew={f"staff:{key}": who.name for key, who in crew.items()},
        tally=followups.tally(now) if shelf.name == "objections" else None,
        tabs=[
            (
                url_for("followups.page", tab=one.name),
                gettext(one.title),
                one is shelf,
                counts.get(one.name),
            )
            for one in shelves
        ],
    )
