"""The part of administration's page of lines about numbers that the machine calls no more."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from callbacks import voice_stops
from callbacks.voice_stops import LetGoForm, Stops
from hotline import access, clock, fields, http, phone
from hotline.access import Permission
from hotline.errors import NotFound
from hotline.words import N_

bp = Blueprint("voice_stops", __name__, template_folder="templates")
PANEL = "callbacks/_stops.html"


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the page of lines asks; nothing is read before it does."""
    return {"machine_stops": stops}


def stops() -> Stops:
    """Those that are shown: all, or one number's."""
    return voice_stops.stopped(request.args.get("stopped", "").strip()[: phone.LONGEST_TEXT])


@bp.post("/admin/lines/stops/<int:call_id>")
@access.needs(Permission.ADMINISTER)
def let_go(call_id: int) -> ResponseReturnValue:
    """The machine may call this number again."""
    back, chosen = f"{url_for('lines.page')}#stops", fields.sent(LetGoForm).data
    if chosen is None:
        flash(gettext("Choose why the machine may call this number again."), "error")
        return redirect(back, 303)

    def work() -> http.Answer:
        voice_stops.let_go(call_id, chosen.reason, by=access.current().actor, now=clock.now())
        return http.go(back, N_("The machine may call this number again."))

    try:
        return http.write(work)
    except NotFound as gone:
        flash(gettext(gone.message), "error")
        return redirect(back, 303)
