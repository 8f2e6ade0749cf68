"""One launch: its stores, its database, its processes, and their end.

Decided here: which stores are embedded (those whose address is not given), what other commands
are told in `run.env`, and the order. When to stop and what to say is the server's business.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from hotline import environment, vardir
from hotline.config import Config
from script.launcher import postgres, prepared, processes, programs, redis_server, stores
from script.launcher.console import say
from script.launcher.errors import LaunchError
from script.launcher.leftovers import Ledger
from script.launcher.processes import Program
from script.launcher.stores import Running
from script.launcher.watch import Watch

EMBEDDED = {"DATABASE_URL": "postgresql:///embedded", "REDIS_URL": "unix:///embedded"}
OLDEST_POSTGRES = 160000  # as server_version_num
# What other commands beside the server must agree on, apart from secrets and the stores.
SHARED_SETTINGS = (
    "PORT",
    "BIND",
    "PUBLIC_BASE_URL",
    "CITY_TIMEZONE",
    "CARRIER",
    "TWILIO_API_BASE_URL",
    "HOTLINE_NUMBER",
    "HOTLINE_ENV",
)


class Stopped(Exception):
    """The launch was asked to stop before it was complete."""


class Launch:
    """What one `script/server` started. Raises ConfigError when a setting is wrong."""

    def __init__(
        self, environ: Mapping[str, str], var_dir: Path, mark: str, stopping: threading.Event
    ) -> None:
        self.given = dict(environ)
        self.var_dir = var_dir
        self.stopping = stopping
        self.watch = Watch(Ledger(var_dir, mark))
        self.environ = programs.environ(environ, var_dir, mark)
        self.cluster: postgres.Cluster | None = None
        # Checked before anything is made; the embedded stores' addresses are known later.
        self.config = Config.load(EMBEDDED | {k: v for k, v in self.environ.items() if v.strip()})

    def start_stores(self) -> None:
        """Start what is embedded, ask whether the others answer, and write `run.env`."""
        addresses = {}
        if self._is_given("REDIS_URL"):
            _require_redis(self.config.redis_url)
        else:
            addresses["REDIS_URL"] = self._start_redis()
        if self._is_given("DATABASE_URL"):
            _require_postgres(self.config.database_url)
        else:
            addresses["DATABASE_URL"] = self._start_postgres()
        self.config = Config.load(self.environ | addresses)
        self._write_run_env()

    def prepare_database(self) -> None:
        """Migrate, and fill an empty database with the demo, except in production.

        A start that finds what an earlier one completed leaves both out.
        """
        versions = vardir.ROOT / "migrations" / "versions"
        if prepared.is_done(self.config, versions):
            return
        self._step("Migrations", programs.flask("db", "upgrade"))
        if not self.config.is_production:
            self._step("Demo data", programs.flask("seed", "--demo", "--if-empty"))
        prepared.write(self.config, versions)

    def start_application(self) -> None:
        """Start web, relay, worker, clock, switchboard, knowledge index and phonebooth."""
        for program in programs.application(self.config, self.environ):
            if self.stopping.is_set():
                raise Stopped
            self.watch.start(program)

    def stop(self) -> None:
        """Stop everything in order; other commands find no server any more."""
        self.watch.stop()
        (self.var_dir / vardir.RUN).unlink(missing_ok=True)
        self.watch.ledger.close()

    def _step(self, name: str, command: Sequence[str]) -> None:
        """Run one command of the application to its end; LaunchError when it fails."""
        program = Program("setup", command, self._log("setup"), self.environ, cwd=vardir.ROOT)
        running = Running(program, processes.start(program))
        began = time.monotonic()
        was_told = False
        while running.child.poll() is None:
            if self.stopping.wait(0.05):
                running.stop()
                raise Stopped
            if not was_told and time.monotonic() - began > 3:
                was_told = True
                say(f"{name}: under way ...")
        if running.child.returncode != 0:
            log = program.log
            raise LaunchError(f"{name} failed, see {log}:\n{processes.tail(log)}")

    def _log(self, name: str) -> Path:
        log = self.var_dir / "log" / f"{name}.log"
        processes.rotate(log)
        return log

    def _is_given(self, name: str) -> bool:
        return bool(self.given.get(name, "").strip())

    def _start_redis(self) -> str:
        """Start the embedded Redis; its address."""
        server = redis_server.locate(self.var_dir)
        ledger = self.watch.ledger
        environ = stores.child_environ(self.given, ledger.mark)
        self.watch.adopt(stores.start_redis(server, self._log("redis"), environ, ledger))
        return server.url

    def _start_postgres(self) -> str:
        """Start the embedded PostgreSQL; its address."""
        major = self.given.get("HOTLINE_PG_MAJOR", "").strip() or str(postgres.DEFAULT_MAJOR)
        if not major.isdecimal():
            raise LaunchError(f"HOTLINE_PG_MAJOR is {major!r}: it must be 18 or 16.")
        self.cluster = postgres.locate(self.var_dir, int(major))
        data = self.cluster.data
        if not data.is_relative_to(self.var_dir):
            say(f"PostgreSQL's account can't reach {self.var_dir}: its data lie in {data}.")
        ledger = self.watch.ledger
        environ = stores.child_environ(self.given, ledger.mark)
        log = self._log("postgres")
        self.watch.adopt(stores.start_postgres(self.cluster, log, environ, ledger))
        return self.cluster.url()

    def _write_run_env(self) -> None:
        """What any `flask` command beside this server needs to find it."""
        shared = {name: self.given[name] for name in SHARED_SETTINGS if self._is_given(name)}
        values = shared | {
            "DATABASE_URL": self.config.database_url,
            "REDIS_URL": self.config.redis_url,
            "PORT": str(self.config.port),
            environment.FIELD_KEYS_DIGEST: environment.digest_of_keys(self.config.field_keys),
        }
        if self.cluster is not None:
            values["HOTLINE_PG_PROGRAMS"] = str(self.cluster.programs)
        comment = "Written by script/server while it runs; removed when it stops."
        vardir.write_env(self.var_dir / vardir.RUN, values, comment)


def _require_postgres(url: str) -> None:
    """LaunchError when the given database does not answer, or is too old."""
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        problem = str(error).strip().splitlines()[0]
        raise LaunchError(f"DATABASE_URL: the database can't be reached: {problem}") from error
    if version < OLDEST_POSTGRES:
        raise LaunchError(f"DATABASE_URL: PostgreSQL {version // 10000} is too old, 16 is needed.")


def _require_redis(url: str) -> None:
    if not redis_server.answers(url):
        raise LaunchError("REDIS_URL: no Redis answers there: start it, or mend the address.")
