"""The phone in an operator's browser: which kind it is, and the token with which it rings.

Which script speaks with the carrier follows from the carrier; both have the voice SDK's interface.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import current_app

from hotline.access import Viewer
from hotline.carrier import Capability, Carrier, CarrierError
from hotline.environment import STAND_IN
from hotline.errors import Unavailable

GOOD_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class PhoneSet:
    """What a page needs to make the phone; `address` is the phonebooth's, where it is one."""

    kind: str
    address: str = ""
    scripts: tuple[str, ...] = ()


def phone_set() -> PhoneSet:
    """The browser's phone of our carrier; kind `none` where it reaches no browser."""
    carrier: Carrier = current_app.extensions["carrier"]
    if not carrier.can(Capability.CLIENT):
        return PhoneSet("none")
    if carrier.name == STAND_IN:
        address = current_app.extensions["config"].twilio_api_base_url or ""
        return PhoneSet("booth", address, ("js/booth_sound.js", "js/booth_device.js"))
    return PhoneSet("sdk", "", ("twilio.min.js",))


def made(viewer: Viewer) -> dict[str, Any]:
    """A token for this operator's browser. Raises Unavailable where the carrier gives none."""
    carrier: Carrier = current_app.extensions["carrier"]
    seconds = int(GOOD_FOR.total_seconds())
    try:
        token = carrier.voice.access_token(viewer.username, seconds=seconds)
    except CarrierError as error:
        raise Unavailable(
            "no_token", "The carrier gives no key for phones in the browser: tell administration."
        ) from error
    return {"token": token, "seconds": seconds, "identity": viewer.username}
