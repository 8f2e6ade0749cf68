"""Publishing what was approved for a time, when that time has come.

Decided here: that each article is published in a transaction of its own and looked at once more
with its lock held, so that an edit, a retirement or another clock that came first wins and this
does nothing. Not here: who may approve, and for when (`operations.publish`).
"""

from datetime import datetime

from sqlalchemy import select

from hotline import audit
from hotline.errors import Refused
from hotline.extensions import db
from kb import locking, operations
from kb.models import Article
from kb.rules import State

CLOCK = "clock"
MOST = 500


def due(now: datetime) -> list[str]:
    """The numbers of approved articles whose time has come, the longest waiting first."""
    query = select(Article.number).where(
        Article.state == State.SUBMITTED,
        Article.publisher_id.is_not(None),
        Article.publish_at <= now,
    )
    return list(db.session.scalars(query.order_by(Article.publish_at, Article.id).limit(MOST)))


def publish_one(number: str, *, now: datetime) -> Article | None:
    """Publish it as whoever approved it; None when that is no longer to be done."""
    try:
        article = locking.lock(number)
    except Refused:
        return None
    approver, moment = article.publisher_id, article.publish_at
    is_due = moment is not None and moment <= now
    if article.state is not State.SUBMITTED or approver is None or not is_due:
        return None
    article = operations.stand(article, publisher_id=approver, now=now)
    facts = {"version": article.version, "approved_by": approver}
    audit.record(CLOCK, "article_published", f"article:{article.number}", at=now, **facts)
    return article
