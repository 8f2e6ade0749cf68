"""The carrier's REST API: recordings and their sound.

The smaller platform keeps them under their call, and can't delete them.
"""

from collections.abc import Callable
from email.utils import format_datetime

from flask import Blueprint, Response, jsonify, request

from phonebooth import sounds
from phonebooth.exchange import Exchange, current
from phonebooth.guard import needs_account
from phonebooth.listing import BadFilter, listing_of
from phonebooth.recordings import Recording
from phonebooth.rest_errors import error
from phonebooth.rest_faults import through_faults
from phonebooth.webhooks import API_VERSION

blueprint = Blueprint(
    "rest_recordings", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>"
)

_CALLS = "/Calls/<call_sid>/Recordings"


@blueprint.get("/Recordings.json")
@blueprint.get(f"{_CALLS}.json")
@needs_account
def list_recordings(account_sid: str, call_sid: str = "") -> Response:
    """Recordings, newest first."""
    wanted = call_sid or request.args.get("CallSid", "")

    def listed(exchange: Exchange) -> Response:
        try:
            page = listing_of(
                exchange.network.recordings.newest_first(),
                request.args,
                request.path,
                lambda row: wanted in ("", row.call_sid),
            )
        except BadFilter as problem:
            return error(400, 20001, str(problem))
        return jsonify({**page.links, "recordings": [resource(row) for row in page.rows]})

    return through_faults(account_sid, "", listed)


@blueprint.get("/Recordings/<sid>.json")
@blueprint.get(f"{_CALLS}/<sid>.json")
@needs_account
def fetch_recording(account_sid: str, sid: str, call_sid: str = "") -> Response:
    """One recording."""
    return _of_recording(account_sid, sid, lambda recording: jsonify(resource(recording)))


@blueprint.get("/Recordings/<sid>")
@blueprint.get("/Recordings/<sid>.<any(wav, mp3):form>")
@blueprint.get(f"{_CALLS}/<sid>")
@blueprint.get(f"{_CALLS}/<sid>.<any(wav, mp3):form>")
@needs_account
def fetch_media(account_sid: str, sid: str, call_sid: str = "", form: str = "wav") -> Response:
    """Its sound; a WAV whatever was asked for, as this carrier has no other."""
    return _of_recording(account_sid, sid, _media)


@blueprint.delete("/Recordings/<sid>.json")
@blueprint.delete(f"{_CALLS}/<sid>.json")
@needs_account
def delete_recording(account_sid: str, sid: str, call_sid: str = "") -> Response:
    """Forget it."""

    def delete(recording: Recording) -> Response:
        if current().network.tuning.is_somleng:
            return _not_found()
        current().network.recordings.remove(recording.sid)
        return Response(status=204)

    return _of_recording(account_sid, sid, delete)


def resource(recording: Recording) -> dict[str, object]:
    """The recording as the carrier writes it."""
    account_sid = current().settings.account_sid
    path = f"/{API_VERSION}/Accounts/{account_sid}/Recordings/{recording.sid}"
    changed_at = recording.ended_at or recording.began_at
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "channels": 1,
        "conference_sid": recording.conference_sid,
        "date_created": format_datetime(recording.began_at),
        "date_updated": format_datetime(changed_at),
        "duration": str(round(recording.seconds)) if recording.is_done else "-1",
        "encryption_details": None,
        "error_code": None,
        "media_url": f"{request.host_url.rstrip('/')}{path}",
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source,
        "start_time": format_datetime(recording.began_at),
        "status": recording.status,
        "subresource_uris": {"transcriptions": f"{path}/Transcriptions.json"},
        "uri": f"{path}.json",
    }


def _media(recording: Recording) -> Response:
    if not recording.is_done:
        return _not_found()
    pieces = sounds.wav(recording.seconds, recording.tones())
    response = Response(pieces, content_type="audio/x-wav")
    response.content_length = sounds.length(recording.seconds)
    return response


def _of_recording(account_sid: str, sid: str, act: Callable[[Recording], Response]) -> Response:
    def find_and_act(exchange: Exchange) -> Response:
        recording = exchange.network.recordings.get(sid)
        return _not_found() if recording is None else act(recording)

    return through_faults(account_sid, "", find_and_act)


def _not_found() -> Response:
    return error(404, 20404, f"The requested resource {request.path} was not found")
