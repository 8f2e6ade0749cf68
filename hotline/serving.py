"""What the web server is told about the application: `gunicorn --config python:hotline.serving`.

Streams last for minutes; a worker that is asked to stop waits for its requests, so streams
must learn of it and end.
"""

from gunicorn.workers.base import Worker

from hotline import live_hub


def post_worker_init(worker: Worker) -> None:
    """Let the live streams look whether their worker goes on."""
    live_hub.watch(lambda: bool(worker.alive))
