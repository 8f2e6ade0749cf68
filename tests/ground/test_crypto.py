"""Keys: rotation, exact look-up of what is encrypted, digests that say nothing."""

import base64
import secrets

import pytest
from apiflask import APIFlask
from cryptography.fernet import InvalidToken
from sqlalchemy import select, text

from hotline import crypto
from hotline.citizens.models import Citizen
from hotline.config import FieldKeys
from hotline.crypto import KeyRing
from hotline.extensions import db
from tests import factories

PHONE = "+8613812345678"


def key() -> str:
    """A fresh key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


OLD, NEW, INDEX, CHAIN = key(), key(), key(), key()


def use(app: APIFlask, monkeypatch: pytest.MonkeyPatch, *field: str, **changes: str) -> None:
    """Let the application use these keys."""
    keys = FieldKeys(field, changes.get("index", INDEX), changes.get("chain", CHAIN))
    monkeypatch.setitem(app.extensions, "key_ring", KeyRing(keys))


def test_a_new_key_in_front_encrypts_and_the_old_one_still_decrypts(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch, OLD)
    before = crypto.encrypt(PHONE)
    assert crypto.is_current(before)
    use(app, monkeypatch, NEW, OLD)
    after = crypto.encrypt(PHONE)
    assert crypto.decrypt(before) == crypto.decrypt(after) == PHONE
    assert (crypto.is_current(before), crypto.is_current(after)) == (False, True)
    use(app, monkeypatch, NEW)
    assert crypto.decrypt(after) == PHONE
    with pytest.raises(InvalidToken):
        crypto.decrypt(before)


def test_the_same_words_are_never_encrypted_the_same(app: APIFlask) -> None:
    assert crypto.encrypt(PHONE) != crypto.encrypt(PHONE)


def test_what_was_changed_is_not_decrypted(app: APIFlask) -> None:
    token = bytearray(crypto.encrypt(PHONE))
    token[20] ^= 1
    with pytest.raises(InvalidToken):
        crypto.decrypt(bytes(token))


def test_the_blind_index_is_the_same_whatever_the_field_key(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch, OLD)
    before = crypto.blind_index(PHONE)
    use(app, monkeypatch, NEW, OLD)
    assert crypto.blind_index(PHONE) == before
    assert crypto.blind_index("+8613812345679") != before
    use(app, monkeypatch, NEW, index=key())
    assert crypto.blind_index(PHONE) != before


def test_index_and_chain_are_keyed_apart(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    use(app, monkeypatch, OLD)
    assert crypto.blind_index("x") != crypto.chain_mac(b"x")
    before = crypto.chain_mac(b"x")
    use(app, monkeypatch, NEW)
    assert crypto.chain_mac(b"x") == before


def test_a_digest_needs_its_salt(app: APIFlask) -> None:
    one, two = crypto.new_salt(), crypto.new_salt()
    assert crypto.salted_digest("words", one) == crypto.salted_digest("words", one)
    assert crypto.salted_digest("words", one) != crypto.salted_digest("words", two)


def test_tokens_differ_and_only_their_digest_is_stored() -> None:
    token = crypto.new_token()
    assert token != crypto.new_token()
    assert len(token) >= 43
    assert token.encode() not in crypto.token_digest(token)
    assert len(crypto.token_digest(token)) == 32


def test_what_lies_in_the_database_says_nothing_of_a_reporter(app: APIFlask) -> None:
    """Read with SQL, as whoever steals a disk would."""
    factories.taken(phone=PHONE)
    stored = [
        str(row)
        for table in ("citizens", "ticket_events", "event_words", "outbox", "idempotency_keys")
        for row in db.session.execute(text(f"SELECT to_jsonb(t) FROM {table} t"))  # noqa: S608
    ]
    hidden = ("13812345678", "张三", b"13812345678".hex(), "张三".encode().hex())
    assert stored
    assert not [row for row in stored for words in hidden if words in row]


def test_an_unknown_field_key_is_an_error_not_an_empty_name(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = factories.taken(phone=PHONE)
    use(app, monkeypatch, key())
    db.session.expire_all()
    with pytest.raises(InvalidToken):
        db.session.scalar(select(Citizen.phone).where(Citizen.id == made.ticket.citizen_id))
