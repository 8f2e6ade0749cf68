"""How Chinese is read aloud, in pinyin without tones; asked of a library when an index is made.

The surprise: the library is imported only when it is first asked. Its dictionaries take sixty
megabytes that the indexer alone needs; whoever searches reads the small table that `of_signs`
makes, which lies beside the index.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

FIRST, LAST = 0x4E00, 0x9FFF
KNOWN_WORDS: Final = 50_000


@lru_cache(KNOWN_WORDS)
def of_word(word: str) -> tuple[str, ...]:
    """The syllables of a Chinese word, as they are read in this word."""
    return tuple(_library()(word, errors="ignore"))


@cache
def of_signs() -> dict[str, str]:
    """The usual reading of every common character, by itself."""
    signs = [chr(one) for one in range(FIRST, LAST + 1)]
    read = {sign: _library()(sign, errors="ignore") for sign in signs}
    return {sign: found[0] for sign, found in read.items() if found}


@cache
def _library() -> Callable[..., list[str]]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin
