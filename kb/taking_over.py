"""Laying a row of a file over an article that is there, at once.

Decided here: that it takes somebody who vouches for the whole file, as for rows taken in: no
author of ours, no second pair of eyes, but a revision like any other. A changed wording that waits
beside the article is left to those who work on it, so then the row is refused.
"""

from datetime import datetime

from hotline.errors import Refused
from kb import days, laying, locking, queries, revisions, rules
from kb.models import Article
from kb.rules import Change, State
from kb.wording import Wording


def lay_over(number: str, wording: Wording, *, now: datetime) -> Article:
    """Give the article these words and publish them.

    Raises NotFound, Invalid for an unknown category or unit, Refused while a changed wording waits.
    """
    article = locking.lock(number)
    if queries.wording_of(article.id) is not None:
        raise Refused(
            "wording_waits", "A changed wording of this article is being worked on already."
        )
    laying.lay(article, laying.columns(wording, keeps=article) | {"publish_at": None})
    article.state, article.author_id, article.publisher_id = State.PUBLISHED, None, None
    article.version += 1
    article.revision += 1
    article.updated_at = article.published_at = now
    article.review_on = rules.next_review(wording.review_days, days.on(now))
    revisions.keep(article, Change.IMPORTED, wording, now=now)
    return article
