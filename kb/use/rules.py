"""What is kept of searches and for how long, and which questions are the same; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_KEY = 120
MOST_WORDS = 6
_SAYING = (
    "市民 群众 来电 来人 咨询 询问 反映 诉求 要求 希望 请求 求助 投诉 建议 答复 回复 告知 家里 "
    "我家 他家 小区 居民 人员 相关 部门 单位 具体 办理 办法 流程 手续 处理 解决 联系 电话 本人 "
    "先生 女士 今天 昨天 一直 已经 目前 此事 找谁 哪个 多久 时候 什么样 怎么 某某 尊敬"
)
SAYS_NOTHING = frozenset(_SAYING.split())
"""Words of telling that stand in every second matter; a question made only of them keeps them."""


@dataclass(frozen=True)
class LearningRules:
    """The figures, all settings. Raises ValueError for one that makes no sense."""

    burst_seconds: int = 10
    used_within_minutes: int = 30
    public_per_minute: int = 120
    keep_searches_days: int = 180
    keep_uses_days: int = 730
    look_back_days: int = 90
    least_alike: int = 2

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 1:
            raise ValueError("every figure must be at least 1")


def key_of(words: Iterable[str]) -> str:
    """By which questions are grouped: the longest words that count, in one order.

    Of words that lie inside others the longest stands for them: 公积金 for 公积 and 积金.
    """
    given = set(words)
    once = sorted(given - SAYS_NOTHING or given, key=lambda word: (-len(word), word))
    whole: list[str] = []
    for word in once:
        if not any(word in other for other in whole):
            whole.append(word)
    return " ".join(sorted(whole[:MOST_WORDS]))[:LONGEST_KEY].strip()
