"""No caller hears nothing: whatever goes wrong, an answer goes out, and what was meant is kept.

Decided here: which requests are carried out once only, and what is answered to one that can't be
carried out: the document that fits the call as it stands, or, when that can't be known, an apology,
while the call is spooled to be made up for.
"""

from collections.abc import Callable
from functools import partial

import structlog
from flask import Response, request

from hotline import http
from hotline.calls.kinds import Step
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from webhooks import voice_documents as documents
from webhooks.voice_fallback import apology
from webhooks.voice_forms import Asked, VoiceForm
from webhooks.voice_turn import START, Turn, setting, turn_of
from webhooks.voice_xml import Document

XML = "text/xml"
LOOPS = frozenset({Step.WAIT, Step.HOLD})

Act = Callable[[Turn], Document]
log = structlog.get_logger(__name__)


def answered(form: VoiceForm, asked: Asked, act: Callable[[], Document], key: str) -> Response:
    """What the act answers, once per key; never an error."""
    try:
        return _written(act, key)
    except NotFound:
        return _respond(_unknown(form))
    except Refused as refused:
        log.info("voice.refused", code=refused.code)
        return _as_it_stands(form, asked)
    except Exception:
        return _apologise(form)


def key_of(form: VoiceForm, step: str) -> str:
    """What makes two requests one: the carrier's own token, else whose, where and what was typed.

    A round of waiting in which nothing was typed changes nothing, and is no one request.
    """
    is_round = step in LOOPS and form.heard.is_silence
    if is_round or not form.call_sid or "n" not in request.args:
        return ""
    if form.token:
        return f"voice:{form.token}"
    said = f"{form.heard.keys}/{form.heard.speech}/{form.recording_sid}"
    return f"voice:{form.call_sid}:{step}:{request.query_string.decode('latin-1')}:{said}"


def _written(act: Callable[[], Document], key: str) -> Response:
    def carry_out() -> http.Answer:
        return http.Answer(text=str(act()), mimetype=XML)

    return http.write(carry_out, key=key or None)


def _as_it_stands(form: VoiceForm, asked: Asked) -> Response:
    try:
        return _written(partial(_standing, form, asked), "")
    except NotFound:
        return _respond(_unknown(form))
    except Exception:
        return _apologise(form)


def _standing(form: VoiceForm, asked: Asked) -> Document:
    return documents.standing(turn_of(form, asked))


def _unknown(form: VoiceForm) -> Document:
    """Somebody is on the line of whom we know nothing: a caller begins anew."""
    document = Document(setting())
    if form.is_inbound and form.call_sid:
        return document.go(setting().base_url + START)
    return document.say(documents.lost()).hang_up()


def _apologise(form: VoiceForm) -> Response:
    log.exception("voice.failed", path=request.path)
    try:
        db.session.rollback()
    except Exception:
        log.exception("voice.database_away")
    return apology(form)


def _respond(document: Document) -> Response:
    return Response(str(document), 200, mimetype=XML)
