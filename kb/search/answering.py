"""The best answers to a question, as rows: found in the index, checked in the database.

Decided here: that the database has the last word (published, in force, public), so that an index
that is behind never shows what it mustn't, and that it answers by itself while there is no index.
"""

from datetime import date

from kb import queries
from kb.queries import Found, Wanted
from kb.search import finding
from kb.search.finding import IndexAway


def suggest(
    question: str,
    *,
    limit: int,
    today: date,
    public_only: bool = False,
    category: str | None = None,
) -> list[Found]:
    """The best answers in force, best first."""
    try:
        found = finding.find(
            question, limit=limit, today=today, public_only=public_only, category=category
        )
    except IndexAway:
        return queries.suggest(
            question, limit=limit, today=today, public_only=public_only, category=category
        )
    wanted = Wanted(today=today, is_public=True if public_only else None, category=category)
    rows = queries.among([one.article_id for one in found], wanted)
    return [
        Found(rows[one.article_id], one.score, one.words) for one in found if one.article_id in rows
    ]
