"""How a citizen wants to be reached, what that lets us do, and what is good to know of them.

Decided here: the wishes and what each allows, and which flags there are. Not here: quiet hours
and texts (`messages`), confidential and anonymous matters, which nobody calls about (`tickets`).
"""

from enum import StrEnum


class ContactWish(StrEnum):
    """What the citizen asked for; nothing asked for means any way is fine."""

    PHONE = "phone"
    SMS = "sms"
    NONE = "none"


def may_call(wish: ContactWish | None) -> bool:
    """Whether a person or the voice menu may ring."""
    return wish in (None, ContactWish.PHONE)


def may_text(wish: ContactWish | None) -> bool:
    """Whether a text may be sent; who prefers calls still gets the number of the ticket."""
    return wish is not ContactWish.NONE


class Flag(StrEnum):
    """What whoever speaks with the citizen next should know at once."""

    HEARING = "hearing_impaired"
    SPEECH = "speech_impaired"
    SIGHT = "sight_impaired"
    DIALECT = "needs_dialect"
    INTERPRETER = "needs_interpreter"
    ELDERLY = "elderly"
    AT_RISK = "at_risk"
    REPEATED = "repeated_caller"
    ABUSIVE = "abusive"
