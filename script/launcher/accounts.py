"""Under which account PostgreSQL runs.

PostgreSQL refuses to run as root. Decided here: as root a system account of our own is used
(made when missing), otherwise the caller's own. Not decided here: where its files lie.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from script.launcher.errors import LaunchError

SYSTEM_ACCOUNT = "hotline-pg"


@dataclass(frozen=True)
class Account:
    """A user of this machine under whom a child may be started."""

    name: str
    uid: int
    gid: int


def for_postgres() -> Account | None:
    """The account for PostgreSQL; None means the caller's own (the caller is not root)."""
    if os.geteuid() != 0:
        return None
    return _look_up(SYSTEM_ACCOUNT) or _create(SYSTEM_ACCOUNT) or _last_resort()


def may_enter(account: Account | None, folder: Path) -> bool:
    """Whether the account can pass every folder on the way to this one and enter it."""
    return _succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def may_run(account: Account | None, program: Path) -> bool:
    """Whether the account can reach and start this program (asked with --version)."""
    return _succeeds([str(program), "--version"], account)


def give(folder: Path, account: Account | None, mode: int = 0o700) -> Path:
    """Make the folder if it is missing, and make it the account's own."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(mode)
    return folder


def _succeeds(command: Sequence[str], account: Account | None) -> bool:
    try:
        done = subprocess.run(
            command,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _look_up(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def _create(name: str) -> Account | None:
    """Make the system account, without home or shell; None where the machine has no useradd."""
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return None
    command = [
        useradd,
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
    ]
    nologin = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin") or "/bin/false"
    subprocess.run([*command, "--shell", nologin, name], capture_output=True, check=False)
    return _look_up(name)  # also found when another start made it in the same moment


def _last_resort() -> Account:
    account = _look_up("nobody")
    if account is None:
        raise LaunchError(
            "PostgreSQL does not run as root and no system account could be made for it: "
            f"create the user {SYSTEM_ACCOUNT}, start as an ordinary user, or set DATABASE_URL."
        )
    return account
