"""Files on the ticket's page: add, mark for the unit, save, look at."""

from functools import partial
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from hotline import access
from hotline.access import Permission
from hotline.attachments import acting, looking, parts, serving, steps, uploads
from hotline.attachments.forms import MarkForm
from hotline.tickets.acting import on_page
from hotline.words import N_

bp = Blueprint("attachments", __name__, template_folder="templates")


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What other rooms' templates may ask for; nothing is read before they do."""
    return {"files_of_unit": parts.of_unit, "files_shown": parts.shown}


@bp.post("/tickets/<number>/attachments")
@access.needs(Permission.ATTACH)
@uploads.accepted
def add(number: str) -> ResponseReturnValue:
    """Add files to the ticket."""
    return acting.add_on_page(number, said=N_("The files were added."))


@bp.post("/tickets/<number>/attachments/<key>/mark")
@access.needs(Permission.DISPATCH)
def mark(number: str, key: str) -> ResponseReturnValue:
    """Let the unit of a confidential ticket see a file, or no longer."""
    said = N_("Done; it was written down.")
    return on_page(number, MarkForm, partial(steps.mark, key), name="mark", said=said)


@bp.get("/tickets/<number>/attachments/<key>")
@access.needs(Permission.READ)
@serving.sandboxed
def file(number: str, key: str) -> Response:
    """One file, to be saved."""
    return serving.download(looking.at(access.current(), number, key))


@bp.get("/tickets/<number>/attachments/<key>/picture")
@access.needs(Permission.READ)
@serving.sandboxed
def picture(number: str, key: str) -> Response:
    """A picture, to be looked at."""
    return serving.picture(looking.at(access.current(), number, key))


@bp.get("/tickets/<number>/attachments/<key>/thumbnail")
@access.needs(Permission.READ)
@serving.sandboxed
def thumbnail(number: str, key: str) -> Response:
    """A picture in small; none of a confidential ticket's, where each look leaves a trace."""
    return serving.picture(looking.at_small(access.current(), number, key), is_small=True)
