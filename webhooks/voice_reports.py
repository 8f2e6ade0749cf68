"""What the carrier tells of calls and recordings by itself, in whatever order, late or twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from flask import Response, request

from hotline import http
from hotline.calls import ending, voicemail
from hotline.calls.ending import LegReport
from hotline.calls.kinds import RecordingKind
from hotline.errors import Refused
from hotline.tickets import queries as tickets
from webhooks.voice_forms import Asked, VoiceForm
from webhooks.voice_turn import turn_of

NOTED = http.Answer(status=204)
COMPLETED = ("", "completed")

log = structlog.get_logger(__name__)


def call_changed(form: VoiceForm, asked: Asked, *, at: datetime | None = None) -> Response:
    """How far one end of a call is; `at` when it was told, if that is not now."""

    def note() -> http.Answer:
        turn = turn_of(form, asked)
        report = LegReport(form.status, form.sequence)
        when = replace(turn.at, now=at or turn.at.now)
        ending.leg_changed(turn.call, turn.leg, report, when)
        return NOTED

    return _noted(note)


def recording_changed(form: VoiceForm, asked: Asked, *, at: datetime | None = None) -> Response:
    """A recording can be fetched; one of a message makes a ticket, if nothing else has."""

    def note() -> http.Answer:
        is_there = form.recording_sid and form.recording_status in COMPLETED
        if not is_there or asked.kind not in set(RecordingKind):
            return NOTED
        turn, kind = turn_of(form, asked), RecordingKind(asked.kind)
        turn.announce_recording(kind)
        if kind is RecordingKind.MESSAGE:
            when = at or turn.at.now
            voicemail.take(turn.call, form.seconds, now=when, book=tickets.rulebook())
        return NOTED

    return _noted(note)


def _noted(note: Callable[[], http.Answer]) -> Response:
    try:
        return http.write(note)
    except Refused as refused:
        # Of a call we never saw, or one that has moved on: told again it would be no news either.
        log.info("voice.report_unused", path=request.path, code=refused.code)
        return Response(status=204)
