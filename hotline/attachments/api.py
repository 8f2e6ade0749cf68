"""This room's part of the JSON API: files come as multipart/form-data, and go as they are."""

from apiflask import APIBlueprint
from flask import Response
from flask.typing import ResponseReturnValue

from hotline import access
from hotline.access import Permission
from hotline.attachments import acting, looking, serving, uploads

api_bp = APIBlueprint("attachments_api", __name__, url_prefix="/api/v1", tag="Attachments")


@api_bp.post("/tickets/<number>/attachments")
@access.needs(Permission.ATTACH)
@uploads.accepted
def add(number: str) -> ResponseReturnValue:
    """Add files, as parts named `files`; with `for_unit` a confidential ticket's unit sees them."""
    return acting.add_by_api(number)


@api_bp.get("/tickets/<number>/attachments/<key>")
@access.needs(Permission.READ)
@serving.sandboxed
def file(number: str, key: str) -> Response:
    """One file."""
    return serving.download(looking.at(access.current(), number, key))
