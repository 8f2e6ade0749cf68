"""`script/server`: everything that a hotline needs, started, watched and stopped in order.

Stores first, then migrations and demo data, then the application's processes. SIGINT, SIGTERM
and SIGHUP stop whatever was started, the stores last. The lock in VAR_DIR says that one runs.
"""

import argparse
import contextlib
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hotline import environment, vardir
from hotline.config import ConfigError
from script.launcher import homes, keys, leftovers, ports, processes, ready, translations
from script.launcher.bootstrap import STOP_SIGNALS
from script.launcher.console import say
from script.launcher.errors import LaunchError
from script.launcher.launch import Launch, Stopped

READY_SECONDS = 240.0
TOO_MANY_DEATHS = 4  # of one process before the hotline was ever ready
LOCK_SECONDS = 1.0  # a command that looks whether a server runs holds the lock for a moment


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status: 0 once everything was stopped as asked."""
    description = (
        "Runs the hotline until Ctrl-C. Settings come from the environment (.env.example)."
    )
    argparse.ArgumentParser(prog="script/server", description=description).parse_args(arguments)
    try:
        _serve(environment.process_environ(), _stop_on_signals())
    except (LaunchError, ConfigError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve(environ: Mapping[str, str], stopping: threading.Event) -> None:
    var_dir = homes.prepare(vardir.locate(environ))
    with _only_one(var_dir):
        left = leftovers.stop(var_dir)
        if left:
            say(f"Stopped what a killed start had left running: {', '.join(left)}.")
        (var_dir / vardir.RUN).unlink(missing_ok=True)
        keys.ensure(var_dir, environ)
        translations.compile_all(vardir.ROOT)
        launch = Launch(environ, var_dir, secrets.token_hex(16), stopping)
        ports.require_free(launch.config)
        with contextlib.suppress(Stopped):
            try:
                launch.start_stores()
                launch.prepare_database()
                launch.start_application()
                _wait_until_ready(launch, stopping)
                ready.announce(launch.config)
                _watch(launch, stopping)
            finally:
                _stop(launch)


def _wait_until_ready(launch: Launch, stopping: threading.Event) -> None:
    """Watch the children until `/readyz` is content; LaunchError when that does not come."""
    deadline = time.monotonic() + READY_SECONDS
    while not stopping.wait(0.2):
        launch.watch.look()
        answer = ready.ask(launch.config)
        if answer.is_ready:
            return
        for name, deaths in launch.watch.deaths().items():
            if deaths >= TOO_MANY_DEATHS:
                log = launch.var_dir / "log" / f"{name}.log"
                raise LaunchError(f"{name} does not stay up, see {log}:\n{processes.tail(log)}")
        if time.monotonic() > deadline:
            raise LaunchError(
                f"The hotline was not ready after {READY_SECONDS:.0f} s ({answer.missing}): "
                f"see the logs in {launch.var_dir / 'log'}."
            )


def _watch(launch: Launch, stopping: threading.Event) -> None:
    while not stopping.wait(0.2):
        launch.watch.look()


def _stop(launch: Launch) -> None:
    has_children = bool(launch.watch.children)
    if has_children:
        say("\n正在停止 · Stopping ...")
    launch.stop()
    if has_children:
        say("已全部停止 · Stopped; nothing is running any more.")


@contextmanager
def _only_one(var_dir: Path) -> Iterator[None]:
    """Hold VAR_DIR's lock; LaunchError when a server already does."""
    deadline = time.monotonic() + LOCK_SECONDS
    lock = vardir.hold(var_dir)
    while lock is None and time.monotonic() < deadline:
        time.sleep(0.05)
        lock = vardir.hold(var_dir)
    if lock is None:
        raise LaunchError(
            f"A server already runs on {var_dir}: stop it first, "
            "or give this one a VAR_DIR and a PORT of its own."
        )
    with lock:
        yield


def _stop_on_signals() -> threading.Event:
    """An event that the first of the stop signals sets; later ones change nothing."""
    stopping = threading.Event()
    for number in STOP_SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # started with nohup: it is meant to outlive its console
        signal.signal(number, lambda *_: stopping.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    return stopping


if __name__ == "__main__":
    sys.exit(main())
