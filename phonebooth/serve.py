"""Runs the phonebooth: one gunicorn worker with threads, because its state is in memory.

On the loopback address unless told otherwise: it is a try-out tool without logins.
"""

import argparse
import ipaddress
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from phonebooth.app import create_app
from phonebooth.exchange import Exchange
from phonebooth.settings import (
    BoothSettings,
    SettingsError,
    from_environment,
    port_from_environment,
)

# An open stream of events holds one; see `BoothSettings.most_streams`.
_THREADS = 128
_SHARED_MEMORY = "/dev/shm"  # noqa: S108  gunicorn makes its own unguessable file there


class _Server(BaseApplication):
    """gunicorn without its command line and configuration file."""

    def __init__(self, address: str, settings: BoothSettings) -> None:
        self._address, self._settings = address, settings
        self._exchange: Exchange | None = None
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self._address,
            "workers": 1,
            "worker_class": "gthread",
            "threads": _THREADS,
            "graceful_timeout": 3,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "phonebooth",
            "worker_exit": self._close,
            "worker_tmp_dir": _SHARED_MEMORY if os.path.isdir(_SHARED_MEMORY) else None,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        app = create_app(self._settings)
        exchange = app.extensions["phonebooth"]
        self._exchange = exchange if isinstance(exchange, Exchange) else None
        return app

    def _close(self, _arbiter: object, _worker: Worker) -> None:
        if self._exchange is not None:
            self._exchange.close()


def run(bind: str, port: int, settings: BoothSettings) -> None:
    """Serve until SIGTERM or SIGINT; does not return before."""
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    settings = replace(settings, is_loopback_only=is_loopback(bind), own_url=f"http://{address}")
    _Server(address, settings).run()


def main(argv: Sequence[str] | None = None) -> int:
    """Read arguments and environment and serve; the exit status."""
    parser = argparse.ArgumentParser(prog="phonebooth", description="A stand-in carrier.")
    parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, help="port (default: PORT + 1)")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING)
    try:
        settings = from_environment(os.environ)
        port = options.port or port_from_environment(os.environ)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    run(options.bind, port, settings)
    return 0


def is_loopback(bind: str) -> bool:
    """Whether only this machine can reach that address; then only its names are answered."""
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"
