"""What goes wrong, as people and machines are told: one shape for the API, one page else.

Registered once in the composition root. Not here: which errors there are (`errors`).
"""

from typing import Any

import structlog
from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from hotline import access, fields
from hotline.errors import NotFound, Refused, Unauthenticated
from hotline.extensions import db, login

CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}

log = structlog.get_logger(__name__)


def init(app: Flask) -> None:
    """Register the handlers."""
    app.before_request(_refuse_nul)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    app.register_error_handler(Exception, _unexpected)


def _refuse_nul() -> None:
    """No address holds a NUL, which the database can't take; forms and filters drop theirs."""
    if "\0" in request.path:
        raise NotFound("not_found", "There is nothing here.")


def _refused(error: Refused) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(error, Unauthenticated) and not access.is_api():
        answer: ResponseReturnValue = login.unauthorized()
        return answer
    return _answer(error.status, error.code, fields.said(error), fields.said_fields(error))


def _csrf(error: CSRFError) -> ResponseReturnValue:
    log.info("csrf.refused", reason=error.description)
    if _is_staffs() and access.viewer() is None:  # the session is over: what was typed is a draft
        answer: ResponseReturnValue = login.unauthorized()
        return answer
    words = gettext("The form has expired. Please load the page again and send it once more.")
    return _answer(400, "csrf", words)


def _is_staffs() -> bool:
    """Whether the route is only for those who are signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "permission", None) is not None


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    extra: Any = getattr(error, "detail", None)
    named = {str(k): str(v) for k, v in extra.items()} if isinstance(extra, dict) else {}
    words = gettext("The request can't be carried out (%(status)s).", status=status)
    return _answer(status, CODES.get(status, "error"), words if access.is_api() else "", named)


def _database(error: DBAPIError) -> ResponseReturnValue:
    db.session.rollback()
    log.error("database.away", error=str(error.orig))
    words = gettext("The system can't store anything just now. Please try again in a minute.")
    return _answer(503, "unavailable", words)


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.exception("request.failed", path=request.path)
    words = gettext("Something went wrong here; it was written down. Please try again.")
    return _answer(500, "internal", words)


def _answer(
    status: int, code: str, words: str, named: dict[str, str] | None = None
) -> ResponseReturnValue:
    if access.is_api():
        body = {"error": {"code": code, "message": words, "fields": named or {}}}
        return jsonify(body), status
    page = render_template("errors/error.html", status=status, code=code, message=words)
    return page, status
