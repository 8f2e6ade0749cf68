"""Now, the rules in force, and what the carrier can: what every step of a call is done under."""

from zoneinfo import ZoneInfo

from flask import current_app

from hotline import clock, settings
from hotline.calls.bridging import Ways
from hotline.calls.ending import At
from hotline.calls.rules import CallRules


def present() -> At:
    """As it is at this moment."""
    return At(
        now=clock.now(),
        zone=ZoneInfo(current_app.config["CITY_TIMEZONE"]),
        rules=settings.read(CallRules),
        ways=ways(),
    )


def ways() -> Ways:
    """How this installation's carrier brings two people together."""
    return Ways.of(current_app.extensions["carrier"])
