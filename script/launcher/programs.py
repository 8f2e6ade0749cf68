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
PATIENCE = {
    "web": 35.0,
    "worker": 30.0,
    "switchboard": 15.0,
    "relay": 15.0,
    "kb-index": 15.0,
    "clock": 10.0,
    "phonebooth": 10.0,
}
FLASKS = {
    "relay": ("relay",),
    "worker": ("worker",),
    "clock": ("clock",),
    "switchboard": ("switchboard",),
    "kb-index": ("kb", "index"),
}
SERVING = ("--preload", "--no-control-socket", "--config", "python:hotline.serving")
STOP_ORDER = (
    *("web", "clock", "switchboard", "kb-index", "relay", "worker", "phonebooth"),
    *("redis", "postgres"),
)


def flask(*words: str) -> list[str]:
    """A command line of the application."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def web(config: Config) -> list[str]:
    """The web server's command line: threads, because live streams hold one each.

    The application is imported once, before the workers are forked; it must open no connection
    and start no thread until then, which a test holds it to.
    """
    host = f"[{config.bind}]" if ":" in config.bind else config.bind
    command = [sys.executable, "-m", "gunicorn", "--bind", f"{host}:{config.port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "320"]
    return [*command, *SERVING, "wsgi:create_app()"]


def environ(base: Mapping[str, str], var_dir: Path, mark: str) -> dict[str, str]:
    """What a process of the application gets: everything given, and the launch's mark."""
    ours = {"VAR_DIR": str(var_dir), "PYTHONUNBUFFERED": "1", processes.MARK: mark}
    # Nine processes import the same modules: without their compiled form each start takes longer.
    kept = {name: value for name, value in base.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | ours


def application(config: Config, environ: Mapping[str, str]) -> list[Program]:
    """Every process of the application, for these settings."""
    commands = {"web": web(config)}
    commands |= {name: flask(*words) for name, words in FLASKS.items()}
    every = [_program(name, command, config, environ) for name, command in commands.items()]
    if config.carrier == STAND_IN:
        # The same as `flask phonebooth`, without importing the whole hotline beside it.
        command = [sys.executable, "-m", "phonebooth", "--bind", config.bind]
        every.append(_program("phonebooth", command, config, _told(config, environ)))
    return every


def _told(config: Config, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with what the phonebooth, which knows no VAR_DIR, needs to be told."""
    told = {
        "PORT": str(config.port),
        "PUBLIC_BASE_URL": config.public_base_url,
        "HOTLINE_NUMBER": config.hotline_number,
        "CITY_TIMEZONE": config.city_timezone,
        "TWILIO_ACCOUNT_SID": config.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": config.twilio_auth_token,
        "TWILIO_API_KEY": config.twilio_api_key or "",
        "TWILIO_API_SECRET": config.twilio_api_secret or "",
    }
    return dict(environ) | told


def _program(
    name: str, command: Sequence[str], config: Config, environ: Mapping[str, str]
) -> Program:
    return Program(
        name=name,
        command=command,
        log=config.var_dir / "log" / f"{name}.log",
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
