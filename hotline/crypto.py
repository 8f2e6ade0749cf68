"""Keys, and what is done with them: encryption of fields, blind index, chain, digests.

FIELD_KEYS holds named keys: `field` (the first encrypts, all decrypt: rotation by putting a
new one in front), `index` for exact look-ups of encrypted values, `chain` for the history.
They are apart so that one can be changed without the others.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

from hotline.config import FieldKeys


class BadToken(Exception):
    """A token that we did not hand out for this purpose, or too long ago."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of one installation, ready for use."""

    keys: FieldKeys

    @cached_property
    def box(self) -> MultiFernet:
        """Encrypts with the first key, decrypts with any."""
        return MultiFernet([Fernet(key) for key in self.keys.field])

    @cached_property
    def index_key(self) -> bytes:
        """Key of the blind index."""
        return base64.urlsafe_b64decode(self.keys.index)

    @cached_property
    def chain_key(self) -> bytes:
        """Key of the history's chain."""
        return base64.urlsafe_b64decode(self.keys.chain)


def encrypt(text: str) -> bytes:
    """Encrypt a field."""
    return _ring().box.encrypt(text.encode())


def decrypt(token: bytes, *, within: timedelta | None = None) -> str:
    """Decrypt a field. Raises InvalidToken when no key fits, or it is older than `within`."""
    seconds = None if within is None else int(within.total_seconds())
    return _ring().box.decrypt(token, ttl=seconds).decode()


def seal(content: bytes) -> bytes:
    """Encrypt a file."""
    return _ring().box.encrypt(content)


def unseal(token: bytes) -> bytes:
    """Decrypt a file. Raises InvalidToken when no key fits."""
    return _ring().box.decrypt(token)


def is_current(token: bytes) -> bool:
    """Whether the first key of the ring made this token; rotation asks."""
    try:
        Fernet(_ring().keys.field[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


def handed_out(purpose: str, held: Any) -> str:
    """A token for an address or a form: only we can read what it holds, for this purpose only."""
    return encrypt(json.dumps([purpose, held])).decode()


def taken_back(purpose: str, token: str, *, within: timedelta) -> Any:
    """What a token made for this purpose holds. Raises BadToken for any other or an old one."""
    try:
        made_for, held = json.loads(decrypt(token.encode(), within=within))
    except (InvalidToken, UnicodeEncodeError, ValueError, TypeError) as wrong:
        raise BadToken from wrong
    if made_for != purpose:
        raise BadToken
    return held


def blind_index(value: str) -> bytes:
    """A keyed digest by which an encrypted value can be found, and nothing learned."""
    return hmac.digest(_ring().index_key, value.encode(), "sha256")


def chain_mac(message: bytes) -> bytes:
    """HMAC-SHA-256 of one link of the history."""
    return hmac.digest(_ring().chain_key, message, "sha256")


def salted_digest(words: str, salt: str) -> str:
    """What an event keeps of words that may be erased: a digest that says nothing of them."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def new_salt() -> str:
    """Sixteen random bytes as text."""
    return secrets.token_hex(16)


def new_token() -> str:
    """A secret that can't be guessed, safe in an address."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """What is stored of a secret token."""
    return hashlib.sha256(token.encode()).digest()


def _ring() -> KeyRing:
    ring: KeyRing = current_app.extensions["key_ring"]
    return ring
