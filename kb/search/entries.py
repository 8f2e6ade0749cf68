"""Articles as the index takes them, read from the database; only what is published.

Decided here: what of an article is searched, and in which part of it. Not here: how it is cut
(`documents`). The terms of the house (units, categories, keywords, places) are read here too.
"""

from collections.abc import Collection, Generator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, select

from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets.models import Category
from kb import guide
from kb.models import Article
from kb.rules import State
from kb.search.documents import Entry

AT_ONCE: Final = 500
LONGEST_BODY: Final = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS: tuple[Any, ...] = (
    *(Article.id, Article.title, Article.questions, Article.keywords, Article.synonyms),
    *(Article.places, Article.guide, Article.body, Article.kind, Article.category_code),
    *(Article.document_number, Article.is_public, Article.valid_from, Article.valid_until),
    *(Article.published_at, Article.updated_at),
    Category.name.label("category"),
    Unit.name.label("unit"),
)


def stamp(at: datetime) -> int:
    """A moment in whole microseconds, to tell one state of an article from the next."""
    return round((at - _EPOCH).total_seconds() * 1_000_000)


def moment(stamp: int) -> datetime:
    """The moment of a stamp."""
    return _EPOCH + timedelta(microseconds=stamp)


def states() -> dict[int, int]:
    """Every published article and its stamp."""
    rows = db.session.execute(
        select(Article.id, Article.updated_at).where(Article.state == State.PUBLISHED)
    )
    return {key: stamp(at) for key, at in rows}


def changed(since: datetime) -> dict[int, int | None]:
    """Articles changed since then, with their stamps; None for one that is not published."""
    rows = db.session.execute(
        select(Article.id, Article.state, Article.updated_at).where(Article.updated_at >= since)
    )
    return {key: stamp(at) if state is State.PUBLISHED else None for key, state, at in rows}


def entries(ids: Collection[int]) -> list[Entry]:
    """These articles, as far as they are published."""
    rows = db.session.execute(_published().where(Article.id.in_(ids)))
    return [_entry(row) for row in rows]


def every() -> Generator[Entry, None, None]:
    """All published articles, read as they are asked for."""
    query = _published().execution_options(yield_per=AT_ONCE)
    with db.session.execute(query) as rows:
        for row in rows:
            yield _entry(row)


def house() -> list[str]:
    """Names and keywords of units and categories: the words of the house."""
    units = db.session.execute(select(Unit.name, Unit.keywords).order_by(Unit.id))
    leaves = db.session.execute(select(Category.name, Category.keywords).order_by(Category.code))
    return [text for row in (*units, *leaves) for text in row if text]


def spoken() -> list[str]:
    """Keywords, synonyms and places of the published articles, each wording once."""
    columns = (Article.keywords, Article.synonyms, Article.places)
    rows = db.session.execute(select(*columns).where(Article.state == State.PUBLISHED).distinct())
    return [text for row in rows for text in row if text]


def _published() -> Select[Any]:
    query: Select[Any] = select(*_COLUMNS)
    return (
        query.outerjoin(Category, Category.code == Article.category_code)
        .outerjoin(Unit, Unit.id == Article.unit_id)
        .where(Article.state == State.PUBLISHED)
    )


def _entry(row: Row[Any]) -> Entry:
    keys = (row.keywords, row.synonyms, row.places, row.document_number, row.category, row.unit)
    code = row.category_code or ""
    marks = {f"category:{code[:end]}" for end in range(1, len(code) + 1)}
    return Entry(
        id=row.id,
        title=row.title,
        questions=row.questions,
        keys="\n".join(filter(None, keys)),
        body=f"{guide.text(row.guide)}\n{row.body[:LONGEST_BODY]}",
        marks=frozenset(marks | {f"kind:{row.kind.value}"}),
        is_public=row.is_public,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        published=row.published_at.date().toordinal() if row.published_at else 0,
        stamp=stamp(row.updated_at),
    )
