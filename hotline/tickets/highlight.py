"""Showing where the words of a search stand in a text; pure.

Decided here: how a text is cut around the first of the words, and that each is marked. What is
not ours is escaped, whatever stands in text or search.
"""

import re
from typing import Final

from markupsafe import Markup, escape

from hotline import tokens

AROUND: Final = 24
LONGEST: Final = 90
CUT: Final = "…"


class Highlight:
    """The words of one search, ready to be marked in many texts."""

    def __init__(self, searched: str | None) -> None:
        found = sorted(set(tokens.words(searched or "")), key=len, reverse=True)
        self._words = re.compile("|".join(map(re.escape, found)), re.I) if found else None

    def mark(self, text: str) -> Markup:
        """The text with every word of the search marked."""
        if self._words is None:
            return escape(text)
        made, last = Markup(""), 0
        for match in self._words.finditer(text):
            made += escape(text[last : match.start()])
            made += Markup("<mark>{}</mark>").format(match.group())
            last = match.end()
        return made + escape(text[last:])

    def excerpt(self, text: str) -> Markup:
        """A line of the text around the first word of the search, marked; "" when there is none."""
        first = self._words.search(text) if self._words else None
        if first is None:
            return Markup("")
        start = max(0, first.start() - AROUND)
        line = " ".join(text[start : start + LONGEST].split())
        before = CUT if start else ""
        after = CUT if start + LONGEST < len(text) else ""
        return Markup("{}{}{}").format(before, self.mark(line), after)
