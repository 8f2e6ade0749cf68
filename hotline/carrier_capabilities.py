"""What carriers can and can't do: asked for by name, never by carrier."""

from collections.abc import Mapping
from enum import StrEnum


class Capability(StrEnum):
    """What a carrier may be able to do."""

    CLIENT = "client"
    """Rings an operator's browser."""
    CONFERENCE = "conference"
    """Joins three and more ends of a call."""
    SPEECH = "speech"
    """Understands what a caller says."""
    MACHINE_DETECTION = "machine_detection"
    """Tells an answering machine from a person."""
    STATUS_SEQUENCE = "status_sequence"
    """Reports every step of a call, each with its place in the row; else only its end."""
    RECORDING = "recording"
    """Records a talk; a message after the tone can be recorded by every carrier."""
    SIP_CALLS = "sip_calls"
    """Rings a SIP address that the API names; else SIP is reached from within a call only."""


CAPABILITIES: Mapping[str, frozenset[Capability]] = {
    "twilio": frozenset(Capability),
    # One final report a call, its verbs Reject Play Say Gather Redirect Dial Hangup Record.
    "somleng": frozenset(),
    "phonebooth": frozenset(Capability),
}
