"""The phonebooth and a hotline to call, each on a loopback port of its own, for tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.serving import make_server

from phonebooth.app import create_app
from phonebooth.exchange import Exchange
from phonebooth.settings import BoothSettings

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "0123456789abcdef0123456789abcdef"
API_KEY = "SK0123456789abcdef0123456789abcdef"
API_SECRET = "0123456789abcdef0123456789abcdef"
HOTLINE = "12345"
CITIZEN = "+8613803350001"


@dataclass(frozen=True)
class Call:
    """One request that reached the hotline."""

    path: str
    headers: dict[str, str]
    fields: dict[str, str]


@dataclass
class Hotline:
    """Notes what it is sent, and answers what the test wants, by path where it is told."""

    calls: list[Call] = field(default_factory=list)
    status: int = 200
    content_type: str = "text/xml"
    answer: str = "<Response/>"
    documents: dict[str, str] = field(default_factory=dict)
    sounds: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0
    url: str = ""

    def texts(self) -> list[Call]:
        """The citizens' texts."""
        return [call for call in list(self.calls) if call.path == "/webhooks/carrier/sms"]

    def of(self, path: str) -> list[Call]:
        """What came to a path, whatever its query."""
        return [call for call in list(self.calls) if call.path.partition("?")[0] == path]

    def reports(self) -> list[str]:
        """The states reported, in the order they came."""
        calls = [call for call in list(self.calls) if "/status/" in call.path]
        return [call.fields["MessageStatus"] for call in calls if "MessageStatus" in call.fields]


@dataclass(frozen=True)
class Booth:
    """A running phonebooth."""

    url: str
    app: Flask
    exchange: Exchange


def settings(hotline_url: str = "http://127.0.0.1:9", **changes: object) -> BoothSettings:
    """A quick network for `hotline_url`."""
    values: dict[str, object] = {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "hotline_url": hotline_url,
        "hotline_number": HOTLINE,
        "seconds_to_sent": 0.02,
        "seconds_to_delivered": 0.02,
        "connect_timeout": 1.0,
        "answer_timeout": 2.0,
        "api_key": API_KEY,
        "api_secret": API_SECRET,
        "speed": 1000.0,
    }
    return BoothSettings(**(values | changes))  # type: ignore[arg-type]


@contextmanager
def running_booth(of: BoothSettings) -> Iterator[Booth]:
    """The phonebooth under a real HTTP server."""
    app = create_app(of)
    exchange = app.extensions["phonebooth"]
    assert isinstance(exchange, Exchange)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Booth(f"http://127.0.0.1:{server.server_port}", app, exchange)
    finally:
        exchange.close()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def running_hotline() -> Iterator[Hotline]:
    """A tiny receiver of webhooks."""
    hotline = Hotline()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            fields = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            hotline.calls.append(Call(self.path, dict(self.headers), fields))
            sleep(hotline.seconds)
            path = self.path.partition("?")[0]
            content = hotline.documents.get(path, hotline.answer).encode()
            self.send_response(hotline.status)
            self.send_header("Content-Type", hotline.content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            content = hotline.sounds.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # callers hang up in tests
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hotline.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hotline
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def until(is_so: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for it, in short looks; fails when it doesn't come."""
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end, "It did not happen in time."
        sleep(0.005)
