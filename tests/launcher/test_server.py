"""`script/server` as a whole: up, killed in parts and as a whole, up again, down, nothing left."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hotline import vardir
from hotline.environment import gather
from script.launcher import homes, leftovers
from tests.front.conftest import CHROMIUM

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1200)]
PATIENCE = 400.0  # a first start makes the demo; a busy machine takes minutes for it


class Server:
    """A running `script/server` and what it has said."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.said: list[str] = []
        self.child: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "script.launcher.server"],
            cwd=vardir.ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.child.stdout is not None
        self.said.extend(self.child.stdout)
        self.child.stdout.close()

    @property
    def output(self) -> str:
        return "".join(self.said)

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.output:
            assert self.listener.is_alive() or words in self.output, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        self.child.send_signal(number)
        status = self.child.wait(PATIENCE)
        self.listener.join(PATIENCE)
        return status

    def kill(self) -> None:
        """End it whatever it does; a test that failed leaves nothing behind for the next."""
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.listener.join(PATIENCE)


Start = Callable[..., Server]


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """Starts servers in this environment; those still running at the end are killed."""
    started: list[Server] = []

    def begin(**changes: str) -> Server:
        started.append(Server(environ | changes))
        return started[-1]

    yield begin
    for one in started:
        one.kill()


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A try-out's environment with a VAR_DIR and ports of its own; what was left is stopped."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    var_dir = homes.prepare(tmp_path / "v")
    yield kept | {"VAR_DIR": str(var_dir), "PORT": str(free_pair())}
    leftovers.stop(var_dir)
    homes.discard(var_dir)


def free_pair() -> int:
    """A free port whose next one is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def ours(var_dir: str) -> list[str]:
    """The command lines of every process that was started for this VAR_DIR."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("VAR_DIR") == var_dir or var_dir in " ".join(
                process.cmdline()
            ):
                found.append(" ".join(process.cmdline()))
        except (psutil.Error, OSError):
            continue
    return found


def a_citizen_calls(port: str) -> None:
    """Two windows of a browser, where there is one: CI must have it."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true"
        return
    command = [sys.executable, "-m", "tests.launcher.two_windows", str(CHROMIUM), port]
    done = subprocess.run(
        command, cwd=vardir.ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_life_with_two_deaths(environ: dict[str, str], start: Start) -> None:
    first = start()
    first.wait_for("Ctrl-C")
    assert "operator1" in first.output
    assert gather(environ)["DATABASE_URL"].startswith("postgresql+psycopg://hotline@/hotline?host=")
    a_citizen_calls(environ["PORT"])

    again = start()
    assert again.child.wait(PATIENCE) == 1
    again.listener.join(PATIENCE)
    assert "A server already runs on" in again.output

    relay = [p for p in psutil.Process(first.child.pid).children() if "relay" in p.cmdline()]
    relay[0].kill()
    first.wait_for("relay ended (signal 9); starting it again")

    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert "DATABASE_URL" not in gather(environ)  # no server runs, whatever run.env says
    assert ours(environ["VAR_DIR"]) != []

    second = start()
    second.wait_for("Ctrl-C")
    assert "Stopped what a killed start had left running" in second.output
    assert "under way" not in second.output  # migrations and demo data were done by the first
    assert second.end(signal.SIGTERM) == 0
    assert "nothing is running any more" in second.output
    assert ours(environ["VAR_DIR"]) == []
    assert not (Path(environ["VAR_DIR"]) / vardir.RUN).exists()


def test_a_taken_port_stops_the_start(environ: dict[str, str], start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environ["PORT"])))
        other.listen(1)
        server = start()
        assert server.child.wait(PATIENCE) == 1
    server.listener.join(PATIENCE)
    assert server.output.startswith(f"PORT {environ['PORT']} on 127.0.0.1")
    assert ours(environ["VAR_DIR"]) == []


def test_production_starts_on_nothing_made_up(start: Start) -> None:
    server = start(HOTLINE_ENV="production")
    assert server.child.wait(PATIENCE) == 1
    server.listener.join(PATIENCE)
    assert server.output.startswith("SECRET_KEY is not set")
