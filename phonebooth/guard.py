"""Who may ask the phonebooth for something.

The carrier's API and the control API take the account's own credentials only. The page has
no login, it is a try-out tool on this machine, so it refuses what another site's page makes
the browser send: by `Sec-Fetch-Site`, or by `Origin` where the browser is too old for it.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, abort, request

from phonebooth.exchange import current
from phonebooth.rest_errors import error

P = ParamSpec("P")

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src {hotline}; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # Not no-referrer: with it browsers send `Origin: null` with a form.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def protect(app: Flask) -> None:
    """Put the checks and headers around every request of the application."""
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)


def needs_account(view: Callable[P, Response]) -> Callable[P, Response]:
    """Only with the account's SID and token, or its API key, as HTTP basic credentials."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> Response:
        if not _is_our_account():
            answer = error(401, 20003, "Authenticate")
            answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
            return answer
        return view(*args, **kwargs)

    return checked


def _is_our_account() -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    settings = current().settings
    pair = f"{given.username}:{given.password}".encode("utf-8", "replace")
    known = [(settings.account_sid, settings.auth_token), (settings.api_key, settings.api_secret)]
    return any(
        user and secret and hmac.compare_digest(pair, f"{user}:{secret}".encode())
        for user, secret in known
    )


def _refuse_other_sites() -> None:
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if request.blueprint == "devices":
        # The hotline's own pages; and each request carries its token, no cookie.
        is_own = origin in (None, current().settings.hotline_origin)
    elif site is not None:
        is_own = site in {"same-origin", "none"}
    else:
        is_own = origin is None or origin == request.host_url.rstrip("/")
    if not is_own:
        abort(403)


def _add_headers(response: Response) -> Response:
    hotline = current().settings.hotline_origin
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value.replace("{hotline}", hotline))
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
