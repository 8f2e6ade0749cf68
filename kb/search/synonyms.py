"""Words that mean the same to whoever asks: groups, a line each, from a file of the house.

Decided here: that any word of a group stands for all others of it, one step and no further, so
that groups may overlap or go in circles without doing harm. Pure but for reading the file.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from kb.search import cutting

FILE: Final = Path(__file__).with_name("synonyms.txt")
MOST: Final = 8


class Synonyms:
    """Groups of words, found again in a question."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        others: dict[str, dict[str, None]] = {}
        for group in groups:
            words = [cutting.folded(word) for word in group]
            for word in words:
                others.setdefault(word, {}).update(dict.fromkeys(words))
        self._others = {
            word: [one for one in group if one != word][:MOST] for word, group in others.items()
        }
        longest_first = sorted(filter(None, self._others), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @property
    def words(self) -> list[str]:
        """Every word of every group."""
        return list(self._others)

    def of(self, text: str) -> dict[str, list[str]]:
        """Each known word that stands in folded `text`, the longest where several do → others."""
        return {word: self._others[word] for word in dict.fromkeys(self._pattern.findall(text))}


def read(text: str) -> list[list[str]]:
    """The groups of a file: words apart by blanks, `#` begins a remark."""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return [words for words in lines if len(words) > 1]


@cache
def usual() -> Synonyms:
    """The house's own groups."""
    return Synonyms(read(FILE.read_text(encoding="utf-8")))
