"""The sound of a recording: decrypted on the way out, in pieces, to whoever may hear it."""

import structlog
from flask import Blueprint, Response, request

from hotline import access, clock, http, sealed
from hotline.access import Permission, Viewer
from hotline.attachments.serving import sandboxed
from hotline.calls import listening, recording, seeing
from hotline.calls.kinds import RecordingState
from hotline.calls.recording_models import Recording
from hotline.errors import NotFound

bp = Blueprint("recordings", __name__)
SOUNDS = frozenset({"audio/mpeg", "audio/wav", "audio/x-wav", "audio/ogg"})
OTHERWISE = "application/octet-stream"

log = structlog.get_logger(__name__)


@bp.get("/recordings/<int:recording_id>")
@access.needs(Permission.READ)
@sandboxed
def sound(recording_id: int) -> Response:
    """The sound, whole or the piece that is asked for; that it was opened is written down once."""
    viewer = access.current()
    found = seeing.hear(viewer, recording_id)
    content, mimetype = _content(found)
    _trace(found, viewer)
    answer = Response(content, mimetype=mimetype if mimetype in SOUNDS else OTHERWISE)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Content-Disposition"] = "inline"
    answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return answer


def _content(found: Recording) -> tuple[bytes, str]:
    if found.state is RecordingState.STORED:
        try:
            return recording.open_sound(found)
        except sealed.Missing:
            log.exception("recordings.missing", recording=found.id)
    raise NotFound("no_sound", "This recording is not kept here (any more).", field="id")


def _trace(found: Recording, viewer: Viewer) -> None:
    opening = listening.opening_of(request.args.get("opening", ""), found.id, viewer)

    def work() -> http.Answer:
        listening.heard(found, viewer, now=clock.now())
        return http.Answer()

    http.write(work, key=f"{listening.PURPOSE}:{opening}")
