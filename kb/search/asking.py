"""A question taken apart: what is looked for in the index, and how much each piece weighs.

Decided here: which words only ask and say little of the matter, what synonyms add, what is tried
when letters were typed (pinyin) or hardly anything fits (words heard or written wrongly), and
the bounds that keep a page-long question quick. Nothing of a question is query language: pieces
are looked up as they stand. Not here: how hits are put in order (`weighing`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tantivy import Occur, Query

from kb.search import cutting, spelling, synonyms
from kb.search.opening import Opened
from kb.search.weights import Weights

LONGEST_QUESTION: Final = 500
MOST_PIECES: Final = 60
MOST_MATCHES: Final = 6
LONGEST_DOUBTED: Final = 16
_ASKING_WORDS = """
问 请问 咨询 投诉 举报 反映 建议 希望 关于 问题 请求 求助 恳请 强烈
质疑 盼望 尽快 尽早 能否 能 能不能 不能 可不可以 可否 是否 可以
怎么 怎么办 怎么样 怎样 如何 什么 什么样 为什么 为何 哪里 哪儿 哪些
哪个 哪 多少 几天 吗 呢 吧 啊 呀 了 的 地 得 我 想 要 我们 你
你们 您 他 她 它 是 在 一下 一个 相关 有关 情况 谢谢 尊敬 领导
书记 市长 你好 您好 这个 那个 这 那 需要 应该 请 和 与 及 或 也
都 就 还 又 很 太 有没有 没有 有 不 没 对 把 被 给 让 到 从
向 会 该
"""
_ASKING: Final = frozenset(_ASKING_WORDS.split())
"""Words of asking, not of the matter: they count little, and are not shown as hits."""
_HAN_RUN = re.compile(r"[㐀-䶿一-鿿]+")
_LATIN_RUN = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True)
class Sound:
    """Syllables that were typed or heard, or initials of them."""

    syllables: tuple[str, ...]
    is_initials: bool = False


@dataclass
class Question:
    """A question in pieces; each with its weight, telling ones before those that only ask."""

    text: str
    words: dict[str, float] = field(default_factory=dict)
    chars: dict[str, float] = field(default_factory=dict)
    asking: set[str] = field(default_factory=set)
    telling: list[str] = field(default_factory=list)
    meant: dict[str, list[str]] = field(default_factory=dict)
    sounds: list[Sound] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        """Whether it is a few words, as they are typed: only there slips are looked for."""
        return len(self.text) <= LONGEST_DOUBTED

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it can be looked for."""
        return not self.words and not self.chars


def question(asked: str, opened: Opened, weights: Weights) -> Question:
    """Take a question apart."""
    text = cutting.folded(asked[:LONGEST_QUESTION])
    matter = _matter(text, opened)
    known = synonyms.usual().of(matter)
    taken = Question(text, meant=known)
    taken.telling = list(dict.fromkeys(opened.cutter.words(cutting.spaced(matter))))
    _weigh(taken.words, taken.telling, 1.0)
    _weigh(taken.chars, cutting.pairs(matter), 1.0)
    whole, told = (
        [*opened.cutter.words(cutting.spaced(text)), *cutting.pairs(text)],
        {
            *taken.words,
            *taken.chars,
        },
    )
    taken.asking = {one for one in whole if one not in told}
    _weigh(taken.words, opened.cutter.words(cutting.spaced(text)), weights.asking_title)
    _weigh(taken.chars, cutting.pairs(text), weights.asking_title)
    for others in known.values():
        for other in others:
            _weigh(taken.words, opened.cutter.words(cutting.spaced(other)), weights.synonym)
            _weigh(taken.chars, cutting.pairs(other), weights.synonym / len(others))
    for letters in _LATIN_RUN.findall(text):
        ways = spelling.spellings(letters, opened.syllables)
        taken.sounds += (Sound(way) for way in ways)
        taken.sounds.append(Sound(tuple(letters), is_initials=True))
    return taken


def query(taken: Question, opened: Opened, weights: Weights) -> Query:
    """What the index is asked: any of the pieces, each by its weight."""
    wanted: list[Query] = []
    words = _rarest(taken.words, "title_words", opened)
    chars = _rarest(taken.chars, "body_pairs", opened)
    for name, pieces, factor in (
        ("title_words", words, weights.title_words),
        ("title_chars", chars, weights.title_chars),
        ("key_words", words, weights.key_words),
        ("key_chars", chars, weights.key_chars),
    ):
        wanted += (_term(opened, name, one, factor * by) for one, by in pieces.items())
    body = weights.asking_body / (weights.asking_title or 1.0)
    for one, weight in chars.items():
        by = weight * body if one in taken.asking else weight
        if len(one) == 1:
            wanted.append(_term(opened, "body_signs", one, weights.body_signs * by))
        else:
            factor = weights.body_words if one in words else weights.body_pairs
            wanted.append(_term(opened, "body_pairs", one, factor * by))
    wanted += (_sound(opened, one, weights.spelled) for one in taken.sounds)
    return Query.boolean_query([(Occur.Should, one) for one in wanted])


def doubted(taken: Question, opened: Opened, weights: Weights) -> Query | None:
    """What may have been meant where the question has words that no title knows; None without."""
    wanted: list[Query] = []
    for run in _HAN_RUN.findall(_matter(taken.text, opened))[:3]:
        for stretch in _unknown(run[:LONGEST_DOUBTED], opened):
            heard = tuple(opened.lexicon.signs.get(sign, sign) for sign in stretch)
            taken.sounds.append(Sound(heard))
            wanted.append(_sound(opened, Sound(heard), weights.likely))
            if len(stretch) > 2:
                wanted += (
                    Query.boost_query(
                        Query.fuzzy_term_query(opened.schema, name, stretch, 1), weights.likely * 4
                    )
                    for name in ("title_words", "key_words")
                )
    if not wanted:
        return None
    return Query.boolean_query([(Occur.Should, one) for one in wanted])


def _matter(text: str, opened: Opened) -> str:
    """The text without words that only ask; all of it when nothing else is left."""
    pieces = opened.cutter.pieces(text)
    left = cutting.spaced("".join(" " if one in _ASKING else one for one in pieces))
    return left or text


def _weigh(pieces: dict[str, float], found: Iterable[str], weight: float) -> None:
    for one in found:
        pieces.setdefault(one, weight)


def _rarest(pieces: dict[str, float], name: str, opened: Opened) -> dict[str, float]:
    """At most so many pieces, those that the fewest articles have."""
    if len(pieces) <= MOST_PIECES:
        return pieces
    spread = {one: opened.searcher.doc_freq(name, one) for one in pieces}
    kept = sorted(pieces, key=lambda one: (-pieces[one], spread[one]))[:MOST_PIECES]
    return {one: pieces[one] for one in kept}


def _unknown(run: str, opened: Opened) -> list[str]:
    """Stretches of two to four characters around pairs that no title and no keyword has."""
    found: dict[str, None] = {}
    for at in range(len(run) - 1):
        pair = run[at : at + 2]
        if any(opened.searcher.doc_freq(f"{part}_chars", pair) for part in ("title", "key")):
            continue
        for size in (2, 3, 4):
            for start in range(max(0, at + 2 - size), min(at, len(run) - size) + 1):
                found[run[start : start + size]] = None
    return list(found)[:MOST_PIECES]


def _term(opened: Opened, name: str, word: str, weight: float) -> Query:
    return Query.boost_query(Query.term_query(opened.schema, name, word, "freq"), weight)


def _sound(opened: Opened, sound: Sound, weight: float) -> Query:
    name = "initials" if sound.is_initials else "syllables"
    said = list(sound.syllables)
    if len(said) == 1:
        heard = Query.term_query(opened.schema, name, said[0])
    elif sound.is_initials:
        heard = Query.phrase_query(opened.schema, name, list(said))
    else:
        heard = Query.phrase_prefix_query(opened.schema, name, list(said))
    return Query.boost_query(heard, weight)
