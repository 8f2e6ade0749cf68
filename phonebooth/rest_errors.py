"""The carrier's errors, in its JSON shape and with its codes."""

from flask import Response, jsonify


def error(status: int, code: int, message: str) -> Response:
    """`code` is the carrier's own number, `status` the HTTP status."""
    response = jsonify(
        code=code,
        message=message,
        more_info=f"https://www.twilio.com/docs/errors/{code}",
        status=status,
    )
    response.status_code = status
    return response
