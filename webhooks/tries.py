"""How often a number may try codes, whichever way it asks."""

from datetime import datetime

from hotline import crypto
from hotline.calls import tries
from hotline.messages import queries
from hotline.messages.progress import TRIES_WITHIN
from hotline.messages.rules import MessageRules


def are_too_many(address: str | None, number: str, *, now: datetime, limits: MessageRules) -> bool:
    """Whether this phone, by text and by call together, has gone wrong too often within the hour.

    A withheld number is nobody's: the tries on this ticket's number count instead.
    """
    since = now - TRIES_WITHIN
    if address is None:
        return tries.of_nobody(number, since) >= limits.wrong_codes_hour
    written = queries.count_written(crypto.blind_index(address), tries.FAILED, since)
    return written + tries.of_phone(address, since) >= limits.wrong_codes_hour
