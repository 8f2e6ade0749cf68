"""A left-over is told by pid, start time and command line; anybody else's process is spared."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from script.launcher import homes, leftovers, processes
from script.launcher.leftovers import Ledger, Trace, is_same
from script.launcher.processes import Program

SEEN = Trace("web", 4711, 1_000.0, ["python", "-m", "gunicorn"])
SLEEPS = "import time\nwhile True: time.sleep(1)"


@pytest.mark.parametrize(
    ("written", "same"),
    [
        (SEEN, True),
        (replace(SEEN, started_at=1_001.5), True),  # the boot time was corrected
        (replace(SEEN, started_at=1_010.0), False),
        (replace(SEEN, started_at=990.0), False),
        (replace(SEEN, pid=4712), False),
        (replace(SEEN, command=["python", "-m", "http.server"]), False),
        (replace(SEEN, command=[]), False),
    ],
)
def test_who_is_the_same(written: Trace, *, same: bool) -> None:
    assert is_same(written, SEEN) is same


def test_nobody_is_not_the_same() -> None:
    assert not is_same(SEEN, None)


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    return homes.prepare(tmp_path / "var")


@pytest.fixture
def mark() -> str:
    """A launch's mark; no other test's, which may run beside this one."""
    return secrets.token_hex(8)


@pytest.fixture
def sleeper(var_dir: Path, mark: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of a launch that was killed, with a child of its own in another session."""
    code = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', {SLEEPS!r}], start_new_session=True)\n" + SLEEPS
    )
    environ = dict(os.environ) | {processes.MARK: mark}
    command = [sys.executable, "-c", code]
    program = Program("relay", command, var_dir / "log" / "relay.log", environ)
    child = processes.start(program)
    while len(processes.marked(mark)) < 2:
        assert child.poll() is None
    yield child
    processes.kill(processes.marked(mark))
    child.wait()


def test_what_a_killed_start_left_is_stopped(
    var_dir: Path, sleeper: subprocess.Popen[bytes], mark: str
) -> None:
    Ledger(var_dir, mark).record("relay", sleeper.pid)
    assert leftovers.stop(var_dir) == ["relay"]
    assert sleeper.wait() != 0
    assert [each for each in processes.marked(mark) if processes.is_alive(each)] == []
    assert leftovers.stop(var_dir) == []


def test_grandchildren_are_found_by_their_mark(
    var_dir: Path, sleeper: subprocess.Popen[bytes], mark: str
) -> None:
    Ledger(var_dir, mark).record("relay", sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    assert leftovers.stop(var_dir) == []
    assert [each for each in processes.marked(mark) if processes.is_alive(each)] == []


def test_another_process_under_the_same_pid_is_spared(
    var_dir: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    ledger = Ledger(var_dir, "another-mark")
    ledger.record("relay", sleeper.pid)
    started_at = psutil.Process(sleeper.pid).create_time() - 60
    ledger.traces["relay"] = replace(ledger.traces["relay"], started_at=started_at)
    ledger.record("clock", os.getpid())  # writes both; this very process is not a left-over
    ledger.traces["clock"] = replace(ledger.traces["clock"], command=["flask", "clock"])
    ledger.record("gone", 2**22 + 1)
    ledger._write()
    assert leftovers.stop(var_dir) == []
    assert sleeper.poll() is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"mark": "m"}', '{"mark": 1, "children": [1]}']
)
def test_an_unreadable_list_is_no_list(var_dir: Path, content: str) -> None:
    (var_dir / "run" / "started.json").write_text(content, encoding="utf-8")
    assert leftovers.stop(var_dir) == []


def test_a_child_is_written_down_once_its_command_shows(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([replace(SEEN, command=[]), replace(SEEN, command=[]), SEEN])
    monkeypatch.setattr(leftovers, "look", lambda _name, _pid: next(looks))
    ledger = Ledger(var_dir, "mark")
    ledger.record("web", SEEN.pid)
    assert ledger.traces == {"web": SEEN}
