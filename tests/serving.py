"""The application of a test behind a real port, for a browser.

One request at a time: the test's one connection can't be shared. Only a live stream stays open
beside the others, once it began; it touches no database then.
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


def one_at_a_time(app: Flask) -> "WSGIApplication":
    """The application with its requests in a row."""
    turn = threading.Lock()

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with turn:
            body = app(environ, start)
            if environ["PATH_INFO"] == STREAM:
                return body
            try:
                return list(body)
            finally:
                getattr(body, "close", lambda: None)()

    return answer


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application; its address."""
    server = make_server("127.0.0.1", 0, one_at_a_time(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        hub = app.extensions.pop("live_hub", None)
        if hub is not None:
            hub.stop()
        server.shutdown()
        thread.join()
        server.server_close()
