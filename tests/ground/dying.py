"""A process of the hotline that is killed at the worst moment; run by tests, never by hand.

`relay` stops for ever in the middle of a reader, which has written already; `web` takes in a
matter and kills itself after the commit, before anybody is answered. The settings come as JSON
on stdin.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from sqlalchemy import event

from hotline import audit, clock, relay
from hotline.config import Config
from hotline.events import Fact, Readers
from hotline.extensions import db
from wsgi import create_app


def main() -> None:
    """Do what the first argument says."""
    given: dict[str, Any] = json.load(sys.stdin)
    app = create_app(Config.load(given["environ"] | {"VAR_DIR": str(Path(given["folder"]))}))
    {"relay": hang, "web": take_in_and_die}[sys.argv[1]](app, given)


def hang(app: APIFlask, _given: dict[str, Any]) -> None:
    """Hand over the first fact to a reader that never ends."""

    def read(fact: Fact) -> None:
        audit.record("system:test", fact.kind, fact.subject, at=clock.now())
        db.session.flush()
        sys.stdout.write("reading\n")
        sys.stdout.flush()
        threading.Event().wait()

    readers = Readers()
    readers.add([("told", "reader", read)])
    app.extensions["readers"] = readers
    with app.app_context():
        relay.hand_over()


def take_in_and_die(app: APIFlask, given: dict[str, Any]) -> None:
    """Take in a matter by the API; the process ends with the commit."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        # A commit gives the connection back; nothing is answered yet.
        event.listen(db.engine, "checkin", die)
    app.test_client().post("/api/v1/tickets", json=given["matter"], headers=given["headers"])


if __name__ == "__main__":
    main()
