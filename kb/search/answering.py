"""The best answers to a question, as rows: found in the index, checked in the database.

Decided here: that the database has the last word (published, in force, public), so that an index
that is behind never shows what it mustn't, and that it answers by itself while there is no index.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from kb import queries
from kb.models import Article
from kb.queries import Found, Wanted
from kb.search import finding, weighing
from kb.search.finding import IndexAway

SPARE: Final = 10
MISSED: Final = 3
"""So many more are looked at: use may lift them, and some may be gone already."""


def suggest(
    question: str,
    *,
    limit: int,
    today: date,
    public_only: bool = False,
    category: str | None = None,
) -> list[Found]:
    """The best answers in force, best first."""
    filters: dict[str, Any] = {"public_only": public_only, "category": category}
    try:
        found = finding.find(question, limit=limit + SPARE, today=today, **filters)
    except IndexAway:
        return queries.suggest(question, limit=limit, today=today, **filters)
    wanted = Wanted(today=today, is_public=True if public_only else None, category=category)
    lifted = weighing.boost([one.article_id for one in found])
    found = [replace(one, score=one.score * lifted[one.article_id]) for one in found]
    found.sort(key=lambda one: (-one.score, one.article_id))
    rows = queries.among([one.article_id for one in found[: limit + MISSED]], wanted)
    best = [one for one in found if one.article_id in rows][:limit]
    return [Found(rows[one.article_id], one.score, _words(one, rows)) for one in best]


def _words(one: finding.Found, rows: Mapping[int, Article]) -> list[str]:
    """The words to be shown as hits: those asked for, and what else they are called in there."""
    row = rows[one.article_id]
    text = f"{row.title}\n{row.body}".lower()
    return [*one.words, *(word for word in one.meant if word in text and word not in one.words)]
