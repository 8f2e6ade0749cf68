"""The carrier's REST API: calls. Answers, codes and sentences are the carrier's."""

import re
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime

from flask import Blueprint, Response, jsonify, request

from phonebooth import dialling, numbers, voice_twiml
from phonebooth.exchange import Exchange, current
from phonebooth.guard import needs_account
from phonebooth.legs import CallDirection, Leg, Move, Status, Terms
from phonebooth.listing import BadFilter, is_within, listing_of, span
from phonebooth.network import FullError
from phonebooth.rest_errors import error
from phonebooth.rest_faults import through_faults
from phonebooth.webhooks import API_VERSION

blueprint = Blueprint("rest_calls", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")

_ABSOLUTE_URL = re.compile(r"https?://[^\s/]+\S*")
_ANSWERED = "answered completed initiated ringing"
_LONGEST_TWIML = 4_000


@blueprint.post("/Calls.json")
@needs_account
def create_call(account_sid: str) -> Response:
    """Call somebody."""
    return through_faults(account_sid, whom(request.form.get("To", ""))[0], _create)


@blueprint.get("/Calls.json")
@needs_account
def list_calls(account_sid: str) -> Response:
    """Calls, newest first, by `To`, `From`, `Status`, `ParentCallSid`, `StartTime`, `EndTime`."""
    return through_faults(account_sid, whom(request.args.get("To", ""))[0], _list)


@blueprint.get("/Calls/<sid>.json")
@needs_account
def fetch_call(account_sid: str, sid: str) -> Response:
    """One call."""
    return _of_call(account_sid, sid, _answer)


@blueprint.post("/Calls/<sid>.json")
@needs_account
def update_call(account_sid: str, sid: str) -> Response:
    """Send it elsewhere, or end it."""
    return _of_call(account_sid, sid, _update)


def resource(leg: Leg) -> dict[str, object]:
    """The leg as the carrier writes it."""
    account_sid = current().settings.account_sid
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{leg.sid}"
    return {
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": leg.answered_by or None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": format_datetime(leg.created_at),
        "date_updated": format_datetime(leg.updated_at),
        "direction": leg.direction.value,
        "duration": None if leg.duration is None else str(leg.duration),
        "end_time": format_datetime(leg.ended_at) if leg.ended_at else None,
        "forwarded_from": None,
        "from": leg.sender,
        "from_formatted": leg.sender,
        "group_sid": None,
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": leg.sid,
        "start_time": format_datetime(leg.started_at or leg.created_at),
        "status": leg.status.value,
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        "to": leg.recipient,
        "to_formatted": leg.recipient,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def whom(entered: str) -> tuple[str, dict[str, str]]:
    """Who is meant by `To`, with parameters for them; empty when nobody can be."""
    if entered.startswith("client:"):
        return dialling.address("Client", entered)
    if entered.startswith("sip:"):
        return dialling.address("Sip", entered)
    return numbers.canonical(entered) or "", {}


def _create(exchange: Exchange) -> Response:
    refusal = _refusal(exchange)
    if refusal is not None:
        return error(400, *refusal)
    recipient, parameters = whom(request.form["To"])
    sender = request.form["From"]
    try:
        leg = exchange.network.outgoing(
            numbers.canonical(sender) or sender, recipient, _terms(parameters)
        )
    except FullError:
        return error(429, 20429, "Too Many Requests")
    response = jsonify(resource(leg))
    response.status_code = 201
    return response


def _terms(parameters: dict[str, str]) -> Terms:
    form = request.form
    url, detection = form.get("Url", ""), form.get("MachineDetection", "").lower()
    return Terms(
        start=Move(url=url, twiml="" if url else form.get("Twiml", "")),
        fallback_url=form.get("FallbackUrl", ""),
        status_callback=form.get("StatusCallback", ""),
        events=frozenset(form.getlist("StatusCallbackEvent")) or frozenset({"completed"}),
        timeout=float(min(int(form.get("Timeout", "60")), 600)),
        detects_machines=detection in ("enable", "detectmessageend"),
        waits_for_beep=detection == "detectmessageend",
        is_recorded=form.get("Record", "").lower() == "true",
        recording_callback=form.get("RecordingStatusCallback", ""),
        recording_events=frozenset(form.getlist("RecordingStatusCallbackEvent") or ["completed"]),
        send_digits=form.get("SendDigits", "")[:32],
        parameters=parameters,
    )


def _refusal(exchange: Exchange) -> tuple[int, str] | None:
    """The first of the carrier's objections to the form, as (code, sentence)."""
    form = request.form
    to, sender = form.get("To", ""), form.get("From", "")
    is_somleng = exchange.network.tuning.is_somleng
    address = whom(to)[0]
    objections = [
        (not to, 21201, "No 'To' number is specified"),
        (
            not address or (is_somleng and address.startswith(("client:", "sip:"))),
            21211,
            f"The phone number you are attempting to call, {to}, is not valid.",
        ),
        (not sender, 21213, "No 'From' number is specified"),
        (
            not _may_call_from(exchange, sender),
            21210,
            f"The source phone number provided, {sender}, is not yet verified for your account.",
        ),
        (not form.get("Url") and not form.get("Twiml"), 21205, "Url parameter is required."),
        *_bad_addresses(),
        (not _is_twiml(), 12100, "Document parse failure"),
        (not _is_whole(form.get("Timeout", "60")), 21227, "Invalid Timeout"),
        (
            not set(_events()) <= set(_ANSWERED.split()),
            21626,
            "Invalid StatusCallbackEvent: " + " ".join(_events())[:100],
        ),
    ]
    return next(((code, words) for applies, code, words in objections if applies), None)


def _may_call_from(exchange: Exchange, sender: str) -> bool:
    """A number of this account: none that a citizen's mobile phone has."""
    if sender.startswith("client:"):
        return not exchange.network.tuning.is_somleng
    number = numbers.canonical(sender)
    return number is not None and not numbers.is_mobile(number)


def _bad_addresses() -> list[tuple[bool, int, str]]:
    codes = {"Url": 21205, "FallbackUrl": 21206, "StatusCallback": 21609}
    found = {name: request.form.get(name, "") for name in codes}
    return [
        (bool(url) and not _ABSOLUTE_URL.fullmatch(url), codes[name], f"{name} is not valid: {url}")
        for name, url in found.items()
    ]


def _events() -> list[str]:
    return request.form.getlist("StatusCallbackEvent")


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _is_twiml() -> bool:
    twiml = request.form.get("Twiml", "")
    if request.form.get("Url") or not twiml:
        return True
    try:
        return len(twiml) <= _LONGEST_TWIML and bool(voice_twiml.parse("text/xml", twiml) or True)
    except voice_twiml.TwimlError:
        return False


def _list(exchange: Exchange) -> Response:
    try:
        page = listing_of(exchange.network.newest_first(), request.args, request.path, _is_meant())
    except BadFilter as problem:
        return error(400, 20001, str(problem))
    return jsonify({**page.links, "calls": [resource(leg) for leg in page.rows]})


def _is_meant() -> Callable[[Leg], bool]:
    """The filters; the smaller platform has none."""
    if current().network.tuning.is_somleng:
        return lambda leg: True
    asked = request.args
    to, sender = asked.get("To", ""), asked.get("From", "")
    started, ended = span(asked, "StartTime"), span(asked, "EndTime")

    def is_meant(leg: Leg) -> bool:
        parent = leg.parent.sid if leg.parent else ""
        return (
            (not to or leg.recipient == whom(to)[0])
            and (not sender or leg.sender in (sender, whom(sender)[0]))
            and asked.get("Status", leg.status.value) == leg.status.value
            and asked.get("ParentCallSid", parent) == parent
            and (not any(started) or is_within(leg.started_at or leg.created_at, *started))
            and (not any(ended) or is_within(leg.ended_at, *ended))
        )

    return is_meant


def _of_call(account_sid: str, sid: str, act: Callable[[Exchange, Leg], Response]) -> Response:
    def find_and_act(exchange: Exchange) -> Response:
        leg = exchange.network.get(sid)
        if leg is None:
            return error(404, 20404, f"The requested resource {request.path} was not found")
        return act(exchange, leg)

    leg = current().network.get(sid)
    return through_faults(account_sid, leg.far_end if leg else "", find_and_act)


def _answer(_exchange: Exchange, leg: Leg) -> Response:
    return jsonify(resource(leg))


def _update(exchange: Exchange, leg: Leg) -> Response:
    form, network = request.form, exchange.network
    status, url, twiml = form.get("Status", ""), form.get("Url", ""), form.get("Twiml", "")
    if status and status not in ("canceled", "completed"):
        return error(400, 21218, f"Invalid status: {status[:40]}")
    bad = next((bad for bad in _bad_addresses() if bad[0]), None)
    if bad is not None or not _is_twiml():
        return error(400, *(bad[1:] if bad else (12100, "Document parse failure")))
    with network.lock:
        if not leg.is_live or (not status and not _may_move(exchange, leg)):
            return error(400, 21220, "Call is not in-progress. Cannot redirect.")
        callback = form.get("StatusCallback") or leg.terms.status_callback
        leg.terms = replace(leg.terms, status_callback=callback)
        if status:
            _end(exchange, leg, status)
        elif url or twiml:
            network.move(leg, Move(url=url, twiml="" if url else twiml))
        return jsonify(resource(leg))


def _may_move(exchange: Exchange, leg: Leg) -> bool:
    return leg.status is Status.IN_PROGRESS or exchange.network.tuning.is_somleng


def _end(exchange: Exchange, leg: Leg, status: str) -> None:
    """`canceled` leaves a call alone that has been answered."""
    if not leg.is_answered:
        is_incoming = leg.direction is CallDirection.INBOUND
        exchange.network.end(leg, Status.NO_ANSWER if is_incoming else Status.CANCELED)
    elif status == "completed":
        exchange.network.end(leg, Status.COMPLETED)
