"""Keys, and what is done with them: encryption of fields, blind index, chain, digests.

FIELD_KEYS holds named keys: `field` (the first encrypts, all decrypt: rotation by putting a
new one in front), `index` for exact look-ups of encrypted values, `chain` for the history.
They are apart so that one can be changed without the others.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app


class KeyRingError(ValueError):
    """FIELD_KEYS can't be used; says what is wrong with it."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of one installation; each value 32 bytes in URL-safe base64."""

    field: tuple[str, ...]
    index: str
    chain: str

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `field:…,index:…,chain:…`. Raises KeyRingError naming what is wrong."""
        named: dict[str, list[str]] = {"field": [], "index": [], "chain": []}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            name, _, value = entry.partition(":")
            if name not in named or len(_decode(name, value)) != 32:
                raise KeyRingError(f"FIELD_KEYS: entry {name!r} is not a known name with 32 bytes")
            named[name].append(value)
        if not named["field"] or len(named["index"]) != 1 or len(named["chain"]) != 1:
            raise KeyRingError("FIELD_KEYS needs at least one field:, one index: and one chain: key")
        return cls(tuple(named["field"]), named["index"][0], named["chain"][0])

    @cached_property
    def box(self) -> MultiFernet:
        """Encrypts with the first key, decrypts with any."""
        return MultiFernet([Fernet(key) for key in self.field])

    @cached_property
    def index_key(self) -> bytes:
        """Key of the blind index."""
        return base64.urlsafe_b64decode(self.index)

    @cached_property
    def chain_key(self) -> bytes:
        """Key of the history's chain."""
        return base64.urlsafe_b64decode(self.chain)


def encrypt(text: str) -> bytes:
    """Encrypt a field."""
    return _ring().box.encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """Decrypt a field. Raises InvalidToken when no key of the ring fits."""
    return _ring().box.decrypt(token).decode()


def is_current(token: bytes) -> bool:
    """Whether the first key of the ring made this token; rotation asks."""
    try:
        Fernet(_ring().field[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


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


def _decode(name: str, value: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(value)
    except ValueError as wrong:
        raise KeyRingError(f"FIELD_KEYS: the {name!r} key is not base64") from wrong


def _ring() -> KeyRing:
    ring: KeyRing = current_app.extensions["key_ring"]
    return ring
