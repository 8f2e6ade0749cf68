"""The verbs of an article: add, edit, submit, publish, retire, and taking in a file's rows.

Decided here: what each verb changes and writes down. Not here: who may edit at all, and which
verb fits which state (`rules`). The surprise: editing a published article leaves it standing
and answers another row, the changed wording, which replaces it when somebody else publishes that.
`by` is a staff id.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from hotline import audit
from hotline.errors import Forbidden, Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.people import queries as people
from kb import index, queries, rules
from kb.models import Article
from kb.rules import Kind, State, Verb

WORDING = (
    "kind",
    "title",
    "body",
    "keywords",
    "category_code",
    "unit_id",
    "is_public",
    "valid_from",
    "valid_until",
    "source",
)


@dataclass(frozen=True)
class Wording:
    """What an article says, about what, for whom and how long; category and unit by code."""

    title: str
    body: str
    kind: Kind = Kind.QA
    keywords: str = ""
    category: str | None = None
    unit: str | None = None
    is_public: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""


def add(wording: Wording, *, by: int, now: datetime) -> Article:
    """Write a draft. Raises Invalid for an unknown category or unit."""
    article = _draft(_columns(wording), by=by, now=now)
    _note(article, "added", by, now)
    return article


def edit(
    number: str, wording: Wording, *, by: int, now: datetime, version: int | None = None
) -> Article:
    """Change the words; answers the row that holds them.

    A published article stays as it is and gets a changed wording beside it; a retired one
    becomes a draft again. Raises NotFound, Invalid, and Refused when the verb doesn't fit,
    when `version` is no longer the present one, or when a changed wording is there already.
    """
    article = _lock(number)
    state = _step(article, Verb.EDIT)
    if version is not None and version != article.version:
        raise Refused(
            "changed_meanwhile",
            "Somebody else has changed this article meanwhile. Load it again first.",
        )
    columns = _columns(wording)
    if state is State.PUBLISHED:
        return _reword(article, columns, by=by, now=now)
    _lay(article, columns)
    article.state, article.author_id, article.publisher_id = state, by, None
    article.version += 1
    article.updated_at = now
    _note(article, "edited", by, now)
    return article


def submit(number: str, *, by: int, now: datetime) -> Article:
    """Ask for publishing. Raises NotFound and Refused."""
    article = _lock(number)
    article.state, article.updated_at = _step(article, Verb.SUBMIT), now
    _note(article, "submitted", by, now)
    return article


def publish(number: str, *, by: int, now: datetime) -> Article:
    """Publish a submitted article; answers the one that now stands.

    Raises Forbidden for the author of the words (four eyes), NotFound and Refused.
    """
    article = _lock(number)
    state = _step(article, Verb.PUBLISH)
    if not rules.may_publish(article.author_id, by):
        raise Forbidden(
            "four_eyes", "Whoever wrote an article can't publish it; another person must."
        )
    if article.replaces_id is not None:
        article = _replace(article, now)
    article.state, article.publisher_id = state, by
    article.published_at = article.updated_at = now
    _note(article, "published", by, now)
    return article


def retire(number: str, *, by: int, now: datetime) -> Article:
    """Take an article out of use; answers it.

    A changed wording is given up instead: its row goes, the article it was for is answered.
    Raises NotFound and Refused, also while a changed wording of the article waits.
    """
    article = _lock(number)
    state = _step(article, Verb.RETIRE)
    if queries.wording_of(article.id) is not None:
        raise Refused(
            "wording_waits", "A changed wording of this article is being worked on already."
        )
    _note(article, "retired", by, now)
    article.state, article.updated_at = state, now
    if article.replaces_id is None:
        return article
    db.session.delete(article)
    return db.session.get_one(Article, article.replaces_id)


def take_in(wording: Wording, *, now: datetime) -> Article:
    """Publish a row of a file that the administrator vouches for; nobody of us wrote it.

    Raises Invalid for an unknown category or unit.
    """
    columns = _columns(wording)
    article = Article(
        state=State.PUBLISHED,
        updated_at=now,
        published_at=now,
        tokens=_index(columns),
        **columns,
    )
    db.session.add(article)
    db.session.flush()
    return article


def _lock(number: str) -> Article:
    """Lock the article and the one it is to replace, the older first."""
    if not rules.is_number(number):
        raise _unknown()
    replaced = select(Article.replaces_id).where(Article.number == number)
    rows = db.session.scalars(
        select(Article)
        .where(or_(Article.number == number, Article.id.in_(replaced)))
        .order_by(Article.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    article = next((row for row in rows if row.number == number), None)
    if article is None:
        raise _unknown()
    return article


def _unknown() -> NotFound:
    return NotFound("unknown_article", "There is no such article.", field="number")


def _step(article: Article, verb: Verb) -> State:
    state = rules.after(article.state, verb)
    if state is None:
        raise Refused("wrong_state", "The article's state does not allow this.")
    return state


def _columns(wording: Wording) -> dict[str, Any]:
    """The columns of a wording, its category and unit looked up."""
    unit = people.unit_by_code(wording.unit) if wording.unit else None
    if wording.unit and unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="unit")
    if wording.category and not queries.category_exists(wording.category):
        raise Invalid("unknown_category", "There is no such category.", field="category")
    columns = {name: getattr(wording, name, None) for name in WORDING}
    return columns | {"unit_id": unit and unit.id, "category_code": wording.category}


def _draft(columns: dict[str, Any], *, by: int, now: datetime, **more: Any) -> Article:
    article = Article(
        state=State.DRAFT, author_id=by, updated_at=now, tokens=_index(columns), **columns, **more
    )
    db.session.add(article)
    db.session.flush()
    return article


def _reword(article: Article, columns: dict[str, Any], *, by: int, now: datetime) -> Article:
    if queries.wording_of(article.id) is not None:
        raise Refused(
            "wording_waits", "A changed wording of this article is being worked on already."
        )
    wording = _draft(columns, by=by, now=now, replaces_id=article.id, version=article.version + 1)
    _note(wording, "reworded", by, now)
    return wording


def _replace(wording: Article, now: datetime) -> Article:
    """Lay a changed wording over the article it was made for, and take its own row away."""
    article = db.session.get_one(Article, wording.replaces_id)
    _lay(article, {name: getattr(wording, name) for name in WORDING})
    article.author_id, article.version = wording.author_id, wording.version
    article.publisher_id = None
    db.session.delete(wording)
    db.session.flush()
    return article


def _lay(article: Article, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(article, name, value)
    article.tokens = _index(columns)


def _index(columns: dict[str, Any]) -> Any:
    parts = {name: columns[name] for name in ("title", "keywords", "body")}
    return index.vector(**parts)


def _note(article: Article, verb: str, by: int, now: datetime) -> None:
    audit.record(
        f"staff:{by}",
        f"article_{verb}",
        f"article:{article.number}",
        at=now,
        version=article.version,
    )
