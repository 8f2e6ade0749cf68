"""The phonebooth's Flask application."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from phonebooth import (
    control,
    control_calls,
    devices,
    guard,
    handsets,
    pages,
    rest,
    rest_calls,
    rest_recordings,
)
from phonebooth.exchange import Exchange, install
from phonebooth.rest_errors import error
from phonebooth.settings import BoothSettings
from phonebooth.webhooks import API_VERSION

_LARGEST_REQUEST = 256 * 1024
_ROOMS = (rest, rest_calls, rest_recordings, control, control_calls, devices, handsets, pages)
_IN_JSON = (f"/{API_VERSION}/", "/control/", "/device/", "/phones/")


def create_app(settings: BoothSettings) -> Flask:
    """A carrier with one customer and an empty network; its state lives in this process."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_REQUEST
    if settings.is_loopback_only:
        # Another site's name pointed at this address must not read the page.
        app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    install(Exchange(settings), app.extensions)
    guard.protect(app)
    for room in _ROOMS:
        app.register_blueprint(room.blueprint)
    app.register_error_handler(HTTPException, _answer_in_kind)
    return app


def _answer_in_kind(problem: HTTPException) -> Response | HTTPException:
    """JSON for the APIs, the plain page for the browser."""
    if request.path.startswith(_IN_JSON):
        status = problem.code or 500
        return error(status, 20000 + status, problem.description or problem.name)
    return problem
