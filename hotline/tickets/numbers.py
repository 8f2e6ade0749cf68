"""Ticket numbers and query codes; pure.

A number is digits only, so that a phone's keypad can type it: date (yymmdd), six digits of
the running id, one check digit by Damm's algorithm, which finds every single wrong digit and
every swap of neighbours. The query code is a secret of six digits.
"""

import re
import secrets
from datetime import date

LENGTH = 13
PATTERN = re.compile(r"(?<!\d)\d{13}(?!\d)")
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def number_for(ticket_id: int, day: date) -> str:
    """The number of the ticket with this id, received on this day in the city."""
    digits = f"{day:%y%m%d}{ticket_id % 1_000_000:06d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """Damm's check digit."""
    state = "0"
    for digit in digits:
        state = DAMM[int(state)][int(digit)]
    return state


def is_number(text: str) -> bool:
    """Whether the text is a well-formed number with the right check digit."""
    is_shaped = len(text) == LENGTH and text.isascii() and text.isdigit()
    return is_shaped and check_digit(text[:-1]) == text[-1]


def numbers_in(text: str) -> list[str]:
    """All valid numbers quoted in a text, in order, each once."""
    found = (match.group() for match in PATTERN.finditer(text))
    return list(dict.fromkeys(one for one in found if is_number(one)))


def new_query_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def is_same_code(given: str, known: str) -> bool:
    """Compare query codes in constant time."""
    return secrets.compare_digest(given.strip().encode(), known.encode())
