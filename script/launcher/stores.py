"""PostgreSQL and Redis together: started one after the other, stopped in reverse.

Used by the server, which watches them, and by the tests, which only need them meanwhile.
"""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from script.launcher import homes, leftovers, postgres, processes, redis_server
from script.launcher.errors import LaunchError
from script.launcher.leftovers import Ledger
from script.launcher.processes import Program

RETRY_SECONDS = 15.0  # how long a killed server's last backend may hold on


@dataclass
class Running:
    """A program and its running child."""

    program: Program
    child: subprocess.Popen[bytes]

    def stop(self) -> bool:
        """Stop it and its descendants; whether it obeyed in time."""
        return processes.stop(self.child, self.program)


@dataclass(frozen=True)
class Addresses:
    """Where the two stores are reached."""

    database_url: str
    redis_url: str


def child_environ(environ: Mapping[str, str], mark: str) -> dict[str, str]:
    """What a store's process gets of the environment: no settings, no secrets, the mark."""
    kept = {key: environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if key in environ}
    return kept | {"LC_ALL": "C", processes.MARK: mark}


def start_postgres(
    cluster: postgres.Cluster, log: Path, environ: Mapping[str, str], ledger: Ledger
) -> Running:
    """Make the cluster if need be, start it, wait for it, and make the database."""
    postgres.initialise(cluster)
    program = postgres.program(cluster, log, environ)
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        child = processes.start(program)
        ledger.record(program.name, child.pid)
        running = Running(program, child)
        try:
            if postgres.wait_until_ready(cluster, child, log):
                postgres.create_database(cluster)
                return running
        except BaseException:
            running.stop()
            raise
        if time.monotonic() > deadline:
            raise LaunchError(f"PostgreSQL did not start, see {log}:\n{processes.tail(log)}")
        time.sleep(0.25)


def start_redis(
    server: redis_server.Server, log: Path, environ: Mapping[str, str], ledger: Ledger
) -> Running:
    """Start Redis and wait for it."""
    program = redis_server.program(server, log, environ)
    child = processes.start(program)
    ledger.record(program.name, child.pid)
    running = Running(program, child)
    try:
        redis_server.wait_until_ready(server, child, log)
    except BaseException:
        running.stop()
        raise
    return running


@dataclass
class Throwaway:
    """Both stores in one folder, fast and not durable, and what is needed to stop them."""

    addresses: Addresses
    ledger: Ledger
    running: list[Running]

    def stop(self) -> None:
        """Stop both and whatever they started."""
        for each in reversed(self.running):
            each.stop()
        processes.kill(processes.marked(self.ledger.mark))
        self.ledger.close()


def start_throwaway(folder: Path, major: int) -> Throwaway:
    """Stop what an earlier start in this folder left, then start both stores there."""
    folder = homes.prepare(folder)
    leftovers.stop(folder)
    ledger = Ledger(folder, secrets.token_hex(16))
    environ = child_environ(os.environ, ledger.mark)
    cluster = postgres.locate(folder, major, is_throwaway=True)
    server = redis_server.locate(folder)
    both = Throwaway(Addresses(cluster.url(), server.url), ledger, [])
    try:
        both.running.append(start_redis(server, folder / "log" / "redis.log", environ, ledger))
        log = folder / "log" / f"postgres-{major}.log"
        both.running.append(start_postgres(cluster, log, environ, ledger))
    except BaseException:
        both.stop()
        raise
    return both


@contextmanager
def throwaway(folder: Path, major: int) -> Iterator[Addresses]:
    """Both stores in this folder for as long as the block lasts."""
    both = start_throwaway(folder, major)
    try:
        yield both.addresses
    finally:
        both.stop()
