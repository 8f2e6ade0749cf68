"""Which answer fits best, and which of its sentences says so.

Decided here: the words of a question that count, how an article's hits are weighed, and which
passage is shown. Pure: words and texts in, numbers and pieces out. Not here: how text is cut
into words (`hotline.tokens`) and which articles are candidates (`queries`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

PASSAGE_LENGTH: Final = 120
TITLE_SHARE: Final = 2.0
KEYWORD_SHARE: Final = 1.0
COVERED_SHARE: Final = 1.0

# Words of asking, not of the matter; a question made only of them keeps them.
_ASKING: Final = (
    "的 了 吗 呢 吧 啊 呀 我 我们 你 你们 您 他 她 它 是 在 有 和 与 及 或 也 都 就 还 又 很 太 "
    "请 请问 想 要 能 会 可以 能否 是否 怎么 怎么办 怎样 如何 什么 哪里 哪儿 哪些 哪个 多少 为什么 "
    "为何 这 那 这个 那个 一个 一下 一直 现在 咨询 反映 问题 情况 谢谢 你好 您好 需要 应该 没有 不 "
    "没 对 把 被 给 让 到 从 向 上 下 里 中 个"
)
STOP_WORDS: Final = frozenset(_ASKING.split())

_DASH = re.compile(r"^- ", re.MULTILINE)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?\n*")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and whether it is one of the words that were asked for."""

    text: str
    is_hit: bool = False


def asked_words(words: Iterable[str]) -> list[str]:
    """The words of a question that say what it is about, each once, in their order."""
    once = list(dict.fromkeys(words))
    telling = [word for word in once if word not in STOP_WORDS]
    long = [word for word in telling if len(word) > 1]
    return long or telling or once


def score(words: Sequence[str], *, title: str, keywords: str, rank: float) -> float:
    """How well an article fits: the database's rank, the share of the words in its title and
    keywords, and the share of the title that they are (a short title that asks just this wins).

    A word counts by its length, for longer words say more. Not bounded above; only the order
    of scores of one question means anything.
    """
    weight = sum(len(word) for word in words) or 1
    in_title = sum(len(word) for word in words if word in title.lower()) / weight
    in_keywords = sum(len(word) for word in words if word in keywords.lower()) / weight
    hits = sum(len(piece.text) for piece in marked(title, words) if piece.is_hit)
    of_title = hits / max(len(title), 1)
    return rank + TITLE_SHARE * in_title + KEYWORD_SHARE * in_keywords + COVERED_SHARE * of_title


def passage(text: str, words: Sequence[str], length: int = PASSAGE_LENGTH) -> list[Piece]:
    """The stretch of `text` that says most about `words`, at most `length` characters of it.

    It begins with a sentence; text left out is marked by an ellipsis. Without any hit it is the
    beginning of the text.
    """
    sentences = list(_SENTENCE.finditer(text))
    if not sentences:
        return []
    pattern = _pattern(words)
    best = max(sentences, key=lambda one: _worth(pattern, one.group()))
    start = _beginning(best, pattern, length)
    shown = _DASH.sub("", text[start : start + length])
    head = "…" if start > sentences[0].start() else ""
    tail = "…" if text[start + length :].strip() else ""
    return _pieces(pattern, head + " ".join(shown.split()) + tail)


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole text in pieces, so that the words can be shown as hits."""
    return _pieces(_pattern(words), text)


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(alternatives, re.IGNORECASE) if alternatives else None


def _worth(pattern: re.Pattern[str] | None, sentence: str) -> int:
    if pattern is None:
        return 0
    return sum(len(word) for word in {found.lower() for found in pattern.findall(sentence)})


def _beginning(sentence: re.Match[str], pattern: re.Pattern[str] | None, length: int) -> int:
    """The sentence's own beginning, unless its first hit would then be cut off."""
    hit = pattern.search(sentence.group()) if pattern else None
    if hit is None or hit.end() <= length:
        return sentence.start()
    return sentence.start() + hit.start() - length // 4


def _pieces(pattern: re.Pattern[str] | None, text: str) -> list[Piece]:
    if pattern is None:
        return [Piece(text)] if text else []
    found: list[Piece] = []
    end = 0
    for hit in pattern.finditer(text):
        if hit.start() > end:
            found.append(Piece(text[end : hit.start()]))
        found.append(Piece(hit.group(), is_hit=True))
        end = hit.end()
    return [*found, Piece(text[end:])] if end < len(text) else found
