"""A child that dies is started again, later each time; stopping leaves nothing."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.launcher import homes, processes, watch
from script.launcher.leftovers import Ledger
from script.launcher.processes import Program
from script.launcher.watch import Watch

SLEEPS = "import time\nprint('up', flush=True)\nwhile True: time.sleep(1)"
DEAF = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SLEEPS}"


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(watch, "FIRST_WAIT", 0.05)
    watching = Watch(Ledger(homes.prepare(tmp_path / "var"), secrets.token_hex(8)))
    yield watching
    watching.stop()


def program(watching: Watch, name: str, code: str, patience: float = 5.0) -> Program:
    log = watching.ledger.path.parent.parent / "log" / f"{name}.log"
    environ = dict(os.environ) | {processes.MARK: watching.ledger.mark}
    return Program(name, [sys.executable, "-c", code], log, environ, stop_seconds=patience)


def wait_for(log: Path, text: str, count: int = 1) -> None:
    deadline = time.monotonic() + 10
    while not log.exists() or log.read_text(encoding="utf-8").count(text) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_child_that_was_killed_is_started_again(
    watching: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    relay = program(watching, "relay", SLEEPS)
    watching.start(relay)
    first = watching.children["relay"].running.child
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    watching.look()
    assert "relay ended (signal 9)" in capsys.readouterr().out
    assert watching.children["relay"].running.child is first  # not yet: it waits a little
    time.sleep(0.06)
    watching.look()
    second = watching.children["relay"].running.child
    assert second.pid != first.pid
    assert second.poll() is None
    assert watching.ledger.traces["relay"].pid == second.pid


def test_the_wait_doubles_with_each_death(watching: Watch) -> None:
    watching.start(program(watching, "clock", "raise SystemExit(3)"))
    waits = []
    for _ in range(3):
        clock = watching.children["clock"]
        clock.running.child.wait()
        watching.look()
        assert clock.due_at is not None
        waits.append(round(clock.due_at - time.monotonic(), 1))
        clock.due_at = 0.0
        watching.look()
    assert waits == sorted(waits)
    assert watching.deaths() == {"clock": 3}


def test_a_steady_life_forgives_earlier_deaths(watching: Watch) -> None:
    watching.start(program(watching, "clock", "raise SystemExit(3)"))
    clock = watching.children["clock"]
    clock.deaths, clock.started_at = 7, clock.started_at - watch.STEADY_AFTER
    clock.running.child.wait()
    watching.look()
    assert clock.deaths == 1


def test_stopping_kills_who_does_not_listen(
    watching: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf = program(watching, "web", DEAF, patience=0.2)
    polite = program(watching, "worker", SLEEPS)
    watching.start(polite)
    watching.start(deaf)
    for each in (deaf, polite):
        wait_for(each.log, "up")
    children = [each.running.child for each in watching.children.values()]
    watching.stop()
    assert [child.returncode for child in children] == [-signal.SIGTERM, -signal.SIGKILL]
    assert "web did not stop in time" in capsys.readouterr().out
    assert processes.marked(watching.ledger.mark) == []


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_LIMIT", 3)
    log = tmp_path / "web.log"
    for content in ("first", "second", "third", "fourth", "fifth"):
        log.write_text(content, encoding="utf-8")
        processes.rotate(log)
        processes.rotate(log)  # there is none now
    kept = {each.name: each.read_text(encoding="utf-8") for each in tmp_path.iterdir()}
    assert kept == {"web.log.1": "fifth", "web.log.2": "fourth", "web.log.3": "third"}
    log.write_text("ab", encoding="utf-8")
    processes.rotate(log)
    assert log.exists()
