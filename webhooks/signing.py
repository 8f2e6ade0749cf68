"""Who may call a webhook: whoever signed it. All else is 403, whatever it looks like.

Decided here: a webhook's body is at most 1 MB, far more than any text; the carrier signs the
public address with the form's fields, a local gateway the time and the raw body. A replay is
valid for the carrier's scheme and is recognised by its id.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import structlog
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.carrier import Carrier, verify_gateway

LARGEST = 1024 * 1024
SIGNATURE = "X-Twilio-Signature"
GATEWAY_SIGNATURE = "X-Signature"
GATEWAY_TIMESTAMP = "X-Timestamp"

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
log = structlog.get_logger(__name__)


def by_carrier(view: View[P]) -> View[P]:
    """Let in only what the carrier signed."""
    return _guarded(view, _is_the_carriers)


def by_gateway(view: View[P]) -> View[P]:
    """Let in only what the local gateway signed in the last minutes."""
    return _guarded(view, _is_the_gateways)


def _guarded(view: View[P], is_signed: Callable[[], bool]) -> View[P]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        request.max_content_length = LARGEST
        if not is_signed():
            log.warning("webhook.not_signed")
            return Response("", 403, mimetype="text/plain")
        return view(*args, **kwargs)

    return guarded


def _is_the_carriers() -> bool:
    carrier: Carrier = current_app.extensions["carrier"]
    query = request.query_string.decode("latin-1")
    path = f"{request.path}?{query}" if query else request.path
    url = current_app.config["PUBLIC_BASE_URL"].rstrip("/") + path
    return carrier.verify(url, request.form, request.headers.get(SIGNATURE))


def _is_the_gateways() -> bool:
    secret = current_app.extensions["config"].sms_gateway_secret or ""
    return verify_gateway(
        secret,
        request.headers.get(GATEWAY_TIMESTAMP),
        request.get_data(cache=True),
        request.headers.get(GATEWAY_SIGNATURE),
        clock.now(),
    )
