"""A file as an answer: as a download under a name, or a picture to look at, and nothing else.

The type is that of the kind, never one that came with it; no browser may guess another, keep a
copy in a shared cache, or run anything from it. Ranges are not answered.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import quote

import structlog
from flask import Response

from hotline.attachments import storage
from hotline.attachments.rules import MIME, Kind
from hotline.errors import NotFound

P = ParamSpec("P")
R = TypeVar("R")
CSP = {"default-src": "'none'", "frame-ancestors": "'none'", "sandbox": ""}

log = structlog.get_logger(__name__)


class Kept(Protocol):
    """A row that names a file in the storage: of a ticket, or of a room above."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def name(self) -> str: ...
    @property
    def stored_as(self) -> str: ...
    @property
    def thumbnail_as(self) -> str | None: ...


def sandboxed(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a route whose answer may load and run nothing at all."""
    cast("Any", view).talisman_view_options = {"content_security_policy": CSP}
    return view


def download(one: Kept) -> Response:
    """The file, to be saved. Raises NotFound."""
    answer = _answer(one, one.stored_as)
    plain = one.name.encode("ascii", "replace").decode().replace("?", "_")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(one.name, safe='')}"
    )
    return answer


def picture(one: Kept, *, is_small: bool = False) -> Response:
    """A picture, to be looked at, or its thumbnail. Raises NotFound for anything else."""
    if one.kind is not Kind.JPEG or one.thumbnail_as is None:
        raise missing()
    answer = _answer(one, one.thumbnail_as if is_small else one.stored_as)
    answer.headers["Content-Disposition"] = "inline"
    return answer


def missing() -> NotFound:
    """What is answered for a file that isn't there, or not for this viewer."""
    return NotFound("no_attachment", "There is no such file here.")


def _answer(one: Kept, name: str) -> Response:
    try:
        content = storage.get(name)
    except storage.Missing as error:
        log.error("attachments.missing", attachment=one.id)
        raise missing() from error
    answer = Response(content, mimetype=MIME[one.kind])
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Accept-Ranges"] = "none"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
