"""Whether the addresses that the hotline wants to listen on are free."""

import errno
import socket

from hotline.config import Config
from hotline.environment import STAND_IN
from script.launcher.errors import LaunchError


def require_free(config: Config) -> None:
    """LaunchError with a sentence naming PORT or BIND when an address can't be had."""
    wanted = {config.port: "the web server"}
    if config.carrier == STAND_IN:
        wanted[config.port + 1] = "the phonebooth (PORT + 1)"
    for port, whose in wanted.items():
        problem = _try(config.bind, port)
        if problem == errno.EADDRNOTAVAIL:
            raise LaunchError(f"BIND is {config.bind}, which is no address of this machine.")
        if problem == errno.EACCES:
            raise LaunchError(f"PORT {port} may not be used by this user: set PORT above 1023.")
        if problem:
            raise LaunchError(
                f"PORT {port} on {config.bind}, wanted for {whose}, is taken by another program: "
                f"stop that one, or choose another, for example PORT={config.port + 10}."
            )


def _try(bind: str, port: int) -> int | None:
    """The error number of listening there; None when it works."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((bind, port))
            candidate.listen(1)
        except OSError as error:
            return error.errno
    return None
