"""The browser softphone's side of the network: what the carrier's voice SDK does by itself.

Only pages of the hotline's own origin may use it (CORS). The bearer is the carrier's access
token (`device_tokens`); `client:<identity>` is the address of its device. A device is
registered while its stream is open.

`GET /device/events?token=…` is `text/event-stream`; each event's data is JSON:

- `state` first: `{identity, calls: [call]}`, the calls that are live at this device, where
  a call is `{call_sid, status, direction, from, to, params, peers, heard: [{at, kind, …}]}`
- `ring` `{call_sid, from, to, params}`: somebody calls (the SDK's `incoming`)
- `connected` `{call_sid}`: the call is answered (`accept`)
- `ended` `{call_sid, status, was_connected}`: it is over; `was_connected` false is `cancel`
- `peers` `{call_sid, peers: [{call_sid, address}], offers_to: [call_sid]}`: who hears this
  end now; this end makes a WebRTC offer to those in `offers_to`, and answers the others
- `signal` `{call_sid, from_sid, data}`: WebRTC, from one of the peers
- `text` `{call_sid, from, text}`: what another end typed instead of speaking
- `say` `{call_sid, text, lang, seconds}`, `play` `{call_sid, url, digits}`, `silence`,
  `gather`, `record`, `beep`, `music`, `warning`, `error`: what the machine does on this end

`POST /device/<act>` with JSON and `Authorization: Bearer …`; 204, or an error in JSON:

- `accept`, `reject`, `hang_up` `{call_sid}`; `mute` `{call_sid, is_muted}`
- `digits` `{call_sid, digits}`; `speak` `{call_sid, text}`; `typing` `{call_sid}`
- `signal` `{call_sid, data, to_sid?}`: to one peer, or to all
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Blueprint, Response, g, request

from phonebooth import ends, streams
from phonebooth.device_tokens import TokenError, identity
from phonebooth.exchange import current
from phonebooth.rest_errors import error

P = ParamSpec("P")

blueprint = Blueprint("devices", __name__, url_prefix="/device")

_SECONDS_TO_COME_BACK = 6.0


def needs_token(view: Callable[P, Response]) -> Callable[P, Response]:
    """Only with an access token; `g.address` is then the device's address."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> Response:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        token = bearer.strip() if scheme.lower() == "bearer" else request.args.get("token", "")
        try:
            g.address = f"client:{identity(current().settings, token)}"
        except TokenError as problem:
            return error(401, problem.code, problem.words)
        return view(*args, **kwargs)

    return checked


@blueprint.get("/events")
@needs_token
def events() -> Response:
    """Register, and hear what happens."""
    network, address = current().network, g.address
    with network.lock:
        listener = network.hub.join(address)
        state = {"identity": address.removeprefix("client:"), "calls": ends.shown(network, address)}

    def left() -> None:
        ends.hang_up_unless_back(network, address, _SECONDS_TO_COME_BACK)

    return streams.answer(network.hub, listener, ("state", state), left)


@blueprint.post("/<any(accept, reject, hang_up, mute, digits, speak, typing, signal):act>")
@needs_token
def do(act: str) -> Response:
    """One act of the device in one of its calls."""
    asked: Any = request.get_json(silent=True)
    if not isinstance(asked, dict):
        return error(422, 20001, "A JSON object is needed.")
    leg = current().network.get(str(asked.get("call_sid", "")))
    if leg is None or leg.far_end != g.address or not leg.is_live:
        return error(404, 20404, "This device has no such call.")
    return ends.act(current().network, leg, act, asked)


@blueprint.route("/<path:_any>", methods=["OPTIONS"])
def preflight(_any: str) -> Response:
    """What a browser asks first from another origin."""
    return Response(status=204)


@blueprint.after_request
def allow_the_hotline(response: Response) -> Response:
    """Let pages of the hotline read the answer, and no others."""
    origin = current().settings.hotline_origin
    response.headers["Vary"] = "Origin"
    if request.headers.get("Origin") == origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Max-Age"] = "600"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
