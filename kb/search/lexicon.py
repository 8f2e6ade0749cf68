"""The words a generation was cut with: kept beside it, so that questions are cut alike.

Decided here: which words of the house the cutter is taught. Not here: how it cuts (`cutting`).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.search import cutting, folder, readings, synonyms
from kb.search.cutting import Cutter

MOST_TERMS: Final = 50_000
_APART = re.compile(r"[\s|,，、;；/()（）]+")


@dataclass(frozen=True)
class Lexicon:
    """Terms that the cutter knows, and how single characters are read."""

    terms: tuple[str, ...]
    signs: Mapping[str, str]

    def cutter(self) -> Cutter:
        """A cutter that knows the terms."""
        return Cutter(self.terms)


def terms(spoken: Iterable[str]) -> tuple[str, ...]:
    """The terms in names, keywords and the like, and all words of the synonyms, in order."""
    found = {
        word
        for text in (*spoken, *synonyms.usual().words)
        for word in _APART.split(cutting.folded(text))
        if cutting.is_term(word)
    }
    return tuple(sorted(found)[:MOST_TERMS])


def made(words: tuple[str, ...]) -> Lexicon:
    """A lexicon with these terms and the readings of today's library."""
    return Lexicon(words, readings.of_signs())


def digest(words: Iterable[str]) -> str:
    """Tells one list of terms from another."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def write(generation: Path, lexicon: Lexicon, house: str) -> None:
    """Keep a lexicon beside its generation; `house` tells from which names it was made."""
    content = {"terms": lexicon.terms, "signs": dict(lexicon.signs), "house": house}
    text = json.dumps(content, ensure_ascii=False)
    (generation / folder.LEXICON).write_text(text, encoding="utf-8")


def read(generation: Path) -> tuple[Lexicon, str]:
    """The lexicon of a generation, and what its house was. Raises OSError, ValueError, KeyError."""
    content = json.loads((generation / folder.LEXICON).read_text(encoding="utf-8"))
    return Lexicon(tuple(content["terms"]), content["signs"]), content["house"]
