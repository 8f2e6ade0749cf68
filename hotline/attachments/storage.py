"""Where files lie: outside the web root, each under a hash, encrypted, whole or not at all.

A name is a keyed hash of the content and of a key drawn for it, so it tells nothing and no two
rows share a file. A file is on disk before the row that names it is committed; a file without a
row is waste of a request that failed, and is swept up after a day.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import current_app

from hotline import crypto

UNFINISHED = ".new"
NAME_LENGTH = 64


class Missing(Exception):
    """A row names a file that is not there."""


def name_for(digest: str, key: str) -> str:
    """Under which name the content of this digest lies."""
    return crypto.blind_index(f"attachment:{digest}:{key}").hex()


def keep(digest: str, key: str, content: bytes, thumbnail: bytes | None) -> tuple[str, str | None]:
    """Store a file and its thumbnail, if it has one; answers the names of both."""
    name = name_for(digest, key)
    put(name, content)
    if thumbnail is None:
        return name, None
    small = name_for(digest, f"{key}:thumbnail")
    put(small, thumbnail)
    return name, small


def put(name: str, content: bytes) -> None:
    """Encrypt and store; on return it is on disk."""
    path = _path(name)
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _settle(path.parent.parent)
    unfinished = path.with_name(f"{name}.{secrets.token_hex(4)}{UNFINISHED}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(crypto.seal(content))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _settle(path.parent)


def get(name: str) -> bytes:
    """The content. Raises Missing."""
    try:
        return crypto.unseal(_path(name).read_bytes())
    except FileNotFoundError as error:
        raise Missing(name) from error


def drop(name: str) -> None:
    """Remove a file; gone already is as good."""
    _path(name).unlink(missing_ok=True)


def older_than(moment: datetime) -> Iterator[Path]:
    """The files that were written before this moment, finished or not."""
    for path in _folder().glob("[0-9a-f][0-9a-f]/*"):
        try:
            written = path.stat().st_mtime
        except FileNotFoundError:
            continue
        if written < moment.timestamp():
            yield path


def _path(name: str) -> Path:
    if len(name) != NAME_LENGTH or not set(name) <= set("0123456789abcdef"):
        raise Missing(name)
    return _folder() / name[:2] / name


def _folder() -> Path:
    folder: Path = current_app.extensions["config"].attachments_dir
    return folder


def _settle(folder: Path) -> None:
    """Make the folder's own entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
