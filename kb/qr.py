"""The QR code of an article: its public address, as a picture for counters and posters.

Decided here: what the code says (the canonical address, under which citizens reach the portal)
and how much of it may be torn or dirty. Not here: who may have it. A code that hangs on a wall
can't be changed any more, so it holds the article's number and nothing that may change.
"""

from io import BytesIO
from typing import Any, Final

import segno
from flask import current_app, url_for

from kb.reading import Shown
from kb.rules import State

CORRECTION: Final = "q"
"""A quarter of the code may be unreadable."""
QUIET: Final = 4
PIXELS: Final = 16
PNG_TYPE, SVG_TYPE = "image/png", "image/svg+xml"


def canonical(endpoint: str, **values: Any) -> str:
    """A public page's one address, whatever way somebody came to it."""
    base: str = current_app.config["PUBLIC_BASE_URL"]
    return base.rstrip("/") + url_for(endpoint, **values)


def address(number: str) -> str:
    """The article's canonical public address."""
    return canonical("kb.answer", number=number)


def has_page(article: Shown) -> bool:
    """Whether citizens can open the article now."""
    return article.is_public and article.state is State.PUBLISHED and article.is_in_force


def code(number: str) -> segno.QRCode:
    """The code of the article's address."""
    return segno.make_qr(address(number), error=CORRECTION)


def svg(number: str) -> bytes:
    """The code as a drawing, which stays sharp at any size."""
    out = BytesIO()
    code(number).save(
        out, kind="svg", border=QUIET, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return out.getvalue()


def png(number: str) -> bytes:
    """The code as a picture, for word processors."""
    out = BytesIO()
    code(number).save(out, kind="png", border=QUIET, scale=PIXELS)
    return out.getvalue()
