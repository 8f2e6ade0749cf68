"""The virus scanner, where one is configured: ClamAV's daemon, by its INSTREAM command.

A file that can't be looked at is not taken. Own code, because the libraries for it were given
up years ago and the protocol is four lines: a command, chunks with their length, an empty one,
and an answer.
"""

import socket
import struct

from flask import current_app

from hotline.errors import Unavailable
from hotline.words import N_

CHUNK = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 30.0
LONGEST_ANSWER = 4096


class Infected(Exception):
    """The scanner knows something evil in it."""


def scan(content: bytes) -> None:
    """Nothing when the file is clean or no scanner is configured.

    Raises Infected; Unavailable when the scanner can't be asked.
    """
    address = current_app.extensions["config"].clamd
    if not address:
        return
    try:
        answer = _asked(address, content)
    except OSError as error:
        raise _silent() from error
    if answer.endswith("FOUND"):
        raise Infected
    if not answer.endswith("OK"):
        raise _silent()


def _asked(address: str, content: bytes) -> str:
    with _connected(address) as line:
        line.settimeout(ANSWER_SECONDS)
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            line.sendall(struct.pack("!L", len(part)) + part)
        line.sendall(struct.pack("!L", 0))
        said = b""
        while b"\0" not in said and len(said) < LONGEST_ANSWER and (more := line.recv(CHUNK)):
            said += more
    return said.split(b"\0")[0].decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)


def _silent() -> Unavailable:
    return Unavailable(
        "scanner_away",
        N_("Files can't be checked for viruses just now. Please send them later, or none."),
        field="files",
    )
