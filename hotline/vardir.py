"""What lies in VAR_DIR so that one command finds what another left there.

`secrets.env` holds made-up secrets (mode 600), `run.env` the running server's addresses, and
`server.lock` is held for as long as it runs: a lock ends with its process, a pid file doesn't.
Decided here: the format and who may read it. Not here: what the values mean (`config`).
"""

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent
SECRETS = "secrets.env"
RUN = "run.env"
LOCK = "server.lock"


def locate(environ: Mapping[str, str]) -> Path:
    """The folder VAR_DIR names; a relative one starts at the repository's root."""
    return (ROOT / (environ.get("VAR_DIR") or "var")).resolve()


def read_env(path: Path) -> dict[str, str]:
    """The `NAME=value` lines of a file; empty when there is none. Raises OSError if unreadable."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    values = {}
    for line in text.splitlines():
        name, found, value = line.strip().removeprefix("export ").partition("=")
        if found and name and not name.startswith("#"):
            values[name.strip()] = _unquoted(value.strip())
    return values


def write_env(path: Path, values: Mapping[str, str], comment: str) -> None:
    """Write the file, readable by its owner only; it is whole or not there at all."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"# {comment}\n")
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def hold(var_dir: Path) -> BinaryIO | None:
    """Take the server's lock for as long as the file stays open; None when a server has it."""
    file = (var_dir / LOCK).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def has_server(var_dir: Path) -> bool:
    """Whether a server runs on this VAR_DIR now."""
    try:
        file = (var_dir / LOCK).open("rb")
    except OSError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
