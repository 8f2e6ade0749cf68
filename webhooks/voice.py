"""The doors for calls: documents that the carrier asks for, and what it reports.

Every door is signed and takes the same event any number of times. Whoever is on the line hears
something, whatever was sent, and however we are: see `voice_guard`.
"""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from hotline import access
from hotline.calls import prompting
from webhooks import late, signing, voice_fallback, voice_reports, voice_steps
from webhooks.voice_forms import asked, voice_form
from webhooks.voice_turn import own_prompts

bp = Blueprint("voice", __name__)


@bp.post("/webhooks/carrier/voice")
@access.public
@signing.by_carrier
def incoming() -> ResponseReturnValue:
    """A call comes in."""
    return voice_steps.arrived(voice_form(), asked())


@bp.post("/webhooks/carrier/voice/<step>")
@access.public
@signing.by_carrier
def document(step: str) -> ResponseReturnValue:
    """The next document of a call."""
    return voice_steps.stepped(step, voice_form(), asked())


@bp.post("/webhooks/carrier/voice/fallback")
@access.public
@signing.by_carrier
def fallback() -> ResponseReturnValue:
    """The carrier could not get another document: the last word, without the database."""
    return voice_fallback.apology(voice_form())


@bp.post("/webhooks/carrier/status/call")
@access.public
@signing.by_carrier
@late.kept_when_away(Response(status=204))
def call_status() -> ResponseReturnValue:
    """How far one end of a call is."""
    return voice_reports.call_changed(voice_form(), asked())


@bp.post("/webhooks/carrier/status/recording")
@access.public
@signing.by_carrier
@late.kept_when_away(Response(status=204))
def recording_status() -> ResponseReturnValue:
    """A recording can be fetched."""
    return voice_reports.recording_changed(voice_form(), asked())


@bp.get("/prompts/<language>/<key>.mp3")
@access.public
def prompt(language: str, key: str) -> ResponseReturnValue:
    """A prompt that was recorded; the carrier plays it."""
    path = prompting.recording(language, key, own_prompts())
    if path is None:
        return Response("", 404, mimetype="text/plain")
    answer = Response(path.read_bytes(), mimetype="audio/mpeg")
    answer.cache_control.max_age = 3600
    return answer
