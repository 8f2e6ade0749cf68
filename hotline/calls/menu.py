"""What a caller's keys and words mean at each step; pure.

Decided here: the menu's keys and the words that stand for them, how often a caller may go wrong
before a person takes over, that words of danger count at every step. Not here: what is said
(`prompts`), what follows for the call (the carrier's documents, `queueing`). The surprise: silence
at the menu is a wish, for a person; anything may be typed or said, and something always follows.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.tickets import emergency, numbers

LONGEST_KEYS = 40
LONGEST_SPEECH = 500
MOST_TRIES = 2
CODE_LENGTH = 6
LOWEST_RATING, HIGHEST_RATING = 1, 5

_KEYS = re.compile(r"[^0-9*#]")
_CODE = re.compile(rf"\d{{{CODE_LENGTH}}}", re.ASCII)


class Wish(StrEnum):
    """What follows from what was typed or said."""

    EMERGENCY = "emergency"
    PERSON = "person"
    PROGRESS = "progress"
    ENGLISH = "english"
    MESSAGE = "message"
    CALL_BACK = "call_back"
    LOOK_UP = "look_up"
    RATE = "rate"
    STAY = "stay"
    AGAIN = "again"
    LEAVE = "leave"


@dataclass(frozen=True)
class Heard:
    """Keys and words of a caller, cleaned: at most so many, no other signs."""

    keys: str = ""
    speech: str = ""

    @classmethod
    def of(cls, keys: str, speech: str = "") -> "Heard":
        """Whatever the carrier says was typed and said."""
        plain = unicodedata.normalize("NFKC", speech[:LONGEST_SPEECH]).strip()
        return cls(_KEYS.sub("", keys)[:LONGEST_KEYS], plain)

    @property
    def is_silence(self) -> bool:
        """Whether nothing came at all."""
        return not self.keys and not self.speech

    @property
    def is_emergency(self) -> bool:
        """Whether words of danger were said."""
        return bool(emergency.words_in(self.speech))


@dataclass(frozen=True)
class Decision:
    """What the caller wants; `number` where it is a ticket's, a code or a rating."""

    wish: Wish
    number: str = ""


KEYS: Mapping[str, Wish] = {
    "0": Wish.PERSON,
    "1": Wish.PROGRESS,
    "2": Wish.ENGLISH,
    "9": Wish.MESSAGE,
}
WORDS: Mapping[Wish, tuple[str, ...]] = {
    Wish.ENGLISH: ("english", "英语", "英文"),
    Wish.MESSAGE: ("留言", "message", "voicemail"),
    Wish.PROGRESS: ("进度", "查工单", "progress", "status", "track"),
    Wish.PERSON: ("人工", "客服", "接线员", "话务员", "operator", "person", "agent", "human"),
}
"""Asked in this order; what is said most exactly comes first."""


def at_menu(heard: Heard, tries: int) -> Decision:
    """Nothing and 0 lead to a person; what nobody understands does so the second time."""
    if heard.is_emergency:
        return Decision(Wish.EMERGENCY)
    if heard.is_silence:
        return Decision(Wish.PERSON)
    wish = KEYS.get(heard.keys) or _spoken(heard.speech)
    return Decision(wish) if wish else _again(tries)


def at_number(heard: Heard, tries: int) -> Decision:
    """Thirteen digits that can be a ticket's number, or 0 for a person."""
    return _typed(heard, tries, is_right=numbers.is_number)


def at_code(heard: Heard, tries: int) -> Decision:
    """Six digits, or 0 for a person."""
    return _typed(heard, tries, is_right=lambda typed: _CODE.fullmatch(typed) is not None)


def after_progress(heard: Heard) -> Decision:
    """A person, another ticket, or that was all."""
    if heard.is_emergency:
        return Decision(Wish.EMERGENCY)
    if heard.is_silence:
        return Decision(Wish.LEAVE)
    wish = {"0": Wish.PERSON, "1": Wish.PROGRESS}.get(heard.keys) or _spoken(heard.speech)
    return Decision(wish if wish in (Wish.PERSON, Wish.PROGRESS) else Wish.LEAVE)


def while_waiting(heard: Heard, *, may_ask_back: bool, may_leave_message: bool) -> Decision:
    """Only what was offered counts; everything else goes on waiting."""
    if heard.is_emergency:
        return Decision(Wish.EMERGENCY)
    if heard.keys == "1" and may_ask_back:
        return Decision(Wish.CALL_BACK)
    is_message = heard.keys == "9" or _spoken(heard.speech) is Wish.MESSAGE
    if is_message and may_leave_message:
        return Decision(Wish.MESSAGE)
    return Decision(Wish.STAY)


def when_full(heard: Heard, tries: int, *, may_ask_back: bool) -> Decision:
    """A call back or a message; who chooses nothing twice is sent away with good words."""
    if heard.is_emergency:
        return Decision(Wish.EMERGENCY)
    if heard.keys == "1" and may_ask_back:
        return Decision(Wish.CALL_BACK)
    if heard.keys == "9" or _spoken(heard.speech) is Wish.MESSAGE:
        return Decision(Wish.MESSAGE)
    return Decision(Wish.AGAIN if tries + 1 < MOST_TRIES else Wish.LEAVE)


def at_refusal(heard: Heard) -> Decision:
    """Nothing but danger opens the line."""
    return Decision(Wish.EMERGENCY if heard.is_emergency else Wish.LEAVE)


def at_rating(heard: Heard) -> Decision:
    """1 to 5; anything else is no rating."""
    is_rating = len(heard.keys) == 1 and heard.keys.isdigit()
    if is_rating and LOWEST_RATING <= int(heard.keys) <= HIGHEST_RATING:
        return Decision(Wish.RATE, heard.keys)
    return Decision(Wish.LEAVE)


def _typed(heard: Heard, tries: int, *, is_right: Callable[[str], bool]) -> Decision:
    if heard.is_emergency:
        return Decision(Wish.EMERGENCY)
    typed = heard.keys.rstrip("#")
    if typed == "0":
        return Decision(Wish.PERSON)
    return Decision(Wish.LOOK_UP, typed) if is_right(typed) else _again(tries)


def _again(tries: int) -> Decision:
    return Decision(Wish.AGAIN if tries + 1 < MOST_TRIES else Wish.PERSON)


def _spoken(speech: str) -> Wish | None:
    said = speech.casefold()
    found = (wish for wish, words in WORDS.items() if any(word in said for word in words))
    return next(found, None)
