"""The revisions of an article: kept at each publishing, compared, and taken back.

Decided here: that each publishing keeps exactly one, counted from one without a gap (the article
is locked while the next number is given, and the primary key says so once more), and that
restoring makes a changed wording like any other, for a second pair of eyes. Not here: how two
wordings are compared (`differences`).
"""

from datetime import datetime

from hotline.extensions import db
from kb import wording as words
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
