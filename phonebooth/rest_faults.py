"""Before and after each request of the hotline the faults of direction `rest` strike."""

import socket
from collections.abc import Callable, Iterator

from flask import Response, request

from phonebooth.exchange import Exchange, current
from phonebooth.faults import Direction, Fault, Kind
from phonebooth.rest_errors import error

_ORDINARY_CODES = {400: 20001, 403: 20403, 404: 20404, 429: 20429, 503: 20503}


def through_faults(account_sid: str, phone: str, act: Callable[[Exchange], Response]) -> Response:
    """Do it as the account, with the faults that strike this request."""
    exchange = current()
    if account_sid != exchange.settings.account_sid:
        return error(404, 20404, f"The requested resource {request.path} was not found")
    struck = exchange.board.strike(Direction.REST, phone, request.path)
    if Kind.ANSWER in struck:
        return _other_answer(struck[Kind.ANSWER])
    if Kind.DELAY in struck:
        exchange.pause(struck[Kind.DELAY].lasts)
    if Kind.DROP in struck:
        _hang_up()
        return Response()
    response = act(exchange)
    if Kind.TIME_OUT in struck:
        exchange.pause(struck[Kind.TIME_OUT].lasts)
    return _cut(response) if Kind.CUT in struck else response


def _other_answer(fault: Fault) -> Response:
    code = fault.code or _ORDINARY_CODES.get(fault.status, 20500)
    response = error(fault.status, code, "This answer was asked for by the control API.")
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _cut(response: Response) -> Response:
    """The first half of the answer, then nothing."""
    body = response.get_data()
    connection = _connection()

    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        connection.shutdown(socket.SHUT_RDWR)

    headers = {"Content-Length": str(len(body)), "Content-Type": "application/json"}
    return Response(half(), status=response.status_code, headers=headers)


def _hang_up() -> None:
    _connection().shutdown(socket.SHUT_RDWR)


def _connection() -> socket.socket:
    """The client's connection, which both servers we run under put into the environment."""
    environ = request.environ
    connection = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        raise TypeError("This server doesn't give access to the connection.")
    return connection
