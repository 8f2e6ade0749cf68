"""An index of the tests' own: made by the real indexer, asked by the real search."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from apiflask import APIFlask

from hotline.extensions import db
from kb.models import Article
from kb.search import answering, finding
from kb.search.indexer import Indexer
from kb.search.opening import Shelf

TODAY = date(2026, 11, 18)


@dataclass
class Held:
    """The index at one place, its writer and its reader."""

    app: APIFlask
    place: Path
    writer: Indexer
    reader: Shelf

    def turn(self) -> float:
        """One turn of the indexer."""
        wait = self.writer.turn()
        db.session.expire_all()
        return wait

    @property
    def generation(self) -> Path:
        """The generation that answers."""
        [found] = [one for one in self.place.iterdir() if one.name.startswith("g-")]
        return found

    @property
    def is_read(self) -> bool:
        """Whether questions are answered from it now."""
        self.reader.failed_at = -1e9
        return self.reader.current() is not None


def held(app: APIFlask, place: Path) -> Held:
    """An index at this place, still empty, that the application asks from now on."""
    reader = app.extensions[finding.SHELF] = Shelf(place)
    return Held(app, place, Indexer(app, place), reader)


def numbers(question: str, **given: Any) -> list[str]:
    """The numbers of the answers, best first."""
    found = answering.suggest(question, limit=given.pop("limit", 10), today=TODAY, **given)
    return [one.article.number for one in found]


def titles(question: str, **given: Any) -> list[str]:
    """The titles of the answers, best first."""
    found = answering.suggest(question, limit=given.pop("limit", 10), today=TODAY, **given)
    return [one.article.title for one in found]


def words(question: str, article: Article) -> list[str]:
    """The words by which a question found this article."""
    found = answering.suggest(question, limit=10, today=TODAY)
    return next(one.words for one in found if one.article.id == article.id)
