"""Where files lie: outside the web root, each under a hash, encrypted, whole or not at all.

A name is a keyed hash of the content and of a key drawn for it, so it tells nothing and no two
rows share a file. A file is on disk before the row that names it is committed; a file without a
row is waste of a request that failed, and is swept up after a day.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import current_app

from hotline import crypto
from hotline.sealed import Missing, SealedFolder

__all__ = ["Missing", "drop", "get", "keep", "name_for", "older_than", "put"]


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
    _folder().put(name, content)


def get(name: str) -> bytes:
    """The content. Raises Missing."""
    return _folder().get(name)


def drop(name: str) -> None:
    """Remove a file; gone already is as good."""
    _folder().drop(name)


def older_than(moment: datetime) -> Iterator[Path]:
    """The files that were written before this moment, finished or not."""
    return _folder().older_than(moment)


def _folder() -> SealedFolder:
    return SealedFolder(current_app.extensions["config"].attachments_dir)
