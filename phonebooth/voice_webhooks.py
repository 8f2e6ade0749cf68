"""What the hotline is told and asked about calls, with the carrier's form fields."""

from email.utils import format_datetime
from uuid import uuid4

from phonebooth import clock
from phonebooth.faults import Direction
from phonebooth.legs import Leg
from phonebooth.recordings import Recording
from phonebooth.settings import BoothSettings
from phonebooth.webhooks import API_VERSION, Webhook

ANONYMOUS = frozenset({"anonymous", "+266696687"})
_SIP_CODES = {
    "completed": "200",
    "busy": "486",
    "no-answer": "480",
    "canceled": "487",
    "failed": "404",
}


def document(settings: BoothSettings, leg: Leg, url: str, more: dict[str, str]) -> Webhook:
    """What to do next with this leg?"""
    fields = _who(settings, leg) | {"CallStatus": leg.status.value}
    if not is_somleng(leg):
        fields |= _places(leg)
        if leg.answered_by:
            fields["AnsweredBy"] = leg.answered_by
    return _webhook(Direction.VOICE, leg, url, fields | more)


def call_status(settings: BoothSettings, leg: Leg, status: str, sequence: int) -> Webhook:
    """How far this leg is; to where its terms say."""
    fields = _who(settings, leg) | {
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(clock.now()),
    }
    if not is_somleng(leg):
        fields |= _places(leg)
        if leg.answered_by:
            fields["AnsweredBy"] = leg.answered_by
    if leg.duration is not None:
        fields |= {
            "CallDuration": str(leg.duration),
            "Duration": str(-(-leg.duration // 60)),
            "SipResponseCode": _SIP_CODES.get(status, "500"),
        }
    return _webhook(Direction.CALL_STATUS, leg, leg.terms.status_callback, fields)


def recording_status(settings: BoothSettings, leg: Leg, recording: Recording) -> Webhook:
    """A recording has begun or can be fetched."""
    fields = {
        "AccountSid": settings.account_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": recording_url(settings, leg, recording),
        "RecordingStatus": recording.status,
        "RecordingChannels": "1",
        "RecordingStartTime": format_datetime(recording.began_at),
        "RecordingSource": recording.source,
        "ApiVersion": API_VERSION,
    }
    if recording.call_sid:
        fields["CallSid"] = recording.call_sid
    if recording.conference_sid:
        fields["ConferenceSid"] = recording.conference_sid
    if recording.is_done:
        fields["RecordingDuration"] = str(round(recording.seconds))
    return _webhook(Direction.RECORDING_STATUS, leg, recording.callback, fields)


def recording_url(settings: BoothSettings, leg: Leg, recording: Recording) -> str:
    """Where its sound is, as the carrier says it."""
    path = f"/{API_VERSION}/Accounts/{settings.account_sid}"
    if is_somleng(leg):
        path += f"/Calls/{recording.call_sid}"
    return f"{settings.own_url}{path}/Recordings/{recording.sid}"


def is_somleng(leg: Leg) -> bool:
    """Whether the leg was made by the platform that writes its ids as UUIDs."""
    return not leg.sid.startswith("CA")


def _who(settings: BoothSettings, leg: Leg) -> dict[str, str]:
    fields = {
        "AccountSid": settings.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": leg.sid,
        "Called": leg.recipient,
        "Caller": leg.sender,
        "Direction": leg.direction.value,
        "From": leg.sender,
        "To": leg.recipient,
    }
    if leg.parent is not None and not is_somleng(leg):
        fields["ParentCallSid"] = leg.parent.sid
    return fields


def _places(leg: Leg) -> dict[str, str]:
    """Where both ends are, as far as the carrier knows."""
    ends = {"From": leg.sender, "Caller": leg.sender, "To": leg.recipient, "Called": leg.recipient}
    fields: dict[str, str] = {}
    for end, address in ends.items():
        is_number = not address.startswith(("client:", "sip:")) and address not in ANONYMOUS
        country = "CN" if is_number else ""
        fields |= {f"{end}City": "", f"{end}Country": country, f"{end}State": "", f"{end}Zip": ""}
    return fields


def _webhook(direction: Direction, leg: Leg, url: str, fields: dict[str, str]) -> Webhook:
    return Webhook(
        direction=direction,
        sid=leg.sid,
        phone=leg.far_end,
        url=url,
        fields=fields,
        token="" if is_somleng(leg) else str(uuid4()),
    )
