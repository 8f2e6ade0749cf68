"""A folder of encrypted files, outside the web root, each whole or not at all.

Not decided here: what a file is called (a keyed hash, so that names tell nothing), and which files
are waste.
"""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline import crypto

UNFINISHED = ".new"
NAME_LENGTH = 64


class Missing(Exception):
    """A row names a file that is not there."""


@dataclass(frozen=True)
class SealedFolder:
    """Files under names of 64 hexadecimal digits."""

    path: Path

    def put(self, name: str, content: bytes) -> None:
        """Encrypt and store; on return it is on disk."""
        path = self._path(name)
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

    def get(self, name: str) -> bytes:
        """The content. Raises Missing."""
        try:
            return crypto.unseal(self._path(name).read_bytes())
        except FileNotFoundError as error:
            raise Missing(name) from error

    def drop(self, name: str) -> None:
        """Remove a file; gone already is as good."""
        self._path(name).unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[Path]:
        """The files that were written before this moment, finished or not."""
        for path in self.path.glob("[0-9a-f][0-9a-f]/*"):
            try:
                written = path.stat().st_mtime
            except FileNotFoundError:
                continue
            if written < moment.timestamp():
                yield path

    def _path(self, name: str) -> Path:
        if len(name) != NAME_LENGTH or not set(name) <= set("0123456789abcdef"):
            raise Missing(name)
        return self.path / name[:2] / name


def _settle(folder: Path) -> None:
    """Make the folder's own entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
