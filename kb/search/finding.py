"""Finding the articles that answer a question, in the index of this host.

Decided here: how many candidates are looked at, and what is left out (not in force, not public).
Raises IndexAway when there is nothing to ask; the caller asks the database instead. Whatever is
found is only a number: rows are loaded and checked by who shows them, for an index may be stale.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from flask import Flask, current_app
from tantivy import DocAddress, Occur, Query

from kb import ranking
from kb.search import asking, cutting, folder, spelling, weighing
from kb.search.asking import Question
from kb.search.opening import Opened, Shelf
from kb.search.weights import USUAL, Weights

CANDIDATES: Final = 50
SURE: Final = 0.5
LEAST_FIT: Final = 0.1
"""Scores are made larger by how well the best one's title fits, so that a threshold means much."""
SHELF: Final = "kb_index"


class IndexAway(Exception):
    """There is no index here now, or it can't be read."""


@dataclass(frozen=True)
class Wanted:
    """Which articles are wanted, on which day."""

    today: date
    limit: int
    public_only: bool = False
    category: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Found:
    """An article that may answer: its score, the words it was found by, and what they may mean."""

    article_id: int
    score: float
    words: list[str]
    fit: float = 0.0
    meant: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """What the index keeps of an article it has found."""

    article_id: int
    strength: float
    title: str
    keys: str
    size: int
    published: int


def find(
    question: str,
    *,
    limit: int,
    today: date,
    public_only: bool = False,
    category: str | None = None,
) -> list[Found]:
    """The articles that answer best, best first. Raises IndexAway."""
    wanted = Wanted(today, limit, public_only, category)
    shelf = shelf_of(current_app)
    opened = shelf.current()
    if opened is None:
        raise IndexAway
    try:
        return best(opened, question, wanted)
    except BaseException as error:  # the library panics on what it can't read
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        shelf.spoil(repr(error))
        raise IndexAway from error


def shelf_of(app: Flask) -> Shelf:
    """What this process holds of the index."""
    held = app.extensions
    if SHELF not in held:
        held.setdefault(SHELF, Shelf(folder.root(held["config"].var_dir)))
    shelf: Shelf = held[SHELF]
    return shelf


def best(opened: Opened, asked: str, wanted: Wanted, weights: Weights = USUAL) -> list[Found]:
    """The best answers in an open index."""
    taken = asking.question(asked, opened, weights)
    if taken.is_empty:
        return []
    query = asking.query(taken, opened, weights)
    found = _weighed(opened, taken, _candidates(opened, query, wanted), wanted, weights)
    if taken.is_short and (not found or found[0].fit < SURE):
        found = _second_thoughts(opened, taken, query, wanted, weights) or found
    scale = max(LEAST_FIT, found[0].fit) if found else 1.0
    return [replace(one, score=one.score * scale) for one in found[: wanted.limit]]


def _second_thoughts(
    opened: Opened, taken: Question, query: Query, wanted: Wanted, weights: Weights
) -> list[Found]:
    """What is found by what may have been meant, if it fits; else nothing."""
    more = asking.doubted(taken, opened, weights)
    if more is None:
        return []
    both = Query.boolean_query([(Occur.Should, query), (Occur.Should, more)])
    found = _weighed(opened, taken, _candidates(opened, both, wanted), wanted, weights)
    found.sort(key=lambda one: -one.fit)
    return found if found and found[0].fit >= SURE else []


def _weighed(
    opened: Opened, taken: Question, candidates: list[Candidate], wanted: Wanted, weights: Weights
) -> list[Found]:
    top = max((one.strength for one in candidates), default=0.0) or 1.0
    today = wanted.today.toordinal()
    meant = [other for others in taken.meant.values() for other in others]
    found = []
    for one in candidates:
        words = _words(opened, taken, one)
        fit = ranking.score(words, title=one.title, keywords=one.keys, rank=0.0)
        score = weighing.worth(
            fit=fit,
            strength=one.strength / top,
            size=one.size,
            weights=weights,
        )
        score += weighing.freshness(one.published, today, weights)
        found.append(Found(one.article_id, score, words, fit, meant))
    return sorted(found, key=lambda one: (-one.score, one.article_id))


def _words(opened: Opened, taken: Question, one: Candidate) -> list[str]:
    """The words by which it was found, as they stand in its title and keywords."""
    text = f"{one.title}\n{one.keys}"
    words = weighing.said(taken.telling, taken.meant, text)
    for sound in taken.sounds:
        heard = spelling.sounding_like(
            text, sound.syllables, opened.lexicon.signs, by_initials=sound.is_initials
        )
        if heard and heard not in words:
            return [word for word in words if cutting.is_han(word) and word in text] + [heard]
    return words


def _candidates(opened: Opened, query: Query, wanted: Wanted) -> list[Candidate]:
    """The first candidates that are wanted; looks further while too many are left out."""
    query = _filtered(opened, query, wanted)
    looked_at = enough = max(CANDIDATES, wanted.limit)
    everything = max(1, opened.searcher.num_docs)
    while True:
        hits = opened.searcher.search(query, min(looked_at, everything), count=False).hits
        kept = _kept(opened, hits, wanted)
        is_all = len(hits) < looked_at or looked_at >= everything
        if is_all or len(kept) >= wanted.limit:
            return _read(opened, kept[:enough])
        looked_at *= 8


def _filtered(opened: Opened, query: Query, wanted: Wanted) -> Query:
    marks = [f"category:{wanted.category}"] if wanted.category else []
    marks += [f"kind:{wanted.kind}"] if wanted.kind else []
    if not marks:
        return query
    must = [
        Query.const_score_query(Query.term_query(opened.schema, "marks", one, "basic"), 0.0)
        for one in marks
    ]
    return Query.boolean_query([(Occur.Must, one) for one in (*must, query)])


def _kept(
    opened: Opened, hits: Iterable[tuple[float, DocAddress]], wanted: Wanted
) -> list[tuple[float, DocAddress]]:
    hits = list(hits)
    at, today = [address for _, address in hits], wanted.today.toordinal()
    starts, ends, public = (
        opened.searcher.fast_field_values(name, at) for name in ("starts", "ends", "is_public")
    )
    return [
        hit
        for hit, start, end, is_public in zip(hits, starts, ends, public, strict=True)
        if (start or 0) <= today <= (end or 0) and (is_public or not wanted.public_only)
    ]


def _read(opened: Opened, hits: list[tuple[float, DocAddress]]) -> list[Candidate]:
    at = [address for _, address in hits]
    ids, sizes, days = (
        opened.searcher.fast_field_values(name, at) for name in ("article", "size", "published")
    )
    found = []
    for (strength, address), key, size, day in zip(hits, ids, sizes, days, strict=True):
        card = opened.searcher.doc(address).get_first("card")
        title, _, keys = bytes(card or b"").decode().partition("\x00")
        found.append(Candidate(int(key or 0), strength, title, keys, int(size or 0), int(day or 0)))
    return found
