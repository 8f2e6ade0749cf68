"""The revisions of an article: kept at each publishing, compared, and taken back.

Decided here: that each publishing keeps exactly one, counted from one without a gap (the article
is locked while the next number is given, and the primary key says so once more), and that
restoring makes a changed wording like any other, for a second pair of eyes. Not here: how two
wordings are compared (`differences`).
"""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload

from hotline.errors import NotFound
from hotline.extensions import db
from kb import differences, laying, queries
from kb import wording as words
from kb.differences import Difference
from kb.models import Article, Revision
from kb.rules import Change
from kb.wording import Wording


def keep(
    article: Article,
    change: Change,
    said: Wording,
    *,
    now: datetime,
    wording_id: int | None = None,
    restores: int | None = None,
) -> Revision:
    """Keep what the article says from now on as its revision of the present number."""
    kept = Revision(
        article_id=article.id,
        version=article.revision,
        kind_of_change=change,
        wording=words.as_json(said),
        restores=restores,
        wording_id=wording_id,
        author_id=article.author_id,
        publisher_id=article.publisher_id,
        at=now,
    )
    db.session.add(kept)
    return kept


def listed(number: str) -> list[Revision]:
    """All revisions of an article without their words, the newest first, with who made them."""
    query = _of(number).order_by(Revision.version.desc()).options(defer(Revision.wording))
    return list(db.session.scalars(query))


def one(number: str, version: int) -> Revision:
    """One revision with its words. Raises NotFound."""
    found = db.session.scalars(_of(number).where(Revision.version == version)).one_or_none()
    if found is None:
        raise NotFound("unknown_revision", "There is no such revision.", field="version")
    return found


def words_of(number: str, version: int) -> Wording:
    """What an article said in this revision. Raises NotFound."""
    return words.from_json(one(number, version).wording)


def difference(number: str, older: int, newer: int | None = None) -> list[Difference]:
    """What changed from one revision to another, or to what the article says now.

    The article may also be a changed wording that waits: then `older` is a revision of the
    article it is to replace. Raises NotFound.
    """
    article = queries.by_number(number)
    if article is None:
        raise NotFound("unknown_article", "There is no such article.", field="number")
    whose = article.replaces.number if article.replaces else number
    before = words_of(whose, older)
    after = laying.said_by(article) if newer is None else words_of(whose, newer)
    return differences.between(before, after)


def _of(number: str) -> Select[Revision]:
    names = joinedload(Revision.author), joinedload(Revision.publisher)
    mine = select(Article.id).where(Article.number == number).scalar_subquery()
    return select(Revision).where(Revision.article_id == mine).options(*names)
