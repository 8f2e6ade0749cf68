"""Of whose own people a text complains; pure.

Decided here: a sentence is read from left to right; conduct is that of whoever was named last
before it: a unit by its name or what it is called for short, its people, or somebody else. People
whose unit isn't named with them are those of the unit named shortly before, in the sentence after,
or in the title. A unit that is asked to act, or was told of it, is not blamed. Not here: the words
(`blame_words`), what follows (`accusing`). The surprise: inside the longer name of another unit a
name means that one, so the whole directory must be given.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dispatch.blame_words import (
    CONDUCT,
    CUSTOMARY,
    LOOSE,
    OTHERS,
    POLICE,
    STAFF,
    TOGETHER,
    TOO_GENERAL,
)

SENTENCE_ENDS: Final = re.compile(r"[。！？!?；;\n]+")
CLAUSE_ENDS: Final = re.compile(r"[，,：:、（）()]")
CITY: Final = "秦皇岛市|秦皇岛|河北省|河北|市"
COMPANY: Final = re.compile("有限责任公司|股份有限公司|有限公司")
SHORTEST: Final = 3
FORGOTTEN_AFTER: Final = 2
"""After so many sentences that name no unit, people in it are nobody's."""
ASKED: Final = re.compile(
    "(?:请|望|希望|要求|建议|呼吁|敦促|责成|责令|由|让|麻烦|需要|盼|督促|恳求)[^，,：:]{0,6}$"
)
TO_ACT: Final = re.compile(
    f"^(?:的?(?:{STAFF}))?(?:能|能够|可以|应该|应当|应|尽快|及时|马上|立即|依法|严肃|前来|到场|"
    "出面|介入|协调|核实|查处|查一查|查明|调查|处理一下|管管|管一管|制止|整治|取缔|约谈|处罚)+"
)
TO_MEND: Final = re.compile(r"^[^，,]{0,8}(?:改进|改善|端正|转变|不要|停止|别再|约束|管好|整顿)")
TOLD: Final = re.compile(
    "^(?:的?(?:电话|热线))?(?:多次|再次|数次|反复)?(?:反映|投诉|举报|报案|求助)"
)
TOLD_TO: Final = re.compile("(?:反映|投诉|举报|报案)(?:到|给|至|过)了?$")
OBJECT: Final = re.compile("^[了过着]?$")


@dataclass(frozen=True)
class Mention:
    """Somebody in a sentence: a unit by its code, people of a unit, or others."""

    kind: str
    start: int
    code: str = ""


class Reader:
    """Reads one text; `blamed` are the codes of the units whose people did wrong."""

    def __init__(self, names: "Names") -> None:
        self.names = names
        self.blamed: set[str] = set()
        self.title_unit = ""
        self.near_unit = ""
        self.silent = 0
        self.actor: Mention | None = None
        self.is_waiting = False

    def read(self, text: str) -> set[str]:
        """The codes of the units that are blamed; the first line is the title."""
        title, _, body = text.partition("\n")
        for place, sentence in enumerate([title, *SENTENCE_ENDS.split(body)]):
            if sentence.strip():
                self._sentence(sentence)
            if place == 0:
                self.title_unit = self.near_unit
        return self.blamed

    def _sentence(self, sentence: str) -> None:
        before, self.near_unit = self.near_unit, ""
        carried, self.actor = self.actor, None
        conduct_end = -1
        is_waiting, self.is_waiting = self.is_waiting, False
        for found in self.names.pattern.finditer(sentence):
            kind = str(found.lastgroup)
            if kind == "conduct":
                self._conduct(sentence, found, carried, before)
                conduct_end = found.end()
            elif not (conduct_end >= 0 and OBJECT.match(sentence[conduct_end : found.start()])):
                self._named(sentence, found, is_waiting=is_waiting)
        if self.actor is None:
            self.actor = carried
        self.silent = 0 if self.near_unit else self.silent + 1
        if not self.near_unit and self.silent < FORGOTTEN_AFTER:
            self.near_unit = before

    def _named(self, sentence: str, found: re.Match[str], *, is_waiting: bool) -> None:
        kind, start = str(found.lastgroup), found.start()
        is_beside = self.actor is not None and self.actor.kind == "others"
        is_beside = is_beside and _same_clause(sentence, self.actor, start)
        if kind == "staff":
            if not is_beside:
                self.actor = Mention("staff", start, found[0])
        elif kind == "others":
            self.actor = Mention("others", start)
        elif not (is_beside and sentence[:start].endswith("对")):
            self._unit(sentence, found, is_waiting=is_waiting)

    def _unit(self, sentence: str, found: re.Match[str], *, is_waiting: bool) -> None:
        code = self.names.codes[found[0]]
        kind = _role_of(sentence, found.start(), found.end())
        self.actor = Mention(kind, found.start(), code)
        if kind == "asked":
            return
        self.near_unit = code
        if self.is_waiting or is_waiting:
            self.blamed.add(code)
            self.is_waiting = False

    def _conduct(
        self, sentence: str, found: re.Match[str], carried: Mention | None, before: str
    ) -> None:
        if found[0] in TOGETHER:
            self._together(sentence, found.start())
        actor = self.actor or carried
        is_near = actor is self.actor and _same_clause(sentence, actor, found.start())
        if actor is None:
            self.is_waiting = bool(re.match("[^，,]{0,4}的", sentence[found.end() :]))
        elif actor.kind == "staff":
            self._staff(actor.code, self.near_unit or before or self.title_unit)
        elif actor.kind == "unit" or (actor.kind == "told" and not is_near):
            self.blamed.add(actor.code)

    def _staff(self, word: str, unit: str) -> None:
        if unit:
            self.blamed.add(unit)
        elif word in POLICE and self.names.police:
            self.blamed.add(self.names.police)
        else:
            self.is_waiting = True

    def _together(self, sentence: str, start: int) -> None:
        clause = CLAUSE_ENDS.split(sentence[:start])[-1]
        offset = start - len(clause)
        for found in self.names.pattern.finditer(clause):
            is_unit = found.lastgroup == "unit"
            if (
                is_unit
                and _role_of(sentence, offset + found.start(), offset + found.end()) == "unit"
            ):
                self.blamed.add(self.names.codes[found[0]])


@dataclass(frozen=True)
class Names:
    """What every unit may be called, in one pattern, the longest first."""

    codes: Mapping[str, str]
    pattern: re.Pattern[str]
    police: str


def accused(text: str, names: Mapping[str, str], aliases: Sequence[str] = ()) -> set[str]:
    """Codes of the units whose people's conduct the text is about.

    `names` is code → name of every unit, `aliases` what a city calls one besides: `D12=社保大厅`.
    """
    return Reader(_names(tuple(sorted(names.items())), tuple(aliases))).read(text)


@lru_cache(maxsize=8)
def _names(units: tuple[tuple[str, str], ...], aliases: tuple[str, ...]) -> Names:
    codes: dict[str, str] = {}
    loose: dict[str, str] = {}
    for code, name in sorted(units, key=lambda one: len(one[1])):
        loose |= {
            one: code for part, words in LOOSE.items() if part in name for one in words.split("|")
        }
        for one in _called(name):
            codes.setdefault(one, code)
    known = dict(units)
    for alias in aliases:
        code, _, word = alias.partition("=")
        if code.strip() in known and word.strip():
            codes[word.strip()] = code.strip()
    longest = sorted(codes, key=len, reverse=True)
    before_staff = "|".join(
        map(re.escape, sorted(loose.keys() - codes.keys(), key=len, reverse=True))
    )
    unit = "|".join(map(re.escape, longest)) or "(?!)"
    if before_staff:
        unit += f"|(?:{before_staff})(?=的?(?:{STAFF}))"
    pattern = re.compile(
        f"(?P<unit>{unit})|(?P<conduct>{CONDUCT})|(?P<others>(?:{OTHERS})(?:的?(?:{STAFF}))?)"
        f"|(?P<staff>{STAFF})"
    )
    police = next((code for code, name in units if name.endswith("公安局")), "")
    return Names(loose | codes, pattern, police)


def _called(name: str) -> set[str]:
    """The full name, and what people say for it."""
    full = name.partition("(")[0]
    found = {full, re.sub(f"^(?:{CITY})", "", full)}
    found |= {COMPANY.sub("公司", one) for one in found}
    found |= {one.replace("人民政府", "政府").replace("管理委员会", "管委会") for one in found}
    found |= {re.sub("^.*?经济技术开发区", "开发区", one) for one in found}
    found |= {re.sub("(?:秦皇岛市?)?分公司$", "", one) for one in found}
    found |= {re.sub("^.+(?:有限公司|公司|总局|集团)(?=.*秦皇岛)", "", one) for one in found}
    found |= {re.sub("^(?:秦皇岛市?|河北)", "", one) for one in found}
    for part, words in CUSTOMARY.items():
        if part in name and not (part == "公安局" and "交通警察" in name):
            found |= set(words.split("|"))
    return {one for one in found - TOO_GENERAL if len(one) >= SHORTEST or one in _customary()}


@lru_cache(maxsize=1)
def _customary() -> frozenset[str]:
    return frozenset(word for words in CUSTOMARY.values() for word in words.split("|"))


def _role_of(sentence: str, start: int, end: int) -> str:
    """Whether the unit there is asked to act, was told of it, or is what it is about."""
    left = CLAUSE_ENDS.split(sentence[max(0, start - 12) : start])[-1]
    right = sentence[end : end + 16]
    if TO_MEND.match(right):
        return "unit"
    if ASKED.search(left) or TO_ACT.match(right):
        return "asked"
    return "told" if TOLD.match(right) or TOLD_TO.search(left) else "unit"


def _same_clause(sentence: str, actor: Mention | None, place: int) -> bool:
    return actor is not None and not CLAUSE_ENDS.search(sentence[actor.start : place])
