"""Phone numbers as people write them, and as the carrier does.

Only the shapes that a citizen of the demo city would enter; real number plans are the
hotline's business, and in its own words.
"""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0[1-9]\d{8,10}")
_SERVICE = re.compile(r"1\d{2,5}")
_CITY_HOTLINE = re.compile(r"\+86[1-9]\d{1,2}12345")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{4,14}")


def canonical(entered: str) -> str | None:
    """`+8613803350001` for any usual way of writing it; a service number stays; None if neither."""
    text = re.sub(r"[\s()\-.·]", "", unicodedata.normalize("NFKC", entered))
    if text.startswith("00"):
        text = "+" + text[2:]
    if _MOBILE.fullmatch(text):
        return f"+86{text}"
    if _LANDLINE.fullmatch(text):
        return f"+86{text[1:]}"
    if _SERVICE.fullmatch(text) or _INTERNATIONAL.fullmatch(text):
        return text
    return None


def citizen(entered: str) -> str | None:
    """The same, for a phone that can text: a service number can't."""
    number = canonical(entered)
    return number if number and number.startswith("+") else None


def is_mobile(number: str) -> bool:
    """Whether a number in the carrier's form is a citizen's mobile phone."""
    return number.startswith("+86") and _MOBILE.fullmatch(number[3:]) is not None


def display(number: str) -> str:
    """As people read it aloud: `138 0335 0001`, a city's 12345 as `12345`; others as they are."""
    if is_mobile(number):
        local = number[3:]
        return f"{local[:3]} {local[3:7]} {local[7:]}"
    return "12345" if _CITY_HOTLINE.fullmatch(number) else number
