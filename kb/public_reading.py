"""One answer for citizens: as it stands, or that it no longer does.

Decided here: that the page of an answer which was public once stays an address that is answered:
a code on a wall leads there for years. Out of use or expired, it says so and shows the way on;
anything else that citizens may not read is not there at all.
"""

from dataclasses import dataclass

from hotline.errors import NotFound
from kb import queries, reading, shelves
from kb.reading import Shown
from kb.rules import State


@dataclass(frozen=True)
class Standing:
    """An answer and where it stands among the categories; `is_over` when it no longer holds."""

    article: Shown
    trail: list[tuple[str, str]]
    is_over: bool


def standing(number: str) -> Standing:
    """The answer of this number. Raises NotFound."""
    row = queries.by_number(number)
    if row is None or not row.is_public or row.published_at is None:
        raise _unknown()
    article = reading.shown(row)
    is_expired = row.valid_until is not None and row.valid_until < reading.today()
    is_over = row.state is State.RETIRED or (row.state is State.PUBLISHED and is_expired)
    if not is_over and not (row.state is State.PUBLISHED and article.is_in_force):
        raise _unknown()
    category = article.category[0] if article.category else None
    return Standing(article, [] if is_over else shelves.trail(category), is_over)


def _unknown() -> NotFound:
    return NotFound("unknown_article", "There is no such article.", field="number")
