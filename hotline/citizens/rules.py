"""How a citizen wants to be reached, and what that lets us do.

Decided here: the wishes and what each allows. Not here: quiet hours and texts (`messages`),
confidential and anonymous matters, which nobody calls about (`tickets`).
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
