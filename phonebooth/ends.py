"""What a person at the end of a leg can do, on whichever device, and what they are shown."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response

from phonebooth.legs import Heard, Leg, Status
from phonebooth.network import Network
from phonebooth.rest_errors import error

_MOST_KEYS = 64
_LONGEST_TEXT = 2_000
_SHOWN_AGAIN = 100
_KEYS = frozenset("0123456789*#ABCDw")


def call(leg: Leg) -> dict[str, Any]:
    """A leg as its own end sees it."""
    return {
        "call_sid": leg.sid,
        "status": leg.status.value,
        "direction": leg.direction.value,
        "from": leg.sender,
        "to": leg.recipient,
        "params": leg.terms.parameters,
        "peers": leg.room.peers(leg) if leg.room else [],
        "heard": [told(each) for each in list(leg.heard)[-_SHOWN_AGAIN:]],
    }


def told(heard: Heard) -> dict[str, Any]:
    """Something heard, with when and what."""
    return {**heard.details, "at": heard.at.isoformat(), "kind": heard.kind}


def shown(network: Network, address: str) -> list[dict[str, Any]]:
    """The live calls at an address; under the network's lock."""
    return [call(leg) for leg in network.live_at(address)]


def act(network: Network, leg: Leg, what: str, asked: dict[str, Any]) -> Response:
    """Do it; 204, or why not."""
    problem = _ACTS[what](network, leg, asked)
    return error(*problem) if problem else Response(status=204)


def hang_up_unless_back(network: Network, address: str, seconds: float) -> None:
    """The last stream of an address has gone: what it was in ends, if it stays away."""
    if network.hub.has(address) or not network.live_at(address):
        return

    def look_again() -> None:
        if not network.hub.has(address):
            for leg in network.live_at(address):
                if leg.status is Status.IN_PROGRESS and not network.behaviours.has(address):
                    network.hang_up(leg)

    timer = threading.Timer(seconds, look_again)
    timer.daemon = True
    timer.start()


Problem = tuple[int, int, str] | None


def _answer(network: Network, leg: Leg, _asked: dict[str, Any]) -> Problem:
    is_done = network.decide(leg, "answer")
    return None if is_done else (409, 20009, "The call does not ring.")


def _decline(network: Network, leg: Leg, _asked: dict[str, Any]) -> Problem:
    is_done = network.decide(leg, "decline")
    return None if is_done else (409, 20009, "The call does not ring.")


def _hang_up(network: Network, leg: Leg, _asked: dict[str, Any]) -> Problem:
    network.hang_up(leg)
    return None


def _press(network: Network, leg: Leg, asked: dict[str, Any]) -> Problem:
    keys = asked.get("digits")
    if not isinstance(keys, str) or not 0 < len(keys) <= _MOST_KEYS or not set(keys) <= _KEYS:
        return (422, 20001, "`digits` must be keys of a telephone.")
    network.press(leg, keys)
    return None


def _speak(network: Network, leg: Leg, asked: dict[str, Any]) -> Problem:
    text = asked.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT:
        return (422, 20001, "`text` must be some words.")
    network.speak(leg, text.encode("utf-8", "replace").decode())
    return None


def _type(network: Network, leg: Leg, _asked: dict[str, Any]) -> Problem:
    network.stir(leg)
    return None


def _wait_out(network: Network, leg: Leg, _asked: dict[str, Any]) -> Problem:
    network.stir(leg, is_over=True)
    return None


def _mute(network: Network, leg: Leg, asked: dict[str, Any]) -> Problem:
    with network.lock:
        if leg.room is not None:
            place = leg.room.places[leg.sid]
            leg.room.places[leg.sid] = replace(place, is_muted=asked.get("is_muted") is True)
            leg.touch()
    return None


def _signal(network: Network, leg: Leg, asked: dict[str, Any]) -> Problem:
    to_sid = asked.get("to_sid")
    with network.lock:
        for other in leg.room.others(leg) if leg.room else []:
            if to_sid in (None, other.sid):
                network.signal(other, from_sid=leg.sid, data=asked.get("data"))
    return None


_ACTS: dict[str, Callable[[Network, Leg, dict[str, Any]], Problem]] = {
    "accept": _answer,
    "answer": _answer,
    "reject": _decline,
    "decline": _decline,
    "hang_up": _hang_up,
    "digits": _press,
    "keys": _press,
    "speak": _speak,
    "typing": _type,
    "wait_out": _wait_out,
    "mute": _mute,
    "signal": _signal,
}
