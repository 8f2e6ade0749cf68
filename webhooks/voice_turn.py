"""One request of the carrier: the call and its end, locked, and what documents are made of."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import current_app

from hotline.calls import addresses, finding, prompting, recording
from hotline.calls.circumstances import present
from hotline.calls.ending import At
from hotline.calls.kinds import RecordingKind, Step
from hotline.calls.models import Call, CallLeg
from hotline.calls.prompting import Spoken
from hotline.carrier import Carrier
from hotline.errors import NotFound
from webhooks.voice_forms import Asked, VoiceForm
from webhooks.voice_xml import Document, Setting

START = "/webhooks/carrier/voice"
RECORDING_STATUS = "/webhooks/carrier/status/recording"
OWN_PROMPTS = "prompts"
"""The folder in VAR_DIR for what a city has recorded itself."""


@dataclass(frozen=True)
class Turn:
    """What a step has at hand; the call's row is locked."""

    call: Call
    leg: CallLeg
    form: VoiceForm
    asked: Asked
    at: At

    def document(self) -> Document:
        """An empty one."""
        return Document(setting())

    def say(self, key: str, **values: str) -> Spoken:
        """A prompt in the caller's language."""
        return prompting.say(key, self.call.language, **values)

    def url(self, step: Step, **more: object) -> str:
        """The address of a step for this end, with what it is to know."""
        plain = addresses.of_step(step, call=self.call.ref, leg=self.leg.ref)
        return f"{plain}&{urlencode(more)}" if more else plain

    def announce_recording(self, kind: RecordingKind) -> None:
        """The carrier has recorded something of this call; said twice, it is one."""
        recording.announce(
            self.form.recording_sid,
            self.call,
            kind,
            seconds=self.form.seconds,
            now=self.at.now,
        )

    def recording_url(self, kind: RecordingKind) -> str:
        """Where a recording of this call is announced."""
        base = current_app.config["PUBLIC_BASE_URL"].rstrip("/")
        query = urlencode({"call": self.call.ref, "leg": self.leg.ref, "kind": kind.value})
        return f"{base}{RECORDING_STATUS}?{query}"


def setting() -> Setting:
    """What documents are made for here."""
    carrier: Carrier = current_app.extensions["carrier"]
    return Setting(
        base_url=current_app.config["PUBLIC_BASE_URL"].rstrip("/"),
        capabilities=carrier.capabilities,
        caller_id=carrier.number,
        own_prompts=own_prompts(),
    )


def own_prompts() -> Path:
    """Where a city puts the sounds that it recorded itself."""
    folder: Path = current_app.extensions["config"].var_dir / OWN_PROMPTS
    return folder


def turn_of(form: VoiceForm, asked: Asked) -> Turn:
    """The call that this request is about, heard of just now. Raises NotFound.

    The address names it; one that lost its names is known by the carrier's own id.
    """
    at = present()
    call, leg = _found(form, asked)
    if form.call_sid and leg.provider_id is None and finding.by_provider(form.call_sid) is None:
        leg.provider_id = form.call_sid  # dialled, and answered before the answer to that came
    call.heard_at = max(call.heard_at, at.now)
    return Turn(call, leg, form, asked, at)


def _found(form: VoiceForm, asked: Asked) -> tuple[Call, CallLeg]:
    if asked.leg:
        return finding.by_leg(asked.leg)
    known = finding.by_provider(form.call_sid) if form.call_sid else None
    if known is None and asked.call:
        call = finding.by_ref(asked.call)
        leg = finding.citizen_leg(call)
        known = (call, leg) if leg is not None else None
    if known is None:
        raise NotFound("call_unknown", "There is no such call.")
    return known
