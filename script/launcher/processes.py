"""Starting and stopping one child process.

Every child gets a session of its own (Ctrl-C reaches only the launcher, which stops them in
order), a log file, and the launch's mark in its environment, by which grandchildren that
outlive their parent are found. What happens after a death is decided in server.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from script.launcher.accounts import Account

MARK = "HOTLINE_LAUNCH"
LOG_LIMIT = 10_000_000  # bytes; a larger log is put aside at the next start
LOGS_KEPT = 3


@dataclass(frozen=True)
class Program:
    """One child to run: the command, where its output goes, and how it is asked to stop."""

    name: str
    command: Sequence[str]
    log: Path
    environ: Mapping[str, str]
    account: Account | None = None
    cwd: Path = field(default_factory=Path.cwd)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start the program; returns once it has been executed (not once it is ready)."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        account = program.account
        return subprocess.Popen(
            program.command,
            cwd=program.cwd,
            env=dict(program.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def stop(child: subprocess.Popen[bytes], program: Program) -> bool:
    """Ask the child to stop, wait, then kill it and its descendants; whether it obeyed."""
    family = descendants(child.pid)
    has_obeyed = True
    if child.poll() is None:
        child.send_signal(program.stop_signal)
        try:
            child.wait(program.stop_seconds)
        except subprocess.TimeoutExpired:
            has_obeyed = False
            family = descendants(child.pid)
    kill_group(child.pid)
    kill(family)
    child.wait()
    return has_obeyed


def descendants(pid: int) -> list[psutil.Process]:
    """Children and their children now; empty when the process is gone."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def kill_group(pid: int) -> None:
    """SIGKILL to the process group that this child leads; quiet when nothing is left of it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def kill(processes: Iterable[psutil.Process], seconds: float = 5.0) -> None:
    """SIGKILL to each, and wait until they are gone."""
    doomed = [process for process in processes if is_alive(process)]
    for process in doomed:
        with contextlib.suppress(psutil.Error):
            process.kill()
    wait(doomed, seconds)


def wait(gone_soon: Iterable[psutil.Process], seconds: float) -> None:
    """Wait until all have ended; one that nobody has reaped yet has ended too."""
    deadline = time.monotonic() + seconds
    left = [process for process in gone_soon if is_alive(process)]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [process for process in left if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs: neither gone, nor ended and waiting for its parent."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def marked(mark: str) -> list[psutil.Process]:
    """Every process on this machine that carries the launch's mark in its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def rotate(log: Path) -> None:
    """Put a log that has grown too large aside; the oldest one goes."""
    if not log.exists() or log.stat().st_size < LOG_LIMIT:
        return
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        text = log.read_bytes()[-8_000:].decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join("    " + line for line in text.splitlines()[-lines:])
