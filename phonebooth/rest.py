"""The part of the carrier's REST API that the hotline uses: messages.

Answers, codes and sentences are the carrier's, checked against its published OpenAPI
document.
"""

import re
from email.utils import format_datetime

from flask import Blueprint, Response, jsonify, request

from phonebooth import numbers, segments
from phonebooth.exchange import Exchange
from phonebooth.guard import needs_account
from phonebooth.listing import BadFilter, page_of
from phonebooth.rest_errors import error
from phonebooth.rest_faults import through_faults
from phonebooth.store import Message
from phonebooth.webhooks import API_VERSION

blueprint = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")

_LONGEST_BODY = 1_600
_ABSOLUTE_URL = re.compile(r"https?://[^\s/]+\S*")


@blueprint.post("/Messages.json")
@needs_account
def create_message(account_sid: str) -> Response:
    """Take a text to send."""
    phone = numbers.canonical(request.form.get("To", "")) or ""
    return through_faults(account_sid, phone, _create)


@blueprint.get("/Messages.json")
@needs_account
def list_messages(account_sid: str) -> Response:
    """Messages, newest first, by `To`, `From` and `DateSent`."""
    phone = numbers.canonical(request.args.get("To", "")) or ""
    return through_faults(account_sid, phone, _list)


@blueprint.get("/Messages/<sid>.json")
@needs_account
def fetch_message(account_sid: str, sid: str) -> Response:
    """One message."""
    return through_faults(account_sid, "", lambda exchange: _fetch(exchange, sid))


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
