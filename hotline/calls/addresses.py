"""The addresses that the carrier is given: documents to fetch, and where to report to."""

from urllib.parse import urlencode

from flask import current_app

from hotline.calls.kinds import Step

STEPS = "/webhooks/carrier/voice"
STATUS = "/webhooks/carrier/status/call"


def of_step(step: Step | str, *, call: str, leg: str) -> str:
    """Where the document of a step lies; `call` and `leg` are references, never ids."""
    return f"{_base()}{STEPS}/{Step(step).value}?{urlencode({'call': call, 'leg': leg})}"


def of_status(*, call: str, leg: str) -> str:
    """Where the carrier reports what becomes of this end."""
    return f"{_base()}{STATUS}?{urlencode({'call': call, 'leg': leg})}"


def _base() -> str:
    return str(current_app.config["PUBLIC_BASE_URL"]).rstrip("/")
