"""The first step of every start: `.venv` with the pinned dependencies, then on with its Python.

Runs under the machine's own Python, so only the standard library is imported here. What was
installed is remembered by a hash of the requirements file: an unchanged one costs no pip.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = {
    "server": ["requirements.txt"],
    "test": ["requirements-dev.txt", "requirements.txt"],
    "bench": ["requirements.txt"],
    "screenshots": ["requirements-dev.txt", "requirements.txt"],
}
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GOES_ON_WITH = {
    "server": "script.launcher.server",
    "test": "script.launcher.tests",
    "bench": "bench",
    "screenshots": "script.pictures",
}


def main(arguments: list[str]) -> int:
    """Set up for the given purpose, then become its program; the exit status on failure."""
    purpose, *rest = arguments
    try:
        with (ROOT / ".venv.lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once install one after the other
            prepare(REQUIREMENTS[purpose])
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Setting up .venv failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    # Held back until the next program has its handlers: no traceback from the middle of an import.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    command = [str(PYTHON), "-m", GOES_ON_WITH[purpose], *rest]
    os.execv(command[0], command)  # noqa: S606  replaces this process: signals reach the launcher


def prepare(files: list[str]) -> None:
    """Make `.venv` if it is missing or unusable, and install the first file unless unchanged.

    The first file holds everything of the others, so all of them are installed with it.
    """
    if not is_usable():
        shutil.rmtree(VENV, ignore_errors=True)
        say(f"Making .venv with Python {sys.version.split()[0]} ...")
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        note("made", identity(PYTHON))
    if all(noted(file) == fingerprint(file) for file in files):
        return
    say(f"Installing {files[0]} into .venv (about half a minute) ...")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--quiet"]
    subprocess.run([*pip, "--requirement", str(ROOT / files[0])], check=True)
    for file in files:
        note(file, fingerprint(file))


def is_usable() -> bool:
    """Whether `.venv` was made completely, in this place, with the Python that is there now."""
    made = noted("made")
    return made is not None and made == identity(PYTHON)


def identity(python: Path) -> str:
    """Where a Python lies and which one it is; empty when it does not run."""
    command = [str(python), "-c", "import sys; print(sys.executable, *sys.version_info[:2])"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def fingerprint(file: str) -> str:
    """What an installed requirements file is compared by."""
    return hashlib.sha256((ROOT / file).read_bytes()).hexdigest()


def noted(name: str) -> str | None:
    """What was noted in `.venv` under this name; None when nothing was."""
    try:
        return (VENV / f".hotline-{name}").read_text(encoding="utf-8")
    except OSError:
        return None


def note(name: str, text: str) -> None:
    """Note in `.venv` that something was done."""
    (VENV / f".hotline-{name}").write_text(text, encoding="utf-8")


def heed_signals() -> None:
    """Let the stop signals in again; SIGTERM then ends a tool as Ctrl-C does, tidily."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def say(text: str) -> None:
    """One line for the console, at once."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
