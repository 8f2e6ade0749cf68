"""What the carrier says of a call, read leniently: what is missing or malformed is empty.

Decided here: which senders are numbers, what is cut off. A caller is on the line, so nothing that
is signed is refused; the documents find something to say to anything.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from flask import request

from hotline import phone
from hotline.calls.kinds import LegEnd
from hotline.calls.menu import Heard

WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86266696687"})
"""What the carrier writes for a number that isn't told: ANONYMOUS and the like on a keypad."""
LONGEST_CALL = 24 * 3600

_ID = re.compile(r"[\x21-\x7e]{1,80}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_OF_RECORDING = re.compile(r"/Recordings/([A-Za-z0-9-]{1,80})(?:\.[a-z0-9]+)?\Z")
_REF = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class VoiceForm:
    """The fields of a call's webhook that we use, cleaned."""

    call_sid: str
    sender: str | None
    recipient: str
    heard: Heard
    status: str
    sequence: int
    dial_status: str
    dial_seconds: int
    recording_sid: str
    recording_status: str
    seconds: int
    is_machine: bool
    is_inbound: bool
    has_hung_up: bool
    token: str

    @property
    def is_dial_answered(self) -> bool:
        """Whether who was dialled from within the call picked up."""
        return self.dial_status in ("completed", "answered")


@dataclass(frozen=True)
class Asked:
    """What the address says; we wrote it ourselves, and it is signed."""

    call: str
    leg: str
    tries: int | None
    number: str
    place: str
    round: int
    to: str
    kind: str
    step: str

    @cached_property
    def tried(self) -> int:
        """How many tries went before this one."""
        return self.tries or 0


def voice_form() -> VoiceForm:
    """The form of this request."""
    digits = _field("Digits")
    token = request.headers.get("I-Twilio-Idempotency-Token", "")
    return VoiceForm(
        call_sid=_id(_field("CallSid")),
        sender=_sender(_field("From")),
        recipient=_field("To")[:60],
        heard=Heard.of("" if digits == "hangup" else digits, _field("SpeechResult")),
        status=_field("CallStatus").lower()[:20],
        sequence=_number(_field("SequenceNumber"), -1),
        dial_status=_field("DialCallStatus").lower()[:20],
        dial_seconds=min(_number(_field("DialCallDuration"), 0), LONGEST_CALL),
        recording_sid=_recording(_field("RecordingSid"), _field("RecordingUrl")),
        recording_status=_field("RecordingStatus").lower()[:20],
        seconds=min(_number(_field("RecordingDuration"), 0), LONGEST_CALL),
        is_machine=_field("AnsweredBy").startswith(("machine", "fax")),
        is_inbound=not _field("Direction").startswith("outbound"),
        has_hung_up=digits == "hangup" or _field("CallStatus").lower() in set(LegEnd),
        token=token if _ID.fullmatch(token) else "",
    )


def asked() -> Asked:
    """The address of this request."""
    tries = request.args.get("n", "")
    return Asked(
        call=_ref("call"),
        leg=_ref("leg"),
        tries=_number(tries, 0) if tries else None,
        number=_ref("number"),
        place=_ref("p"),
        round=_number(request.args.get("r", ""), 0),
        to=_ref("to"),
        kind=_ref("kind"),
        step=_ref("at"),
    )


def _field(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()


def _ref(name: str) -> str:
    value = request.args.get(name, "")
    return value if _REF.fullmatch(value) else ""


def _id(value: str) -> str:
    return value if _ID.fullmatch(value) else ""


def _recording(sid: str, url: str) -> str:
    """The recording's id; one platform tells the document only its address, which ends with it."""
    found = None if sid else _OF_RECORDING.search(url)
    return found[1] if found else _id(sid)


def _number(value: str, otherwise: int) -> int:
    return int(value) if _NUMBER.fullmatch(value) else otherwise


def _sender(value: str) -> str | None:
    """The number in E.164; None where it is withheld, or nobody can be called there."""
    if value in WITHHELD:
        return None
    try:
        return phone.normalise(value)
    except phone.PhoneError:
        return None
