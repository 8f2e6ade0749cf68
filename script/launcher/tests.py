"""`script/test`: lint, types, import contracts, then the tests against real stores.

With CI=true everything runs, the tests once for each embedded PostgreSQL (the older first
and without browser, chaos and what is the same on both, so that the last summary line speaks
of all of them; the checks run beside). Otherwise what takes a browser, chaos and the older
PostgreSQL are left to CI. With arguments only pytest runs, once. Where the environment names
TEST_DATABASE_URL and TEST_REDIS_URL, those are used, once.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from hotline import vardir
from script.launcher import browser, homes, leftovers, stores, translations
from script.launcher.bootstrap import STOP_SIGNALS
from script.launcher.errors import LaunchError

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "lint-imports": [str(Path(sys.prefix) / "bin" / "lint-imports")],
}
# What is run on which embedded PostgreSQL.
Runs = dict[str, tuple[int, list[str]]]
RUNS: Runs = {
    "tests on PostgreSQL 16": (16, ["-m", "not browser and not chaos and not once"]),
    "tests on PostgreSQL 18": (18, []),
}
AT_HAND: Runs = {
    "tests on PostgreSQL 18, without browser and chaos (CI=true runs everything)": (
        18,
        ["-m", "not browser and not chaos"],
    )
}
Checks = dict[str, tuple[subprocess.Popen[bytes], IO[bytes]]]
MOST_WORKERS = 4
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 0 when all of it passed."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        os.environ.pop(NO_BYTECODE, None)  # else each worker compiles everything anew
        translations.compile_all(vardir.ROOT)
        if arguments or _is_ci():
            browser.ensure()
        return _chosen(arguments) if arguments else _everything()
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _everything() -> int:
    """All checks, then the tests on every major; whatever failed is said before the last run."""
    workers = str(min(os.cpu_count() or 1, MOST_WORKERS))
    spread = ["--numprocesses", workers, "--dist", "loadgroup"]
    *first, (last, (major, options)) = _runs().items()
    failed = []
    with _started_checks() as checks:
        for name, (older, chosen) in first:
            print(f"== {name}")
            if _test(older, [*spread, *chosen]) != 0:
                failed.append(name)
        failed += [name for name, check in checks.items() if _outcome(name, *check) != 0]
    print(f"== {last}" if not failed else f"NOT PASSED: {', '.join(failed)}\n== {last}")
    if _test(major, [*spread, *options]) != 0:
        failed.append(last)
    return 1 if failed else 0


def _runs() -> Runs:
    """The runs that are asked for; never none."""
    if not _is_ci():
        return AT_HAND
    return {"tests": RUNS["tests on PostgreSQL 18"]} if _has_stores() else RUNS


@contextmanager
def _started_checks() -> Iterator[Checks]:
    """All checks at once, each with what it says; those under way at the end are ended."""
    with ExitStack() as stack:
        checks: Checks = {}
        for name, command in CHECKS.items():
            said = stack.enter_context(tempfile.TemporaryFile())
            started = subprocess.Popen(
                [sys.executable, *command], cwd=vardir.ROOT, stdout=said, stderr=subprocess.STDOUT
            )
            check = stack.enter_context(started)
            stack.callback(check.terminate)
            checks[name] = check, said
        yield checks


def _outcome(name: str, check: subprocess.Popen[bytes], said: IO[bytes]) -> int:
    """Wait for a check, print what it said; its exit status."""
    status = check.wait()
    said.seek(0)
    print(f"$ {name}\n{said.read().decode('utf-8', 'replace')}", end="", flush=True)
    return status


def _is_ci() -> bool:
    return os.environ.get("CI") == "true"


def _chosen(arguments: Sequence[str]) -> int:
    major = os.environ.get("HOTLINE_PG_MAJOR") or "18"
    if not major.isdecimal():
        raise LaunchError(f"HOTLINE_PG_MAJOR is {major!r}: it must be 18 or 16.")
    return _test(int(major), arguments)


def _test(major: int, arguments: Sequence[str]) -> int:
    """Run pytest with stores of its own, or with those that the environment names."""
    command = ["-m", "pytest", *arguments]
    if _has_stores():
        return _run(command)
    shelf = homes.prepare(vardir.locate(os.environ)) / "test"
    _sweep(shelf)
    shelf.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=shelf))
    folder.chmod(0o711)  # the account of PostgreSQL passes through
    lock = vardir.hold(folder)
    try:
        with stores.throwaway(folder, major) as addresses:
            os.environ["TEST_DATABASE_URL"] = addresses.database_url
            os.environ["TEST_REDIS_URL"] = addresses.redis_url
            return _run(command)
    finally:
        os.environ.pop("TEST_DATABASE_URL", None)
        os.environ.pop("TEST_REDIS_URL", None)
        homes.discard(folder)
        if lock is not None:
            lock.close()


def _has_stores() -> bool:
    """Whether the environment names the stores to test on."""
    return bool(os.environ.get("TEST_DATABASE_URL") and os.environ.get("TEST_REDIS_URL"))


def _sweep(shelf: Path) -> None:
    """Stop and remove what killed runs left; the folder of a living run is locked."""
    for folder in shelf.glob("*"):
        lock = vardir.hold(folder)
        if lock is not None:
            leftovers.stop(folder)
            homes.discard(folder)
            lock.close()


def _run(command: Sequence[str]) -> int:
    print(f"$ {' '.join(command)}", flush=True)
    return subprocess.run([sys.executable, *command], cwd=vardir.ROOT, check=False).returncode


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends the run like Ctrl-C: the stores are stopped on the way out."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
