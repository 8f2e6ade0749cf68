"""A PostgreSQL and a Redis for somebody who runs tests again and again.

`start` leaves both running and prints two lines for the shell; `stop` ends them; `run` gives
them to one command. From the repository's root:

    eval "$(.venv/bin/python -m script.launcher.testdb start)"
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from script.launcher import leftovers, postgres, stores
from script.launcher.errors import LaunchError


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m script.launcher.testdb", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("action", choices=["start", "stop", "run"])
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what run should run")
    parser.add_argument("--major", type=int, default=postgres.DEFAULT_MAJOR)
    parser.add_argument("--folder", type=Path, default=Path("var/testdb"))
    given = parser.parse_args(arguments)
    if given.command and given.action != "run":
        parser.error(f"options stand before {given.action}, not behind it")
    try:
        if given.action == "stop":
            return _stop(given.folder)
        if given.action == "start":
            return _start(given.folder, given.major)
        return _run(given.folder, given.major, given.command)
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1


def _start(folder: Path, major: int) -> int:
    addresses = stores.start_throwaway(folder, major).addresses
    print(f"export TEST_DATABASE_URL='{addresses.database_url}'")
    print(f"export TEST_REDIS_URL='{addresses.redis_url}'")
    return 0


def _stop(folder: Path) -> int:
    stopped = leftovers.stop(folder.resolve())
    print(f"stopped: {', '.join(stopped) or 'nothing was running'}", file=sys.stderr)
    return 0


def _run(folder: Path, major: int, command: Sequence[str]) -> int:
    with stores.throwaway(folder, major) as addresses:
        environ = dict(os.environ)
        environ["TEST_DATABASE_URL"] = addresses.database_url
        environ["TEST_REDIS_URL"] = addresses.redis_url
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
