"""A citizen's phone: what its page asks and is told. No login; the page's own origin only.

`GET /phones/<number>/events` is `text/event-stream`. Its events are the same as a device's
(see `devices`): `state` `{number, is_off, calls: [call]}` first, then `ring`, `connected`,
`say`, `play`, `silence`, `gather` `{num_digits, finish_on_key, timeout, is_speech}`,
`record` `{seconds}`, `beep`, `music`, `peers`, `signal`, `text`, `ended`.

`POST /phones/<number>/<act>` with JSON; 204, or an error in JSON `{code, message, status}`:

- `dial` `{to, is_anonymous?}`: 201 with the call; 409 while another call is live there
- `answer`, `decline`, `hang_up` `{}`; `keys` `{digits}`; `speak` `{text}`
- `typing` `{}`: somebody is about to speak, so that a question waits for it
- `mute` `{is_muted}`; `signal` `{data, to_sid?}`

A phone has one live call at a time; acts mean that one unless they name a `call_sid`.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from phonebooth import ends, numbers, streams
from phonebooth.exchange import current
from phonebooth.network import FullError
from phonebooth.rest_errors import error

blueprint = Blueprint("handsets", __name__, url_prefix="/phones")

ANONYMOUS = "anonymous"
_SECONDS_TO_COME_BACK = 30.0
_LONGEST_DIALLED = 20


@blueprint.get("/<number>/events")
def events(number: str) -> Response:
    """Hear what happens at this phone."""
    phone = numbers.citizen(number)
    if phone is None:
        return error(404, 20404, "This is no phone.")
    exchange = current()
    network = exchange.network
    with network.lock:
        listener = network.hub.join(phone)
        calls = ends.shown(network, phone)
    state = {"number": phone, "is_off": exchange.store.is_off(phone), "calls": calls}

    def left() -> None:
        ends.hang_up_unless_back(network, phone, _SECONDS_TO_COME_BACK)

    return streams.answer(network.hub, listener, ("state", state), left)


@blueprint.post("/<number>/dial")
def dial(number: str) -> Response:
    """Call somebody; in this network every number belongs to the hotline."""
    phone, asked = numbers.citizen(number), _asked()
    line = dialled(str(asked.get("to", "")))
    if phone is None or not line:
        return error(422, 21211, "This is no number.")
    exchange = current()
    if exchange.store.is_off(phone):
        return error(409, 20009, "This phone is switched off.")
    if exchange.network.live_at(phone):
        return error(409, 20009, "This phone is in a call.")
    try:
        leg = exchange.network.incoming(phone, line, is_anonymous=asked.get("is_anonymous") is True)
    except FullError:
        return error(429, 20429, "Too Many Requests")
    response = jsonify(ends.call(leg))
    response.status_code = 201
    return response


@blueprint.post("/<number>/<any(answer, decline, hang_up, keys, speak, typing, mute, signal):act>")
def do(number: str, act: str) -> Response:
    """One act in the phone's call."""
    network, asked = current().network, _asked()
    legs = network.live_at(numbers.citizen(number) or "")
    sid = asked.get("call_sid")
    leg = next((leg for leg in legs if sid in (None, leg.sid)), None)
    if leg is None:
        return error(404, 20404, "This phone is in no call.")
    return ends.act(network, leg, act, asked)


def dialled(entered: str) -> str:
    """A number as somebody dials it; empty when it is none."""
    number = numbers.canonical(entered)
    if number is None:
        digits = "".join(sign for sign in entered if sign.isascii() and sign in "0123456789+*#")
        number = digits[:_LONGEST_DIALLED]
    return number


def _asked() -> dict[str, Any]:
    asked: Any = request.get_json(silent=True)
    return asked if isinstance(asked, dict) else {}
