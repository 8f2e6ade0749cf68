"""How hits are put in order once the index has found them.

Decided here: what the words in a title and the length of an article are worth beside the
index's own measure, what freshness adds, and how far use may lift or lower an article. Not here:
what is looked for (`asking`).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kb import ranking
from kb.search.weights import Weights

FRESH_DAYS: Final = 180.0
USUAL_SIZE: Final = 200.0


def worth(
    words: Sequence[str], *, title: str, keys: str, strength: float, size: int, weights: Weights
) -> float:
    """How well an article fits; `strength` is the index's measure as a share of the best one."""
    fit = ranking.score(words, title=title, keywords=keys, rank=0.0)
    length = math.log1p(size / USUAL_SIZE)
    return weights.strength * strength + weights.fit * fit - weights.length * length


def freshness(published: int, today: int, weights: Weights) -> float:
    """What an article gains by its youth; half of it is gone after half a year."""
    if published <= 0:
        return 0.0
    return float(weights.fresh * 0.5 ** (max(0, today - published) / FRESH_DAYS))


def boost(article_ids: Iterable[int]) -> Mapping[int, float]:
    """How far use lifts or lowers articles; 1 for those that nothing is known of."""
    return dict.fromkeys(article_ids, 1.0)
