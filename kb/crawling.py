"""What search engines are told: which pages there are, and which are none of theirs.

A sitemap holds the answers of ten thousand successive numbers, so that each stays small and cheap
however many articles there are, and none moves to another when one comes or goes.
"""

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort
from sqlalchemy import func, select

from hotline import access
from hotline.extensions import db
from kb import days, qr, queries, reading
from kb.models import Article
from kb.queries import Wanted

PART: Final = 10_000
SCHEMA: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
KEPT_AWAY: Final = ("/rate/", "/report/received/", "/track/", "/webhooks/", "/api/", "/login")
MAX_AGE: Final = 3600

bp = Blueprint("crawling", __name__)


@bp.get("/robots.txt")
@access.public
def robots() -> Response:
    """Where the list of pages is, and what nobody needs to find."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_AWAY)]
    lines.append(f"Sitemap: {qr.canonical('crawling.index')}")
    return _kept(Response("\n".join(lines) + "\n", mimetype="text/plain"))


@bp.get("/sitemap.xml")
@access.public
def index() -> Response:
    """The list of lists."""
    last = db.session.scalar(select(func.max(Article.id))) or 0
    parts = range(last // PART + 1)
    entries = (_entry("sitemap", qr.canonical("crawling.part", part=one)) for one in parts)
    return _xml("sitemapindex", entries)


@bp.get("/sitemaps/<int:part>.xml")
@access.public
def part(part: int) -> Response:
    """The public answers of ten thousand numbers, and with the first the pages above them."""
    first, most = part * PART, db.session.scalar(select(func.max(Article.id))) or 0
    if part and first > most:
        abort(404)
    public = Wanted(is_public=True, today=reading.today())
    query = select(Article.number, Article.updated_at).where(
        Article.id >= first, Article.id < first + PART, *queries.conditions(public)
    )
    rows = db.session.execute(query.order_by(Article.id)).all()
    above = [] if part else [qr.canonical("portal.home"), qr.canonical("kb.answers")]
    entries = [_entry("url", address) for address in above]
    entries += [_entry("url", qr.address(number), str(days.on(at))) for number, at in rows]
    return _xml("urlset", iter(entries))


def _entry(name: str, address: str, changed_on: str = "") -> str:
    changed = f"<lastmod>{changed_on}</lastmod>" if changed_on else ""
    return f"<{name}><loc>{escape(address)}</loc>{changed}</{name}>"


def _xml(root: str, entries: Iterator[str]) -> Response:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{SCHEMA}">', *entries]
    return _kept(Response("\n".join([*lines, f"</{root}>"]), mimetype="application/xml"))


def _kept(answer: Response) -> Response:
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    return answer
