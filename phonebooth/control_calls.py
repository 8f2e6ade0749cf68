"""The control API for calls: what a test or a load driver does in place of people.

JSON with the account's credentials, under `/control`:

- `POST calls` `{from, to, is_anonymous?, replies?}`: somebody calls a line; 201 with the call
- `GET calls?from=&to=&end=&status=&parent=&until=any&timeout=5`: `{calls: […]}`, newest
  first; `end` is who is there; `until=any` waits for the first that fits
- `GET calls/<sid>?until=<condition>&timeout=5`: the call, once the condition holds; 408 with
  the call when it didn't in time. Conditions: `status:in-progress`, `ended`, `answered`,
  `doing:Gather` (the verb), `waiting` (for a key, words, a message or an end of the bridge),
  `heard:<part of a text or address>`, `joined` (somebody else is in its room), `alone`,
  `documents:3` (so many were asked for)
- `POST calls/<sid>/<act>`: `answer`, `decline`, `hang_up`, `keys` `{digits}`, `speak` `{text}`,
  `mute` `{is_muted}`, `signal` `{data}`, `wait_out` (what it waits for won't come)
- `GET`, `PUT handsets` `{phone, answers, after, replies, hangs_up_after}`: how an end behaves
- `GET recordings`: `{recordings: […]}` with the lines said
- `GET`, `PUT tuning` `{flavour, speed, patience}`
- `POST reset`: hang all up without a word to the hotline, forget calls, faults, behaviours
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phonebooth import ends, handsets, numbers
from phonebooth.behaviours import Behaviour
from phonebooth.control import bad_request
from phonebooth.exchange import current
from phonebooth.guard import needs_account
from phonebooth.legs import Leg
from phonebooth.network import FullError
from phonebooth.rest_errors import error
from phonebooth.voice_webhooks import ANONYMOUS

blueprint = Blueprint("control_calls", __name__, url_prefix="/control")

_LONGEST_WAIT = 60.0
_ACTS = "answer, decline, hang_up, keys, speak, typing, wait_out, mute, signal"


class NewCall(BaseModel):
    """Somebody calls a line. `replies` are what they press at each question."""

    model_config = ConfigDict(extra="forbid")

    caller: str = Field(alias="from")
    to: str
    is_anonymous: bool = False
    replies: list[str] = Field(default_factory=list, max_length=50)


class Handset(Behaviour):
    """Whose behaviour it is: a phone, `client:…` or `sip:…`."""

    phone: str


class NewTuning(BaseModel):
    """What is to change of it."""

    model_config = ConfigDict(extra="forbid")

    flavour: Literal["twilio", "somleng"] | None = None
    speed: float | None = Field(default=None, gt=0, le=100_000)
    patience: float | None = Field(default=None, gt=0, le=1_000)


@blueprint.post("/calls")
@needs_account
def place_call() -> Response:
    """Somebody calls a line."""
    try:
        asked = NewCall.model_validate(request.get_json(silent=True))
    except ValidationError as problem:
        return bad_request(problem)
    caller = asked.caller if asked.caller in ANONYMOUS else numbers.canonical(asked.caller)
    line = handsets.dialled(asked.to)
    if not caller or not line:
        return error(422, 21212, f"Not numbers: {asked.caller}, {asked.to}")
    try:
        leg = current().network.incoming(
            caller, line, is_anonymous=asked.is_anonymous, replies=asked.replies
        )
    except FullError:
        return error(429, 20429, "Too Many Requests")
    response = jsonify(shown(leg))
    response.status_code = 201
    return response


@blueprint.get("/calls")
@needs_account
def list_calls() -> Response:
    """Those that fit, at once or when there is one."""
    network = current().network
    asked = {name: request.args.get(name, "") for name in ("from", "to", "end", "status", "parent")}

    def look() -> list[Leg]:
        return [leg for leg in network.newest_first() if _fits(leg, asked)]

    wait = _timeout() if request.args.get("until") == "any" else 0.0
    found = network.wait_for(look, wait)
    with network.lock:
        response = jsonify(calls=[shown(leg) for leg in found])
    if wait and not found:
        response.status_code = 408
    return response


@blueprint.get("/calls/<sid>")
@needs_account
def show_call(sid: str) -> Response:
    """One call, once it is as asked for."""
    network = current().network
    leg = network.get(sid)
    if leg is None:
        return error(404, 20404, f"There is no call {sid}.")
    until = request.args.get("until", "")
    condition = _condition(until)
    if condition is None:
        return error(422, 20001, f"Unknown condition: {until}")
    holds = network.wait_for(lambda: condition(leg), _timeout())
    with network.lock:
        response = jsonify(shown(leg))
    response.status_code = 200 if holds else 408
    return response


@blueprint.post(f"/calls/<sid>/<any({_ACTS}):act>")
@needs_account
def act(sid: str, act: str) -> Response:
    """What the person at this end does."""
    leg = current().network.get(sid)
    if leg is None or not leg.is_live:
        return error(404, 20404, f"There is no live call {sid}.")
    asked: Any = request.get_json(silent=True)
    return ends.act(current().network, leg, act, asked if isinstance(asked, dict) else {})


@blueprint.put("/handsets")
@needs_account
def set_behaviour() -> Response:
    """How an end behaves from now on."""
    try:
        asked = Handset.model_validate(request.get_json(silent=True))
    except ValidationError as problem:
        return bad_request(problem)
    address = asked.phone
    if not address.startswith(("client:", "sip:")):
        address = handsets.dialled(address)
    if not address:
        return error(422, 21211, f"Not a number: {asked.phone}")
    behaviour = Behaviour.model_validate(asked.model_dump(exclude={"phone"}))
    current().network.behaviours.set(address, behaviour)
    return Response(status=204)


@blueprint.get("/handsets")
@needs_account
def list_behaviours() -> Response:
    """The ends that behave in another way than by hand."""
    rows = current().network.behaviours.all()
    return jsonify(
        handsets=[{"phone": key, **row.model_dump(mode="json")} for key, row in rows.items()]
    )


@blueprint.get("/recordings")
@needs_account
def list_recordings() -> Response:
    """The recordings with what was said, newest first."""
    network = current().network
    with network.lock:
        rows = [row.as_json() for row in network.recordings.newest_first()]
    return jsonify(recordings=rows)


@blueprint.route("/tuning", methods=["GET", "PUT"])
@needs_account
def tuning() -> Response:
    """The flavour, and how quick the network is."""
    network = current().network
    if request.method == "PUT":
        try:
            asked = NewTuning.model_validate(request.get_json(silent=True))
        except ValidationError as problem:
            return bad_request(problem)
        changes: dict[str, Any] = asked.model_dump(exclude_none=True)
        network.tuning = replace(network.tuning, **changes)
    return jsonify(asdict(network.tuning))


@blueprint.post("/reset")
@needs_account
def reset() -> Response:
    """Begin anew."""
    current().board.switch_off()
    current().network.reset()
    return Response(status=204)


def shown(leg: Leg) -> dict[str, Any]:
    """All that is known of a call."""
    return {
        **ends.call(leg),
        "sid": leg.sid,
        "end": leg.far_end,
        "parent_sid": leg.parent.sid if leg.parent else None,
        "answered_by": leg.answered_by or None,
        "doing": leg.doing,
        "room": leg.room.name if leg.room else None,
        "documents": leg.documents,
        "created_at": leg.created_at.isoformat(),
        "started_at": leg.started_at.isoformat() if leg.started_at else None,
        "ended_at": leg.ended_at.isoformat() if leg.ended_at else None,
        "duration": leg.duration,
    }


def _fits(leg: Leg, asked: dict[str, str]) -> bool:
    has = {
        "from": leg.sender,
        "to": leg.recipient,
        "end": leg.far_end,
        "status": leg.status.value,
        "parent": leg.parent.sid if leg.parent else "",
    }
    return all(not wanted or wanted == has[name] for name, wanted in asked.items())


def _condition(until: str) -> Callable[[Leg], bool] | None:
    name, _, rest = until.partition(":")
    conditions: dict[str, Callable[[Leg], bool]] = {
        "": lambda leg: True,
        "status": lambda leg: leg.status.value == rest,
        "ended": lambda leg: not leg.is_live,
        "answered": lambda leg: leg.is_answered,
        "doing": lambda leg: leg.doing.get("verb") == rest,
        "waiting": lambda leg: bool(leg.doing.get("is_waiting") or leg.room),
        "heard": lambda leg: any(rest in _words(leg, n) for n in range(len(leg.heard))),
        "joined": lambda leg: leg.room is not None and bool(leg.room.others(leg)),
        "alone": lambda leg: leg.room is not None and not leg.room.others(leg),
        "documents": lambda leg: rest.isdecimal() and leg.documents >= int(rest),
    }
    return conditions.get(name)


def _words(leg: Leg, index: int) -> str:
    details = leg.heard[index].details
    return f"{details.get('text', '')} {details.get('url', '')}"


def _timeout() -> float:
    try:
        seconds = float(request.args.get("timeout", "5"))
    except ValueError:
        return 5.0
    return min(max(seconds, 0.0), _LONGEST_WAIT)
