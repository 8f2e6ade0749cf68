"""How text is cut for the index and for questions: words, and characters beside them.

Decided here: what counts as the same (width, case, traditional and simplified), which words the
cutter knows beside its own, and the bounds. Words find what is meant, pairs of characters what
no dictionary knows; the index keeps both. Not here: which text is indexed (`documents`), and
how much each kind of hit weighs (`weights`). The surprise: pairs are made of the folded text by
the index itself, so `spaced` and `pairs` must leave out the same characters.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

import rjieba
from opencc import OpenCC

LONGEST_TEXT: Final = 60_000
HEEDS_UNKNOWN: Final = True
SHORTEST_TERM, LONGEST_TERM = 2, 16

_RUN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\W_]+")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LATIN = re.compile(r"[a-z]")


def folded(text: str) -> str:
    """The text as it is compared: simplified, half-width, small; what no index stores goes."""
    storable = text[:LONGEST_TEXT].encode("utf-8", "ignore").decode()
    if storable.isascii():
        return storable.lower()
    if not unicodedata.is_normalized("NFKC", storable):
        storable = unicodedata.normalize("NFKC", storable)
    return str(_simplifier().convert(storable.lower()))


def spaced(text: str) -> str:
    """Folded text with a blank for whatever is no letter and no digit."""
    return _GAP.sub(" ", text).strip()


def pairs(text: str) -> list[str]:
    """The characters of folded text and each two that stand together; no lone Latin letters."""
    found: list[str] = []
    for run in _RUN.findall(text):
        found += (one for one in run if not _LATIN.match(one))
        found += (run[at : at + 2] for at in range(len(run) - 1))
    return found


def is_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


def is_term(word: str) -> bool:
    """Whether the cutter should be taught this word: Chinese, neither too short nor too long."""
    return SHORTEST_TERM <= len(word) <= LONGEST_TERM and all(map(_HAN.match, word))


class Cutter:
    """Cuts folded text into words; knows the given terms of the house beside its own words."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        self._jieba = rjieba.Jieba()
        for term in terms:
            self._jieba.add_word(term, None, None)

    def words(self, text: str) -> list[str]:
        """The words of `spaced` text, long ones after the shorter ones inside them."""
        return [word for word in self._jieba.cut_for_search(text, HEEDS_UNKNOWN) if word != " "]

    def joined(self, text: str) -> str:
        """The same, joined by blanks, as the index takes them."""
        return " ".join(self._jieba.cut_for_search(text, HEEDS_UNKNOWN))

    def pieces(self, text: str) -> list[str]:
        """The text in pieces that do not overlap, everything in it."""
        return list(self._jieba.cut(text, HEEDS_UNKNOWN))


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
