"""What a text that came in says; pure.

Decided here: how words are cleaned, and which of them ask to stop, ask for progress or are
a single digit. Not here: what follows from it (`webhooks.routing`), what a digit means
(`callbacks`). Any text at all can be read; nothing raises.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from hotline.tickets.numbers import numbers_in

LONGEST = 10_000
LONGEST_COMMAND = 60

OPT_OUT = frozenset(
    {
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "OPTOUT",
        "TD",
        "T",
        "N",
        "R",
        "退订",
        "退定",
        "TD退订",
        "回复TD",
        "回复T",
        "取消订阅",
        "取消短信",
        "拒收",
    }
)
OPT_IN = frozenset({"START", "UNSTOP", "恢复", "恢复短信", "恢复订阅", "订阅"})

NUMERALS = {
    sign: value
    for value, both in enumerate(("一壹", "二贰", "三叁", "四肆", "五伍"), 1)
    for sign in both
}

_ASKING = r"(?:查|查询|查进度|查询进度|进度|cx|query|status|progress|track)"
_BETWEEN = r"[\s:：,，、;；/+#*.。?!\-_“”\"'\[\]【】()（）]*"
_LOOK_UP = re.compile(
    rf"^{_BETWEEN}{_ASKING}?{_BETWEEN}(?:编号|工单|工单号|单号|no)?{_BETWEEN}(?P<number>\d{{13}}(?=\d{{6}}(?!\d))|\d{{1,20}})"
    rf"(?:{_BETWEEN}(?:查询码|密码|code)?{_BETWEEN}(?P<code>\d{{6}}))?{_BETWEEN}$",
    re.I,
)
_ASKED = re.compile(rf"^{_BETWEEN}{_ASKING}", re.I)
_BARE = re.compile(rf"^{_BETWEEN}{_ASKING}{_BETWEEN}(?:编号|number)?{_BETWEEN}$", re.I)
_DIGIT = re.compile(
    r"^[\s\"'“”‘’(（【\[「#*]*(?:回复|我选|选择|选|评|打)?\s*"
    r"([1-5一二三四五壹贰叁肆伍])\s*(?:分|星|号)?[^\w]*$"
)
_UNWANTED = frozenset(
    "\u200b\u200e\u200f\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


class Intent(StrEnum):
    """What the sender wants, as far as the words alone tell."""

    NOTHING = "nothing"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    LOOK_UP = "look_up"
    HOW_TO_LOOK_UP = "how_to_look_up"
    DIGIT = "digit"
    WORDS = "words"


@dataclass(frozen=True)
class Inbound:
    """A text, read. `numbers` are the valid ticket numbers it quotes."""

    intent: Intent
    text: str
    digit: int | None = None
    number: str | None = None
    code: str | None = None
    numbers: tuple[str, ...] = ()


def classify(raw: str) -> Inbound:
    """Read a text; whatever it is, an answer comes out."""
    text = clean(raw).strip()
    plain = _plain(text)
    if not any(unicodedata.category(sign)[0] in "LN" for sign in plain):
        return Inbound(Intent.NOTHING, text)
    command = _command(plain, text) if len(plain) <= LONGEST_COMMAND else None
    return command or Inbound(Intent.WORDS, text, numbers=tuple(numbers_in(plain)))


def digit_of(text: str) -> int | None:
    """1 to 5 when the text is nothing but that: 5, ５, ⑤, 五, “5。”, 5分; else None."""
    plain = _plain(text)
    found = _DIGIT.match(plain) if len(plain) <= LONGEST_COMMAND else None
    if found is None:
        return None
    return NUMERALS.get(found[1]) or int(found[1])


def clean(raw: str) -> str:
    """The words without what no database and no page can hold; at most 10,000 characters.

    Control characters, halves of pairs and marks that turn the direction of writing go; line
    ends and tabs stay. Blanks at the end stay too: they count for where a segment ends.
    """
    joined = raw[: 2 * LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in joined if _is_kept(sign))
    return kept if len(kept) <= LONGEST else kept[: LONGEST - 1] + "…"


def is_english(text: str) -> bool:
    """Whether the text is written in Latin letters only, so that English is the better answer."""
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) >= 4 and all(sign < "\u0250" for sign in letters)


def _command(plain: str, text: str) -> Inbound | None:
    """What a short text orders; None when it is just words."""
    word = _EDGES.sub("", plain).upper().replace(" ", "")
    if word in OPT_OUT:
        return Inbound(Intent.OPT_OUT, text)
    if word in OPT_IN:
        return Inbound(Intent.OPT_IN, text)
    if _BARE.match(plain):
        return Inbound(Intent.HOW_TO_LOOK_UP, text)
    found = _LOOK_UP.match(plain)
    if found and (_ASKED.match(plain) or numbers_in(found["number"])):
        return Inbound(Intent.LOOK_UP, text, number=found["number"], code=found["code"])
    digit = digit_of(text)
    return None if digit is None else Inbound(Intent.DIGIT, text, digit=digit)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_KEYCAP).strip()


def _is_kept(sign: str) -> bool:
    if sign in "\n\t":
        return True
    return sign not in _UNWANTED and unicodedata.category(sign) not in ("Cc", "Cs")
