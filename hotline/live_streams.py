"""The stream itself: `GET /live`, server-sent events for whoever is signed in.

A stream holds a thread and nothing else: no database connection, no session that it would
prolong. It ends by itself after some minutes, so that rights are read anew; just before, it
asks the browser to open the next one, so that nothing is missed between them. `/live/counts`
answers what the navigation's badges count.
"""

import queue
import random
import time
from collections.abc import Generator, Iterator

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from hotline import access, live, templating
from hotline.live_hub import Full, Hub, Stream

PING_SECONDS = 15.0
RENEW_AFTER_SECONDS = (240.0, 300.0)
OVERLAP_SECONDS = 10.0
PING = b": ping\n\n"
HELLO = b"retry: 3000\n\n"
RENEW = b"event: renew\ndata:\n\n"

bp = Blueprint("live", __name__)


@bp.get("/live")
@access.public
def stream() -> ResponseReturnValue:
    """What changes, as topics, while the page is open; for everybody who is signed in."""
    hub = _hub()
    try:
        hub.ask_room()  # before anybody is looked up: those without a stream ask again and again
        joined = hub.join(access.current())
    except Full:
        return Response("too many streams\n", 503, {"Retry-After": "10"}, mimetype="text/plain")
    answer = Response(_frames(joined), mimetype="text/event-stream")
    answer.call_on_close(lambda: hub.leave(joined))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


@bp.get("/live/counts")
@access.public
def counts() -> ResponseReturnValue:
    """Entry of the navigation → how many items wait there for the viewer."""
    access.current()
    entries = templating.navigation()
    return jsonify({one.endpoint: one.count for one in entries if one.count is not None})


def _frames(joined: Stream) -> Iterator[bytes]:
    renew_at = time.monotonic() + random.uniform(*RENEW_AFTER_SECONDS)  # noqa: S311
    yield HELLO
    if (yield from _until(joined, renew_at)):
        yield RENEW
        yield from _until(joined, renew_at + OVERLAP_SECONDS)


def _until(joined: Stream, end: float) -> Generator[bytes, None, bool]:
    """Frames as they come, a ping when none does; answers whether the process goes on."""
    while (left := end - time.monotonic()) > 0:
        try:
            frame = joined.next(min(PING_SECONDS, left))
        except queue.Empty:
            yield PING
            continue
        if frame is None:
            return False
        yield frame
    return True


def _hub() -> Hub:
    made: Hub | None = current_app.extensions.get("live_hub")
    if made is None:
        made = current_app.extensions.setdefault(
            "live_hub", Hub(current_app.config["REDIS_URL"], live.channel())
        )
    return made
