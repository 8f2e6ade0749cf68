"""Who gets in, for how long, and where they land: delays, passwords, sessions, homes.

Decided here: how long an account waits after wrong passwords, which passwords and usernames are
taken, when a session ends, which roles may not meet in one person, and a role's first page.
Not here: what a role may do (`access`). Roles are plain codes here, since rules import nothing.
Sources: OWASP ASVS 4 chapters 2 and 3; separation of duties as document "People" states it.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

FREE_FAILURES: Final = 5
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(minutes=30)

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 128
LEAST_DIFFERENT: Final = 5
LONGEST_USERNAME: Final = 40

IDLE_FOR: Final = timedelta(minutes=60)
AT_MOST_FOR: Final = timedelta(hours=12)

HOTLINE_HOMES: Final = (
    ("administrator", "people.admin"),
    ("operator", "console.page"),
    ("shift_leader", "console.page"),
    ("dispatcher", "dispatch.page"),
    ("reviewer", "dispatch.reviews"),
    ("callback_agent", "callbacks.page"),
    ("supervisor", "supervision.page"),
    ("inspector", "tickets.search"),
    ("head", "supervision.page"),
    ("editor", "kb.page"),
    ("exchange", "people.account"),
)
UNIT_HOMES: Final = (
    ("handler", "dispatch.unit_page"),
    ("unit_head", "dispatch.unit_page"),
    ("unit_dispatcher", "dispatch.unit_page"),
)
HOME: Final = dict(HOTLINE_HOMES + UNIT_HOMES)
HOME_OF_NOBODY: Final = "people.account"
UNIT_ROLES: Final = frozenset(code for code, _ in UNIT_HOMES)
ALONE: Final = "administrator"
MACHINE: Final = "exchange"

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def delay_after(failures: int) -> timedelta:
    """How long an account waits after so many wrong passwords in a row.

    Four are free; the fifth costs 30 seconds, each further one twice as much, at most 30 minutes.
    """
    beyond = failures - FREE_FAILURES
    if beyond < 0:
        return timedelta(0)
    doubled: int = 2 ** min(beyond, (LONGEST_DELAY // FIRST_DELAY).bit_length())
    return min(FIRST_DELAY * doubled, LONGEST_DELAY)


def seconds_left(locked_until: datetime | None, now: datetime) -> int:
    """Whole seconds, rounded up, until a locked account may be tried again; 0 when it may."""
    if locked_until is None or locked_until <= now:
        return 0
    return -((now - locked_until) // timedelta(seconds=1))


def username_as_kept(text: str) -> str:
    """The one spelling of a username: no blanks around it, no capitals."""
    return text.strip().lower()


def is_username(text: str) -> bool:
    """Whether the text can be a username: 2 to 40 of a–z, 0–9, dot, dash, underscore."""
    return _USERNAME.fullmatch(text) is not None


def password_fault(password: str, username: str) -> str | None:
    """Why a password isn't taken, as a code; None when it is.

    Length counts, kinds of characters don't; what stands first in every guesser's list is refused.
    """
    plain = password.strip().casefold()
    if len(password) < SHORTEST_PASSWORD:
        return "password_too_short"
    if len(password) > LONGEST_PASSWORD:
        return "password_too_long"
    if plain == username.casefold():
        return "password_is_username"
    if len(set(plain)) < LEAST_DIFFERENT or any(plain in f"{run}{run[::-1]}" for run in _RUNS):
        return "password_too_simple"
    return None


def session_end(signed_in_at: datetime, seen_at: datetime, now: datetime) -> str | None:
    """Why a session is over, as a code: idle for an hour, or twelve hours old; else None."""
    if now - signed_in_at >= AT_MOST_FOR:
        return "session_too_long"
    if now - seen_at >= IDLE_FOR:
        return "session_idle"
    return None


def home_of(roles: Collection[str]) -> str:
    """The endpoint where somebody with these roles begins; their account when they have none."""
    return next((page for role, page in HOME.items() if role in roles), HOME_OF_NOBODY)


def conflict(role: str, held: Collection[str]) -> str | None:
    """Why a role may not be added to those held at the same time, as a code; else None.

    An administrator reads no tickets and so holds nothing else; who works in a unit doesn't
    also decide on units' work in the hotline, or see who made a report; a telephone exchange is
    a machine, whose account is for nothing else.
    """
    others = set(held) - {role}
    if others and MACHINE in others | {role}:
        return "machine_alone"
    if others and ALONE in others | {role}:
        return "administrator_alone"
    if any((other in UNIT_ROLES) != (role in UNIT_ROLES) for other in others):
        return "unit_and_hotline"
    return None
