"""A whole hotline of its own for a benchmark: `script/server` in a folder and on a port apart."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hotline.vardir import ROOT, read_env

READY_SECONDS = 600.0  # a busy machine installs and seeds slowly
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Hotline:
    """Where the running hotline is, and the secrets that a client of it needs."""

    host: str
    port: int
    database_url: str
    secrets: dict[str, str]
    environ: dict[str, str]

    def command(self, *words: str) -> str:
        """Run a `flask` command beside it; its output."""
        done = subprocess.run(
            [str(ROOT / ".venv/bin/python"), "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


@contextmanager
def hotline(name: str) -> Iterator[Hotline]:
    """Start a fresh hotline with demo data, stop it at the end and take its folder away."""
    folder, port = ROOT / "var" / f"bench-{name}", _free_ports()
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    environ = _environ() | {"VAR_DIR": str(folder), "PORT": str(port)}
    log = (ROOT / "var" / f"bench-{name}.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [str(ROOT / "script/server")], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait(process, port)
        run = read_env(folder / "run.env")
        yield Hotline(
            host="127.0.0.1",
            port=port,
            database_url=run["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://"),
            secrets=read_env(folder / "secrets.env") | run,
            environ=environ,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("script/server ended before it was ready; see its log in var/")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the hotline was not ready in time")


def _environ() -> dict[str, str]:
    """The environment without anything that would point to another installation."""
    foreign = {"DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "SECRET_KEY", "FIELD_KEYS"}
    return {name: value for name, value in os.environ.items() if name not in foreign}


def _free_ports() -> int:
    """A port that is free together with the next one, which the phonebooth takes."""
    for port in range(18_000, 18_900, 2):
        try:
            for one in (port, port + 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", one))
        except OSError:
            continue
        return port
    raise RuntimeError("no two neighbouring ports are free")
