"""Pictures and documents of articles: given while somebody writes, and handed out.

Staff have a file by its key, which stands only in words that they may read and can't be guessed.
Citizens have it through the article that names it, as long as they may read that.
"""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.attachments import serving, uploads
from hotline.attachments.rules import Kind
from hotline.errors import Refused
from kb import files, markup, reading
from kb.file_models import ArticleFile

bp = Blueprint("kb_files", __name__)


@bp.post("/kb/files")
@access.needs(Permission.WRITE_OWN_KNOWLEDGE)
@uploads.accepted
def add() -> ResponseReturnValue:
    """Keep files that are chosen while somebody writes; answers the Markdown that shows them."""
    by = access.current().staff_id

    def work() -> http.Answer:
        made = files.keep(given, by=by, now=clock.now())
        return http.ok({"markdown": [files.naming(one) for one in made]}, 201)

    try:
        given = uploads.read()
        return http.write(work)
    except Refused as error:
        return jsonify(error=fields.said(error)), error.status


@bp.get("/kb/files/<key>")
@access.needs(Permission.READ_KNOWLEDGE)
@serving.sandboxed
def file(key: str) -> Response:
    """A file for staff."""
    return _handed_out(key)


@bp.get("/answers/<number>/files/<key>")
@access.public
@serving.sandboxed
def public_file(number: str, key: str) -> Response:
    """A file of a public answer."""
    if key not in markup.files_in(reading.public_article(number).body):
        raise serving.missing()
    return _handed_out(key)


def _handed_out(key: str) -> Response:
    """A picture to be looked at, anything else to be saved. Raises NotFound."""
    one: ArticleFile | None = files.by_key(key)
    if one is None:
        raise serving.missing()
    return serving.picture(one) if one.kind is Kind.JPEG else serving.download(one)
