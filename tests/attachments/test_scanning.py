"""The virus scanner: asked by its own protocol, and obeyed; silent, nothing is taken."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from apiflask import APIFlask

from hotline.attachments import scanning
from hotline.config import Config, ConfigError
from hotline.errors import Unavailable
from tests.attachments import files
from tests.conftest import config_for

EVIL = b"EICAR-like"
Answer = Callable[[bytes], bytes]


def clamd(content: bytes) -> bytes:
    """What clamd says to such a stream."""
    return b"stream: Eicar-Test-Signature FOUND\0" if EVIL in content else b"stream: OK\0"


@contextmanager
def scanner(folder: Path, answer: Answer) -> Iterator[str]:
    """A scanner at a socket in this folder."""
    path = str(folder / "clamd.ctl")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(path)
        door.listen()
        at_work = threading.Thread(target=_serve, args=(door, answer))
        at_work.start()
        yield path
        at_work.join(5)


def _serve(door: socket.socket, answer: Answer) -> None:
    line, _ = door.accept()
    with line, line.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        line.sendall(answer(content))


@pytest.fixture
def ask(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the application ask the scanner at this address."""

    def at(address: str) -> None:
        known: Config = app.extensions["config"]
        monkeypatch.setitem(app.extensions, "config", replace(known, clamd=address))

    return at


@pytest.mark.parametrize("content", [files.PDF, bytes(scanning.CHUNK * 2 + 1)])
def test_a_clean_file_passes(ask: Callable[[str], None], tmp_path: Path, content: bytes) -> None:
    with scanner(tmp_path, clamd) as address:
        ask(address)
        scanning.scan(content)


def test_a_virus_is_refused(ask: Callable[[str], None], tmp_path: Path) -> None:
    with scanner(tmp_path, clamd) as address:
        ask(address)
        with pytest.raises(scanning.Infected):
            scanning.scan(files.PDF + EVIL)


@pytest.mark.parametrize("said", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"\xff\0"])
def test_without_a_clear_answer_nothing_passes(
    ask: Callable[[str], None], tmp_path: Path, said: bytes
) -> None:
    with scanner(tmp_path, lambda _content: said) as address:
        ask(address)
        with pytest.raises(Unavailable) as refused:
            scanning.scan(files.PDF)
    assert (refused.value.code, refused.value.field) == ("scanner_away", "files")


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "127.0.0.1:1"])
def test_a_scanner_that_is_away_lets_nothing_pass(ask: Callable[[str], None], address: str) -> None:
    ask(address)
    with pytest.raises(Unavailable):
        scanning.scan(files.PDF)


def test_without_a_scanner_every_file_passes(app: APIFlask) -> None:
    scanning.scan(EVIL)


@pytest.mark.parametrize("address", ["clamd", "host:", ":3310", "host:99999"])
def test_a_wrong_address_stops_the_start(app: APIFlask, tmp_path: Path, address: str) -> None:
    known: Config = app.extensions["config"]
    with pytest.raises(ConfigError, match="CLAMD"):
        config_for(known.database_url, known.redis_url, tmp_path, CLAMD=address)
    for right in ("/run/clamd.ctl", "host:3310", "[::1]:3310"):
        made = config_for(known.database_url, known.redis_url, tmp_path, CLAMD=right)
        assert made.clamd == right
