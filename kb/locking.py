"""Taking hold of an article before it is changed, and the step it then takes.

Decided here: that an article and the one it is to replace are locked together, the older first,
so that of several at once exactly one wins and the others read what it left; and what those are
told. Every operation on an article begins here.
"""

from sqlalchemy import exists, or_, select

from hotline.errors import Forbidden, NotFound, Refused
from hotline.extensions import db
from kb import rules
from kb.laying import Own
from kb.models import Article, Revision
from kb.rules import State, Verb


def lock(number: str, own: Own = None) -> Article:
    """Lock the article and the one it is to replace.

    Raises NotFound, also for another unit's unpublished article, Forbidden for another unit's
    published one, and Refused when the changed wording it was is published meanwhile.
    """
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
        raise _gone(number)
    if not rules.may_touch(article.unit_id, own):
        raise _not_theirs(article)
    return article


def step(article: Article, verb: Verb) -> State:
    """The state the verb leads to. Raises Refused when the state does not allow it."""
    state = rules.after(article.state, verb)
    if state is None:
        raise Refused("wrong_state", "The article's state does not allow this.")
    return state


def unchanged(article: Article, version: int | None) -> None:
    """Raise Refused when the words are not those of the version that was read."""
    if version is not None and version != article.version:
        raise changed()


def changed() -> Refused:
    """That what was read is no longer so."""
    return Refused(
        "changed_meanwhile",
        "Somebody else has changed this article meanwhile. Load it again first.",
    )


def _gone(number: str) -> Refused:
    was_published = exists().where(Revision.wording_id == int(number[1:]))
    if db.session.scalar(select(was_published)):
        return Refused(
            "published_meanwhile", "Somebody else has published this changed wording meanwhile."
        )
    return _unknown()


def _unknown() -> NotFound:
    return NotFound("unknown_article", "There is no such article.", field="number")


def _not_theirs(article: Article) -> Refused:
    if article.published_at is None:
        return _unknown()
    return Forbidden("not_your_unit", "This article belongs to another unit; its people keep it.")
