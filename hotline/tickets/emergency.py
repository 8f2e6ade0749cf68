"""Words of danger; pure.

A matter that holds one is critical at once, whatever else it says: better a false alarm than
a missed fire. A negation right before the word is not understood on purpose.
"""

import re

WORDS = (
    "着火",
    "起火",
    "火灾",
    "爆炸",
    "燃气泄漏",
    "煤气泄漏",
    "闻到煤气",
    "燃气味",
    "煤气味",
    "轻生",
    "自杀",
    "跳楼",
    "跳河",
    "不想活",
    "救命",
    "杀人",
    "持刀",
    "绑架",
    "昏迷",
    "触电",
    "溺水",
    "被困",
    "on fire",
    "explosion",
    "gas leak",
    "smell gas",
    "smell of gas",
    "suicide",
    "kill myself",
    "want to die",
    "help me please",
    "murder",
    "knife",
    "kidnapped",
    "unconscious",
    "electrocuted",
    "drowning",
    "trapped",
)
ENGLISH = {word: re.compile(rf"\b{word}\b") for word in WORDS if word.isascii()}


def words_in(text: str) -> list[str]:
    """The words of danger that the text holds, in the order of the list; English ones whole."""
    lower = text.lower()
    return [
        word for word in WORDS if (ENGLISH[word].search(lower) if word in ENGLISH else word in text)
    ]
