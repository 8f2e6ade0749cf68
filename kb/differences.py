"""What changed between two wordings: field by field, and inside long texts sentence by sentence.

Pure: two wordings in, changes out, the same for the page and the API. Decided here: where a text
is cut (a line, a sentence), and how fine the comparison is: two very long texts are compared by
lines, and beyond a limit as a whole, so that nobody can make a comparison take minutes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from kb.guide import GUIDE_FIELDS
from kb.wording import KEPT, Wording, as_json

FINEST: Final = 1_500
COARSEST: Final = 4_000
GUIDE: Final = "guide"

_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+|\n+|$)")
_LINE: Final = re.compile(r"[^\n]*(?:\n+|$)")


class Mark(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Stretch:
    """Some text, and what became of it."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Difference:
    """A field that changed; a guide's field is named `guide.fee`."""

    field: str
    before: str
    after: str
    stretches: tuple[Stretch, ...]


def between(old: Wording, new: Wording) -> list[Difference]:
    """What changed from the old wording to the new one, in the order of a wording's fields."""
    before, after = _flat(as_json(old)), _flat(as_json(new))
    return [
        Difference(name, before[name], after[name], tuple(stretches(before[name], after[name])))
        for name in before
        if before[name] != after[name]
    ]


def stretches(old: str, new: str) -> list[Stretch]:
    """The two texts as one: what both have, what is gone, what is new.

    The old text is what is the same or gone, the new one what is the same or new.
    """
    first, last = _alike(old, new)
    inside_old, inside_new = old[first : len(old) - last], new[first : len(new) - last]
    found = [
        Stretch(Mark.SAME, old[:first]),
        *_compared(inside_old, inside_new),
        Stretch(Mark.SAME, old[len(old) - last :]),
    ]
    return list(_joined(found))


def _alike(old: str, new: str) -> tuple[int, int]:
    """How many characters of whole sentences both begin with, and both end with."""
    olds, news = _cut(_SENTENCE, old), _cut(_SENTENCE, new)
    most = min(len(olds), len(news))
    first = next((at for at in range(most) if olds[at] != news[at]), most)
    most -= first
    last = next((at for at in range(most) if olds[-1 - at] != news[-1 - at]), most)
    head, tail = olds[:first], olds[len(olds) - last :]
    return sum(map(len, head)), sum(map(len, tail))


def _compared(old: str, new: str) -> list[Stretch]:
    for pattern, most in ((_SENTENCE, FINEST), (_LINE, COARSEST)):
        olds, news = _cut(pattern, old), _cut(pattern, new)
        if len(olds) + len(news) <= most:
            return _matched(olds, news)
    return [Stretch(Mark.GONE, old), Stretch(Mark.NEW, new)]


def _matched(olds: Sequence[str], news: Sequence[str]) -> list[Stretch]:
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, olds, news).get_opcodes():
        if kind == "equal":
            found.append(Stretch(Mark.SAME, "".join(olds[a:b])))
            continue
        found.append(Stretch(Mark.GONE, "".join(olds[a:b])))
        found.append(Stretch(Mark.NEW, "".join(news[c:d])))
    return found


def _joined(found: Sequence[Stretch]) -> Iterator[Stretch]:
    """Without empty ones, and neighbours of one mark as one."""
    held: Stretch | None = None
    for one in found:
        if not one.text:
            continue
        if held is not None and held.mark is one.mark:
            held = Stretch(held.mark, held.text + one.text)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _cut(pattern: re.Pattern[str], text: str) -> list[str]:
    return [piece for piece in pattern.findall(text) if piece]


def _flat(kept: Mapping[str, Any]) -> dict[str, str]:
    """Field → text, a guide's fields each by itself."""
    found: dict[str, str] = {}
    for name in KEPT:
        if name == GUIDE:
            inner = kept[name]
            found |= {f"{GUIDE}.{one}": str(inner.get(one, "")) for one in GUIDE_FIELDS}
        else:
            found[name] = _text(kept[name])
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
