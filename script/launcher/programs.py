"""The application's processes as children to start, in the order of their start.

They find their settings themselves: from the environment, and from VAR_DIR's files.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hotline.config import Config
from hotline.environment import STAND_IN
from hotline.vardir import ROOT
from script.launcher import processes
from script.launcher.processes import Program

# Seconds from asking to SIGKILL: requests and jobs under way are finished, or go back.
PATIENCE = {"web": 35.0, "worker": 30.0, "relay": 15.0, "clock": 10.0, "phonebooth": 5.0}
STOP_ORDER = ("web", "clock", "relay", "worker", "phonebooth", "redis", "postgres")


def flask(*words: str) -> list[str]:
    """A command line of the application."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def web(config: Config) -> list[str]:
    """The web server's command line: threads, because live streams hold one each."""
    host = f"[{config.bind}]" if ":" in config.bind else config.bind
    command = [sys.executable, "-m", "gunicorn", "--bind", f"{host}:{config.port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "320"]
    return [*command, "--no-control-socket", "wsgi:create_app()"]


def environ(base: Mapping[str, str], var_dir: Path, mark: str) -> dict[str, str]:
    """What a process of the application gets: everything given, and the launch's mark."""
    ours = {"VAR_DIR": str(var_dir), "PYTHONUNBUFFERED": "1", processes.MARK: mark}
    return dict(base) | ours


def application(config: Config, environ: Mapping[str, str]) -> list[Program]:
    """Every process of the application, for these settings."""
    commands = {"web": web(config)}
    commands |= {name: flask(name) for name in ("relay", "worker", "clock")}
    if config.carrier == STAND_IN:
        commands["phonebooth"] = flask("phonebooth")
    return [_program(name, command, config.var_dir, environ) for name, command in commands.items()]


def _program(
    name: str, command: Sequence[str], var_dir: Path, environ: Mapping[str, str]
) -> Program:
    return Program(
        name=name,
        command=command,
        log=var_dir / "log" / f"{name}.log",
        environ=environ,
        cwd=ROOT,
        stop_seconds=PATIENCE[name],
    )


def shown(path: Path) -> str:
    """A path as it is said on the console: short where it lies below the current folder."""
    try:
        return str(path.relative_to(os.getcwd()))
    except ValueError:
        return str(path)
