"""How hits are put in order once the index has found them.

Decided here: what the words in a title and the length of an article are worth beside the
index's own measure, what freshness adds, and how far use may lift or lower an article. Not here:
what is looked for (`asking`).
"""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import select

from hotline.extensions import db
from kb.search.weights import Weights
from kb.use.models import Count

FRESH_DAYS: Final = 180.0
USUAL_SIZE: Final = 200.0
DOUBT: Final = 8.0
FARTHEST: Final = 0.15
"""Use moves a score by this share of it at most: what fits better stays above what is popular."""


def worth(*, fit: float, strength: float, size: int, weights: Weights) -> float:
    """How well an article answers: the index's measure as a share of the best one's, how well
    its title and keywords fit (`ranking.score`), and its length.
    """
    length = math.log1p(size / USUAL_SIZE)
    return weights.strength * strength + weights.fit * fit - weights.length * length


def freshness(published: int, today: int, weights: Weights) -> float:
    """What an article gains by its youth; half of it is gone after half a year."""
    if published <= 0:
        return 0.0
    return float(weights.fresh * 0.5 ** (max(0, today - published) / FRESH_DAYS))


def said(words: Sequence[str], meant: Mapping[str, Sequence[str]], text: str) -> list[str]:
    """The words, each that does not stand in `text` replaced by one of its synonyms that does."""
    found: dict[str, None] = {}
    for word in words:
        others = (other for key, group in meant.items() if word in key for other in group)
        stand_in = word if word in text else next((one for one in others if one in text), word)
        found[stand_in] = None
    return list(found)


def boost(article_ids: Collection[int]) -> Mapping[int, float]:
    """By which factor use lifts or lowers articles; 1 for those that nothing is known of."""
    if not article_ids:
        return {}
    rows = db.session.execute(
        select(
            Count.article_id,
            Count.inserted + Count.texted + Count.answered + Count.helpful,
            Count.unhelpful + 2 * Count.complained,
        ).where(Count.article_id.in_(article_ids))
    )
    known = {key: factor(good, bad) for key, good, bad in rows}
    return dict.fromkeys(article_ids, 1.0) | known


def factor(good: int, bad: int) -> float:
    """1 when as many were helped as were not; a few uses say little."""
    return 1.0 + FARTHEST * (good - bad) / (good + bad + DOUBT)
