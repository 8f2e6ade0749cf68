"""The embedded stores as they really run: started, killed, started again, stopped."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from script.launcher import homes, leftovers, postgres, processes, stores
from script.launcher.stores import Throwaway


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = homes.prepare(tmp_path / "v")
    yield folder
    leftovers.stop(folder)
    homes.discard(folder)


def kill(both: Throwaway) -> None:
    """SIGKILL to both servers, as when the machine's memory ran out."""
    for running in both.running:
        os.kill(running.child.pid, signal.SIGKILL)
        running.child.wait()


@pytest.mark.parametrize("major", sorted(postgres.MAJORS))
def test_started_killed_and_started_again(folder: Path, major: int) -> None:
    both = stores.start_throwaway(folder, major)
    with psycopg.connect(both.addresses.database_url) as connection:
        assert connection.info.server_version // 10_000 == major
        connection.execute("CREATE TABLE kept AS SELECT '市民' AS word")
        assert shown(connection, "server_encoding") == "UTF8"
        assert shown(connection, "listen_addresses") == ""
        assert shown(connection, "is_superuser") == "off"
        assert shown(connection, "fsync") == "off"
    kill(both)

    again = stores.start_throwaway(folder, major)
    with psycopg.connect(again.addresses.database_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("市民",)
    client = redis.Redis.from_url(again.addresses.redis_url)
    assert client.ping()
    client.close()
    again.stop()
    assert processes.marked(again.ledger.mark) == []
    assert leftovers.stop(folder) == []


def test_a_killed_launcher_leaves_stores_that_the_next_start_stops(folder: Path) -> None:
    first = stores.start_throwaway(folder, postgres.DEFAULT_MAJOR)
    left = [running.child for running in first.running]
    second = stores.start_throwaway(folder, postgres.DEFAULT_MAJOR)
    assert [child.poll() is not None for child in left] == [True, True]
    with psycopg.connect(second.addresses.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.stop()


def test_the_durable_cluster_waits_for_the_disk(folder: Path) -> None:
    cluster = postgres.locate(folder)
    program = postgres.program(cluster, folder / "log" / "postgres.log", {})
    assert not [option for option in program.command if option.startswith("fsync")]
    assert program.stop_signal == signal.SIGINT


def test_nobody_else_reaches_the_sockets(folder: Path) -> None:
    with stores.throwaway(folder, postgres.DEFAULT_MAJOR) as addresses:
        for url in (addresses.database_url, addresses.redis_url):
            place = Path(url.removeprefix("unix://").partition("?")[0])
            if url.startswith("postgresql"):
                place = Path(url.partition("host=")[2]) / "x"
            assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        ours = psutil.Process().children(recursive=True)
        assert [process for process in ours if listens(process)] == []


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    folder = homes.for_socket(deep, "redis.sock", None)
    try:
        assert len(str(folder)) < 40
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert homes.for_socket(deep, "redis.sock", None) == folder
        folder.chmod(0o777)  # somebody else's folder of that name would look like this
        other = homes.for_socket(deep, "redis.sock", None)
        assert other != folder
        shutil.rmtree(other)
    finally:
        shutil.rmtree(folder)


def test_an_interrupted_initdb_is_begun_anew(folder: Path) -> None:
    cluster = postgres.locate(folder, is_throwaway=True)
    unfinished = cluster.data.with_name(f"{cluster.data.name}.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n", encoding="utf-8")
    assert postgres.initialise(cluster)
    assert not postgres.initialise(cluster)
    assert not unfinished.exists()


def listens(process: psutil.Process) -> bool:
    """Whether it has a TCP socket; a backend that ended meanwhile has none."""
    try:
        return bool(process.net_connections("tcp"))
    except psutil.NoSuchProcess:
        return False


def shown(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])
