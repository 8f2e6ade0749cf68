"""The only place where a request's work is committed, once per key.

`write` inserts the key, runs the operation, stores the answer and commits, all in one
transaction: the same key with the same body gets the stored answer, with another body 409.
What was kept as a draft of the form that is carried out goes in the same transaction.
Keys come from the header `Idempotency-Key`, a page form's hidden nonce, or a webhook's event
id; without one the operation simply runs. Not here: what errors look like (`faults`).
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, flash, request
from flask_babel import gettext
from psycopg.errors import DeadlockDetected
from sqlalchemy import Index, LargeBinary, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from hotline import access, clock, crypto, drafts
from hotline.columns import Key, Stamp
from hotline.errors import Invalid, Refused
from hotline.extensions import Base, db, table

KEY_FIELD = "_key"
KEPT_FOR = timedelta(days=7)
LONGEST_KEY = 200
TRIES = 4
UNSIGNED_FIELDS = frozenset({"csrf_token"})


class IdempotencyKey(Base):
    """A request that was carried out, and what it was answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_at", "at"),)

    id: Mapped[Key]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[Stamp]


KEYS = table(IdempotencyKey)
# Built once: the same two statements belong to every write.
CLAIM = insert(KEYS).on_conflict_do_nothing(index_elements=["digest"]).returning(KEYS.c.id)
STORE = update(KEYS).where(KEYS.c.digest == bindparam("of")).values(answer=bindparam("stored"))


@dataclass(frozen=True)
class Answer:
    """What a write is answered with: a JSON body, a text, or the page to go to."""

    status: int = 200
    body: dict[str, Any] | None = None
    text: str | None = None
    mimetype: str = "text/html"
    location: str | None = None
    flash: str | None = None
    flash_kind: str = "success"


def ok(body: dict[str, Any], status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status=status, body=body)


def go(location: str, said: str | None = None) -> Answer:
    """Go to a page of this site, with a translated sentence shown there."""
    return Answer(status=303, location=location, flash=said)


def write(operation: Callable[[], Answer], *, key: str | None = None) -> Response:
    """Run the operation in one transaction, at most once per key, and commit.

    Of transactions that wait for each other in a circle the database ends one: it is tried again.
    Raises Refused (409, `key_reused`) for a known key with another body; whatever the
    operation raises leaves nothing behind, not even the key.
    """
    key = key or _sent_key()
    for tries_left in range(TRIES - 1, -1, -1):
        try:
            return _write(operation, key)
        except OperationalError as error:
            if not tries_left or not isinstance(error.orig, DeadlockDetected):
                raise
    raise AssertionError("the last try answers or raises")


def _write(operation: Callable[[], Answer], key: str | None) -> Response:
    try:
        stored = _claim(key) if key else None
        if stored is not None:
            return _respond(stored)
        answer = operation()
        _drop_draft()
        db.session.flush()
        if key:
            _store(key, answer)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    return _respond(answer)


def local(address: str | None, otherwise: str) -> str:
    """The address when it lies on this site, else the other one: no open redirect."""
    if not address or not address.isprintable() or address.startswith("//"):
        return otherwise
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:
        return otherwise
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return address if is_local else otherwise


def came_from() -> str:
    """The page of this site that the request was sent from; empty when it isn't known."""
    try:
        sender = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    address = sender.path + (f"?{sender.query}" if sender.query else "")
    return local(address, "") if sender.netloc == request.host else ""


def nonce() -> str:
    """A fresh key for a page form."""
    return secrets.token_urlsafe(16)


def forget_keys(now: datetime) -> int:
    """Delete keys older than a week; answers how many."""
    gone = delete(IdempotencyKey).where(IdempotencyKey.at < now - KEPT_FOR)
    return len(db.session.execute(gone.returning(IdempotencyKey.id)).all())


def _sent_key() -> str | None:
    key = request.headers.get("Idempotency-Key") or request.form.get(KEY_FIELD)
    if key and len(key) > LONGEST_KEY:
        raise Invalid("key_too_long", "The idempotency key is too long.", field="Idempotency-Key")
    return key


def _claim(key: str) -> Answer | None:
    """Insert the key; answers the stored answer when it was there already."""
    body = _body_digest()
    row = {"digest": _digest(key), "body_digest": body, "at": clock.now()}
    claimed = db.session.execute(CLAIM, row).scalar_one_or_none()
    if claimed is not None:
        return None
    known = db.session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.digest == _digest(key))
    ).one()
    if not secrets.compare_digest(known.body_digest, body):
        raise Refused(
            "key_reused",
            "This key was used for another request already: send this one with a new key.",
        )
    stored = json.loads(crypto.decrypt(known.answer or b""))
    db.session.rollback()
    return Answer(**stored)


def _store(key: str, answer: Answer) -> None:
    kept = crypto.encrypt(json.dumps(asdict(answer)))
    db.session.execute(STORE, {"of": _digest(key), "stored": kept})


def _drop_draft() -> None:
    name = request.form.get(drafts.FIELD)
    viewer = access.viewer() if name else None
    if name and viewer is not None:
        drafts.drop(viewer.staff_id, name)


def _digest(key: str) -> bytes:
    viewer = access.viewer()
    who = "public" if viewer is None else f"{viewer.actor}/{viewer.token_id}"
    parts = [who, request.method, request.path, key]
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def _body_digest() -> bytes:
    """What of a body makes it the same: a form's fields and files, or all of any other body."""
    files = _file_digests()
    if not request.form and not files:
        return hashlib.sha256(request.get_data()).digest()
    fields = sorted(
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in UNSIGNED_FIELDS
    )
    written = json.dumps([fields, files] if files else fields)
    return hashlib.sha256(written.encode()).digest()


def _file_digests() -> list[tuple[str, str, str]]:
    """Name of the field, name and digest of each file that was sent; streams are rewound."""
    found = []
    for field, sent in request.files.items(multi=True):
        sent.stream.seek(0)
        digest = hashlib.file_digest(cast("Any", sent.stream), "sha256").hexdigest()
        sent.stream.seek(0)
        if sent.filename:
            found.append((field, sent.filename, digest))
    return sorted(found)


def _respond(answer: Answer) -> Response:
    if answer.flash:
        flash(gettext(answer.flash), answer.flash_kind)
    if answer.location is not None:
        return Response(status=answer.status, headers={"Location": answer.location})
    if answer.body is not None:
        text = json.dumps(answer.body, ensure_ascii=False)
        return Response(text, answer.status, mimetype="application/json")
    return Response(answer.text or "", answer.status, mimetype=answer.mimetype)
