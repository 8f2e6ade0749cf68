"""The last word, when nothing else can be said: an apology that needs no database.

Decided here: a caller's call is spooled before the answer goes out; that of nobody who called us
is only ended. The same words lie as a file for a web server in front (`static/voice/fallback.xml`).
"""

import structlog
from flask import Response, current_app

from hotline import clock
from hotline.calls import prompting, spooling
from hotline.calls.arriving import Arrival
from webhooks.voice_forms import VoiceForm
from webhooks.voice_turn import setting
from webhooks.voice_xml import Document

log = structlog.get_logger(__name__)


def apology(form: VoiceForm) -> Response:
    """We are sorry, and call back; never fails."""
    if form.is_inbound and form.call_sid:
        _spool(form)
    return Response(document(), 200, mimetype="text/xml")


def document() -> str:
    """The words, in both languages: nobody knows any more which one the caller speaks."""
    said = [prompting.say("fallback", language) for language in prompting.LANGUAGES]
    return str(Document(setting()).say(*said).hang_up())


def _spool(form: VoiceForm) -> None:
    arrival = Arrival(form.call_sid, form.sender, form.recipient)
    try:
        spooling.keep(current_app.extensions["config"].var_dir, arrival, clock.now())
    except Exception:
        # A full disk: the caller hears the words all the same, and the log has the rest.
        log.exception("voice.not_spooled")
