"""The pinyin initials of Chinese words, so that a list can be searched by them.

Decided here: only the 3,755 common characters, which GB 2312 keeps in the order of their pinyin;
so one table of twenty-three borders does, without a dictionary. A character with two readings
has the first one's. Anything else is left away, letters and digits stay. Pure.
"""

from bisect import bisect_right
from typing import Final

FIRST: Final = 0xB0A1
LAST: Final = 0xD7F9
LETTERS: Final = "abcdefghjklmnopqrstwxyz"
BORDERS: Final = (
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8,
    0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1,
)  # fmt: skip


def initials(text: str) -> str:
    """The initials of the text's characters, in small letters."""
    return "".join(_initial(char) for char in text)


def _initial(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    code = int.from_bytes(char.encode("gb2312", "ignore"), "big")
    if not FIRST <= code <= LAST:
        return ""
    return LETTERS[bisect_right(BORDERS, code) - 1]
