"""Words of Chinese text, for PostgreSQL's full text search.

Decided here: how text is cut into words, what is searchable, and the bounds that keep
PostgreSQL from refusing a text. Not here: which text is searched, and how hits are ranked.
The surprise: cutting depends on the context, so a word alone may be cut further than it was in
its sentence; `for_index` adds those parts, and so every word that was indexed is found again.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Final

import rjieba

LONGEST_TEXT: Final = 200_000
LONGEST_QUERY: Final = 500
LONGEST_WORD: Final = 64
MOST_WORDS: Final = 16_000
MOST_QUERY_WORDS: Final = 40
MOST_BYTES: Final = 600_000
LEXEME_OVERHEAD: Final = 8

_RUN = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of `text` in search mode: long words with the shorter ones inside them.

    Full-width becomes half-width, capitals become small; punctuation, blanks and what no
    database stores (NUL, lone surrogates) fall away, numbers stay. A word is at most 64
    characters, a text at most 200,000; never raises.
    """
    found: list[str] = []
    for piece in rjieba.cut_for_search(_folded(text[:LONGEST_TEXT])):
        found += (run[:LONGEST_WORD] for run in _RUN.findall(piece))
    return found


def for_index(text: str) -> str:
    """Words joined by blanks, for `to_tsvector('simple', …)`; always within its limits."""
    found = words(text)
    seen = set(found)
    parts = dict.fromkeys(part for word in dict.fromkeys(found) for part in words(word))
    return " ".join(_bounded([*found, *(part for part in parts if part not in seen)]))


def for_query(text: str) -> str:
    """A query for `to_tsquery('simple', …)` that wants all words; "" when there is none.

    Words are letters and digits only and stand in quotes, so nothing in `text` acts as an
    operator. The first 40 words of the first 500 characters count.
    """
    return _joined(" & ", words(text[:LONGEST_QUERY]))


def any_of(found: Iterable[str]) -> str:
    """A query for `to_tsquery('simple', …)` that wants any of these words; "" without one."""
    return _joined(" | ", (run for word in found for run in words(word[:LONGEST_QUERY])))


def _joined(operator: str, found: Iterable[str]) -> str:
    return operator.join(f"'{word}'" for word in islice(dict.fromkeys(found), MOST_QUERY_WORDS))


def _folded(text: str) -> str:
    storable = text.encode("utf-8", "ignore").decode()
    lowered = unicodedata.normalize("NFKC", storable).lower()
    folded = unicodedata.normalize("NFKC", lowered)
    # Under some locales PostgreSQL takes the numerals of category No for blanks: so do we.
    return "".join(" " if unicodedata.category(one) == "No" else one for one in folded)


def _bounded(found: Iterable[str]) -> Iterable[str]:
    """As many words as a tsvector surely holds: by count and by bytes."""
    room = MOST_BYTES
    for word in islice(found, MOST_WORDS):
        room -= len(word.encode()) + LEXEME_OVERHEAD
        if room < 0:
            return
        yield word
