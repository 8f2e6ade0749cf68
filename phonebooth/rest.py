"""The part of the carrier's REST API that the hotline uses: messages.

Answers, codes and sentences are the carrier's, checked against its published OpenAPI
document. Before and after each request the faults of direction `rest` strike.
"""

import re
import socket
from collections.abc import Callable, Iterator
from email.utils import format_datetime

from flask import Blueprint, Response, jsonify, request

from phonebooth import numbers, segments
from phonebooth.exchange import Exchange, current
from phonebooth.faults import Direction, Fault, Kind
from phonebooth.guard import needs_account
from phonebooth.listing import BadFilter, page_of
from phonebooth.rest_errors import error
from phonebooth.store import Message
from phonebooth.webhooks import API_VERSION

blueprint = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")

_LONGEST_BODY = 1_600
_ABSOLUTE_URL = re.compile(r"https?://[^\s/]+\S*")
_ORDINARY_CODES = {400: 20001, 403: 20403, 404: 20404, 429: 20429, 503: 20503}


@blueprint.post("/Messages.json")
@needs_account
def create_message(account_sid: str) -> Response:
    """Take a text to send."""
    phone = numbers.canonical(request.form.get("To", "")) or ""
    return _through_faults(account_sid, phone, _create)


@blueprint.get("/Messages.json")
@needs_account
def list_messages(account_sid: str) -> Response:
    """Messages, newest first, by `To`, `From` and `DateSent`."""
    phone = numbers.canonical(request.args.get("To", "")) or ""
    return _through_faults(account_sid, phone, _list)


@blueprint.get("/Messages/<sid>.json")
@needs_account
def fetch_message(account_sid: str, sid: str) -> Response:
    """One message."""
    return _through_faults(account_sid, "", lambda exchange: _fetch(exchange, sid))


def resource(message: Message, account_sid: str) -> dict[str, object]:
    """The message as the carrier writes it."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": format_datetime(message.created_at),
        "date_sent": format_datetime(message.sent_at) if message.sent_at else None,
        "date_updated": format_datetime(message.updated_at),
        "direction": message.way.value,
        "error_code": message.error_code,
        "error_message": "Unreachable destination handset" if message.error_code else None,
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(segments.count(message.body)),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def _create(exchange: Exchange) -> Response:
    refusal = _refusal(exchange)
    if refusal is not None:
        return error(400, *refusal)
    if exchange.is_full:
        return error(429, 20429, "Too Many Requests")
    phone = numbers.citizen(request.form["To"]) or ""
    callback = request.form.get("StatusCallback", "")
    message = exchange.text_citizen(phone, request.form["Body"], callback)
    response = jsonify(resource(message, exchange.settings.account_sid))
    response.status_code = 201
    return response


def _refusal(exchange: Exchange) -> tuple[int, str] | None:
    """The first of the carrier's objections to the form, as (code, sentence)."""
    form = request.form
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback = form.get("StatusCallback", "")
    objections = [
        (not to, 21604, "A 'To' phone number is required."),
        (numbers.citizen(to) is None, 21211, f"Invalid 'To' Phone Number: {to}"),
        (not sender, 21603, "A 'From' phone number is required."),
        (
            numbers.canonical(sender) != exchange.settings.hotline_number,
            21606,
            f"The 'From' phone number {sender} is not a valid, message-capable phone number "
            "for your account.",
        ),
        (not body.strip(), 21602, "Message body is required."),
        (
            len(body) > _LONGEST_BODY,
            21617,
            "The concatenated message body exceeds the 1600 character limit.",
        ),
        (
            bool(callback) and not _ABSOLUTE_URL.fullmatch(callback),
            21609,
            f"Invalid 'StatusCallback' URL: {callback}",
        ),
    ]
    return next(((code, words) for applies, code, words in objections if applies), None)


def _list(exchange: Exchange) -> Response:
    account_sid = exchange.settings.account_sid
    try:
        page = page_of(exchange.store.newest_first(), request.args, request.path)
    except BadFilter as problem:
        return error(400, 20001, str(problem))
    return jsonify({**page.links, "messages": [resource(row, account_sid) for row in page.rows]})


def _fetch(exchange: Exchange, sid: str) -> Response:
    message = exchange.store.get(sid)
    if message is None:
        return error(404, 20404, f"The requested resource {request.path} was not found")
    return jsonify(resource(message, exchange.settings.account_sid))


def _through_faults(account_sid: str, phone: str, act: Callable[[Exchange], Response]) -> Response:
    exchange = current()
    if account_sid != exchange.settings.account_sid:
        return error(404, 20404, f"The requested resource {request.path} was not found")
    struck = exchange.board.strike(Direction.REST, phone)
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
