"""The application of a test behind a real port, for a browser.

One request at a time: the test's one connection can't be shared. There are live streams only
where a test asks for them: with one, a browser is never done with loading.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STREAM = "/live"


class Turns:
    """Whose turn it is; once over, no request begins any more, and none is under way."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_over = False

    def end(self) -> None:
        """Wait for the request under way; those that come later are turned away."""
        with self.lock:
            self.is_over = True


def one_at_a_time(app: Flask, turns: Turns, *, is_live: bool) -> "WSGIApplication":
    """The application with its requests in a row; a stream, once it began, is beside them."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        is_stream = environ["PATH_INFO"] == STREAM
        with turns.lock:
            if turns.is_over or (is_stream and not is_live):
                start("503 Service Unavailable", [("Content-Length", "0")])
                return []
            body = app(environ, start)
            if is_stream:
                return body
            try:
                return list(body)
            finally:
                getattr(body, "close", lambda: None)()

    return answer


@contextmanager
def served(app: Flask, *, is_live: bool = False) -> Iterator[str]:
    """Serve the application; its address."""
    turns = Turns()
    answer = one_at_a_time(app, turns, is_live=is_live)
    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        hub = app.extensions.pop("live_hub", None)
        if hub is not None:
            hub.stop()
        server.shutdown()
        thread.join()
        turns.end()
        server.server_close()
