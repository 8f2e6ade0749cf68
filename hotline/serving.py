"""What the web server is told about the application: `gunicorn --config python:hotline.serving`.

Streams last for minutes; a worker that is asked to stop waits for its requests, so streams
must learn of it and end. What was imported stays for good: left out of garbage collection, it no
longer holds up one request in some hundreds for 150 ms, and the workers go on sharing its memory.
"""

import gc

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from hotline import live_hub


def when_ready(_server: Arbiter) -> None:
    """Set aside what is there before the workers are forked."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Let the live streams look whether their worker goes on."""
    live_hub.watch(lambda: bool(worker.alive))
