"""What the words of a place tell: which district they name, which of them tell places apart.

Decided here: how people write a district's name, and which words of an address any address may
have. Not here: maps (the portal's), and who supplies what where (dispatch). Pure.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from hotline import tokens

SHORTEST_WORD: Final = 2
_ANYWHERE = """
小区 社区 公寓 广场 路口 交叉 交叉口 门口 附近 旁边 对面 东侧 西侧 南侧 北侧 路东 路西 路南
路北 号楼 单元 楼道 大街 街道 公园 学校 医院 市场 村委 村委会 政府 河北 河北省 秦皇岛 秦皇岛市
东区 西区 南区 北区 一期 二期 三期
"""
GENERIC: Final = frozenset(_ANYWHERE.split())


def district_in(place: str, names: Mapping[str, str]) -> str | None:
    """The code of the district that the place's words name, the longest name first."""
    spelled = sorted(
        ((word, code) for code, name in names.items() for word in spellings(name)),
        key=lambda pair: -len(pair[0]),
    )
    return next((code for word, code in spelled if word in place), None)


def spoken(name: str) -> str:
    """A district's name without its government or the city: 海港区, not 海港区人民政府."""
    return re.sub(r"(人民政府|管理委员会)$", "", name).removeprefix("秦皇岛")


def spellings(name: str) -> set[str]:
    """How people write a district's name: without its government, the city, the formal middle."""
    plain = spoken(name)
    return {plain, re.sub(r"经济技术|.族自治", "", plain)}


def telling_words(place: str, names: Mapping[str, str]) -> list[str]:
    """The words that tell one place of a district from another, in the order they were written."""
    districts = {
        word
        for name in names.values()
        for spelling in spellings(name)
        for word in tokens.words(spelling)
    }
    return [
        word
        for word in dict.fromkeys(tokens.words(place))
        if len(word) >= SHORTEST_WORD
        and not word.isdigit()
        and word not in GENERIC
        and word not in districts
    ]


def folded(text: str) -> str:
    """Text as two spellings of one place compare: no blanks, half-width, small letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower())
