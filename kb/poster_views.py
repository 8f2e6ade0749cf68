"""The QR code of an article, as a drawing, as a picture, and on a sheet to hang up."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from hotline import access, clock
from hotline.access import Permission
from hotline.errors import Refused
from kb import linked_data, markup, qr, reading
from kb.reading import Shown

bp = Blueprint("kb_posters", __name__, template_folder="templates")


@bp.get("/kb/<number>/qr.svg")
@access.needs(Permission.READ_KNOWLEDGE)
def drawing(number: str) -> Response:
    """The code as a drawing."""
    return _file(_with_page(number).number, "svg")


@bp.get("/kb/<number>/qr.png")
@access.needs(Permission.READ_KNOWLEDGE)
def picture(number: str) -> Response:
    """The code as a picture."""
    return _file(_with_page(number).number, "png")


@bp.get("/kb/<number>/poster")
@access.needs(Permission.READ_KNOWLEDGE)
def poster(number: str) -> ResponseReturnValue:
    """A sheet for a counter or a wall."""
    article = _with_page(number)
    return render_template(
        "kb/poster.html",
        article=article,
        address=qr.address(number),
        beginning=linked_data.description(markup.plain(article.body)),
        now=clock.now(),
    )


def _with_page(number: str) -> Shown:
    """The article, if citizens can open it. Raises NotFound, Refused."""
    article = reading.article(access.current(), number)
    if not qr.has_page(article):
        raise Refused(
            "no_public_page",
            "Citizens can't open this article now, so no code may lead to it.",
        )
    return article


def _file(number: str, ending: str) -> Response:
    draw, mimetype = (qr.svg, qr.SVG_TYPE) if ending == "svg" else (qr.png, qr.PNG_TYPE)
    answer = Response(draw(number), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'inline; filename="{number}.{ending}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
