"""Passwords as they are kept: argon2id digests, and how long it takes to look at one.

Decided here: the parameters and the work spent on names that nobody has.
Not here: which passwords are taken (`rules`), who may try and how often (`operations`).
"""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app

EXTENSION: Final = "password_hasher"
# A digest of words nobody knows, made with the parameters below: a test keeps them the same.
DECOY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "P3zJEsHnYCtO9MGcFyoGhQ$GRsRym3qH4kxnsu2wwH0XBiREwD7leX1Yx1UettY3DQ"
)
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS: Final = 4
GROUP_LENGTH: Final = 4


def init(app: Flask) -> None:
    """Give the application its hasher: argon2id with RFC 9106's second recommended parameters."""
    app.extensions.setdefault(EXTENSION, PasswordHasher())


def digest(password: str) -> str:
    """What is stored of a password."""
    return _hasher().hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether the password fits; without a stored digest the same work is done for nothing."""
    try:
        fits = _hasher().verify(stored or DECOY, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the digest was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def made_up() -> str:
    """A password to be read out once and changed: 16 letters and digits that look unlike."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _hasher() -> PasswordHasher:
    hasher: PasswordHasher = current_app.extensions[EXTENSION]
    return hasher
