"""Chinese typed by its sound: full pinyin (gongnuan), initials (gjj), and words heard wrongly.

Decided here: how a title's sound is kept, how typed letters are taken apart into syllables, and
which stretch of a text sounds like them. Pure: readings are given. Not here: where readings come
from (`readings`), and when sound is asked for at all (`asking`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from kb.search import cutting

MOST_SPELLINGS: Final = 4
LONGEST_SYLLABLE: Final = 6
LONGEST_SPELLED: Final = 40

Read = Callable[[str], Sequence[str]]


def spelled(words: Iterable[str], read: Read) -> tuple[str, str]:
    """Syllables and initials of a text's words, each joined by blanks; letters and digits stay."""
    syllables: list[str] = []
    for word in words:
        if cutting.is_han(word):
            syllables += read(word)
        elif word.isalnum():
            syllables.append(word)
    return " ".join(syllables), " ".join(one[0] for one in syllables)


def spellings(letters: str, known: frozenset[str]) -> list[tuple[str, ...]]:
    """Ways to take letters apart into syllables, the fewest syllables first.

    The last one may be a beginning (gongn: gong, n). None when it can't be pinyin.
    """
    if not 2 <= len(letters) <= LONGEST_SPELLED:
        return []
    beginnings = _beginnings(known)
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for at in range(len(letters)):
        for end in range(at + 1, min(len(letters), at + LONGEST_SYLLABLE) + 1):
            piece = letters[at:end]
            if piece in known or (end == len(letters) and piece in beginnings):
                ways[end] += [(*way, piece) for way in ways[at]]
        for later in range(at + 1, len(letters) + 1):
            ways[later] = sorted(ways[later], key=len)[:MOST_SPELLINGS]
    return ways[-1]


@lru_cache(4)
def _beginnings(known: frozenset[str]) -> frozenset[str]:
    return frozenset(one[:end] for one in known for end in range(1, len(one) + 1))


def sounding_like(
    text: str, wanted: Sequence[str], signs: Mapping[str, str], *, by_initials: bool = False
) -> str:
    """The first stretch of `text` that reads like these syllables (or initials); "" if none does.

    The last syllable may be a beginning.
    """
    heard = [signs.get(sign, sign) for sign in text]
    if by_initials:
        heard = [one[:1] for one in heard]
    most = len(heard) - len(wanted) + 1
    for at in range(most):
        stretch = heard[at : at + len(wanted)]
        *whole, last = stretch
        if whole == list(wanted[:-1]) and last.startswith(wanted[-1]):
            return text[at : at + len(wanted)]
    return ""
