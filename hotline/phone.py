"""Phone numbers: one spelling for what people, forms and carriers write.

Decided here: which text is a phone number of a person or an office, its E.164 spelling, and how
much of it may be shown. Not here: who may see it whole (`access`), how it is stored (`crypto`).
The surprise: service numbers such as 12345 or 10086 are nobody's phone; `normalise` refuses them
with a code of their own, and `short_code` reads them.
"""

import re
import unicodedata
from typing import Final

import phonenumbers

REGION: Final = "CN"
LONGEST_TEXT: Final = 60
LEAST_DIGITS: Final = 5

_EXTENSION = re.compile(
    r"(?:转|轉|分机|内线|ext\.?|extension|x|#|,|;ext=)[\s:.\-]*[0-9]{1,8}\D*$", re.I
)
_DASHED_EXTENSION = re.compile(r"^(\+?[0-9]+-[0-9]{7,8}|0[0-9]{9,11}|[2-8][0-9]{6,7})-[0-9]{1,6}$")
_DECORATION = re.compile(r"[\s()\[\].·/_~]|tel:?|phone:?|电话:?|手机:?", re.I)
_DASHES = re.compile(r"[‐‑‒–—―−﹣-]+")
_MOBILE = re.compile(r"^(?:\+?86|0086)?0?(1[3-9][0-9]{9})$")
_LOCAL = re.compile(r"^[2-8][0-9]{6,7}$")
_SHORT = re.compile(r"^(?:1[012][0-9]{1,4}|9[56][0-9]{3,4}|106[0-9]{5,17})$")
_MERGED_LINE = re.compile(r"^(?:0|\+?86)[1-9][0-9]{1,2}(12[0-9]{3})$")
_AREA = re.compile(r"^0[1-9][0-9]{1,2}$")


class PhoneError(ValueError):
    """The text is no phone number; `code` says why: empty, too_long, short_code or not_a_number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalise(text: str, area_code: str = "0335") -> str:
    """Return the E.164 spelling of `text`, an extension dropped.

    Understood: mobiles and landlines, with +86, 86, 0086, a leading 0 or none; full-width digits,
    spaces, dashes, brackets; a landline without area code belongs to `area_code`, the city's.
    Numbers of other countries need + or 00. Raises PhoneError and nothing else.
    """
    plain = _plain(text)
    if short_code(plain):
        raise PhoneError("short_code")
    mobile = _MOBILE.match(plain)
    if mobile:
        return "+86" + mobile[1]
    if _LOCAL.match(plain):
        plain = _checked_area(area_code) + plain
    return _parsed(plain)


def short_code(text: str) -> str | None:
    """Return the digits of a service number (110, 12345, 10086, 95598, 106…), None if it is none.

    An area code before a hotline's five digits (0335 12345) is dropped.
    """
    try:
        plain = _plain(text)
    except PhoneError:
        return None
    line = _MERGED_LINE.match(plain)
    if line:
        return line[1]
    return plain if _SHORT.match(plain) else None


def national(number: str) -> str:
    """Return a normalised number as people here write it: 13812341234, 03353012345, +1415…"""
    if not number.startswith("+86"):
        return number
    local = number[3:]
    return local if _MOBILE.match(local) or local[:3] in {"400", "800"} else "0" + local


def mask(number: str) -> str:
    """Return what may be shown of a number to those who needn't call it: 138****1234.

    Takes any text, normalised or not. Of a mobile the first three and the last four digits are
    shown, of a landline the area code and the last three, of other numbers the last two.
    What is no number is hidden whole.
    """
    digits = national(re.sub(r"[^0-9+]", "", unicodedata.normalize("NFKC", number)))
    if len(digits) < LEAST_DIGITS + 2:
        return "****"
    if re.match(r"^1[3-9][0-9]{9}$", digits):
        return f"{digits[:3]}****{digits[-4:]}"
    if digits.startswith("0") and len(digits) in {11, 12}:
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}****{digits[-3:]}"
    return f"****{digits[-2:]}"


def _plain(text: str) -> str:
    """Digits with at most one leading plus, without decoration and extension."""
    if not text.strip():
        raise PhoneError("empty")
    if len(text) > LONGEST_TEXT:
        raise PhoneError("too_long")
    folded = _DASHES.sub("-", _DECORATION.sub("", unicodedata.normalize("NFKC", text)))
    folded = _EXTENSION.sub("", folded)
    dashed = _DASHED_EXTENSION.match(folded)
    plain = (dashed[1] if dashed else folded).replace("-", "")
    if not re.fullmatch(r"\+?[0-9]+", plain):
        raise PhoneError("not_a_number")
    return "+" + plain[2:] if plain.startswith("00") else plain


def _checked_area(area_code: str) -> str:
    if not _AREA.match(area_code):
        raise PhoneError("not_a_number")
    return area_code


def _parsed(plain: str) -> str:
    """Let the library judge what is left: landlines, 400 and 800 numbers, other countries."""
    for spelling in (plain, "+" + plain) if plain.startswith("86") else (plain,):
        try:
            number = phonenumbers.parse(spelling, REGION)
        except phonenumbers.NumberParseException:
            continue
        if _is_acceptable(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    raise PhoneError("not_a_number")


def _is_acceptable(number: phonenumbers.PhoneNumber) -> bool:
    """Chinese numbers must be valid; others only possible, for the library's plans grow old."""
    if number.country_code == 86:
        return bool(phonenumbers.is_valid_number(number))
    return bool(phonenumbers.is_possible_number(number))
