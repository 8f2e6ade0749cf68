"""Looking up what a table's rows are compared with. Read-only."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hotline.extensions import db
from kb.models import Article
from kb.rules import State, is_number


def published_with_titles(titles: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Title → number and body of each published article of this title, the oldest first."""
    query = (
        select(Article.title, Article.number, Article.body)
        .where(Article.title.in_(list(titles)), Article.state == State.PUBLISHED)
        .order_by(Article.id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for title, number, body in db.session.execute(query):
        found.setdefault(title, []).append((number, body))
    return found


def of_numbers(numbers: Iterable[str]) -> dict[str, Article]:
    """The articles with these numbers, with their units; changed wordings are not among them."""
    wanted = [number for number in numbers if is_number(number)]
    query = select(Article).options(joinedload(Article.unit))
    rows = db.session.scalars(
        query.where(Article.number.in_(wanted), Article.replaces_id.is_(None))
    )
    return {one.number: one for one in rows}
