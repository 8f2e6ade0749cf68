"""The supervisor's live board, and what is done from it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.calls import board, circumstances, finding, log, overseeing, seating
from hotline.calls.models import Call
from hotline.calls.seat_forms import PhoneForm, StateForm
from hotline.errors import Refused
from hotline.words import N_

bp = Blueprint("call_board", __name__, template_folder="templates")


@bp.get("/calls/board")
@access.needs(Permission.OVERSEE_CALLS)
def page() -> ResponseReturnValue:
    """Who does what, which calls are under way, how the day goes."""
    at, viewer = circumstances.present(), access.current()
    return render_template(
        "calls/board.html",
        board=board.at(at.now, at.zone, at.rules),
        rules=at.rules,
        ways=at.ways,
        own=seating.seat_of(viewer.staff_id),
        owed=log.owed_count(viewer),
        now=at.now,
    )


@bp.post("/calls/board/seats/<int:staff_id>")
@access.needs(Permission.OVERSEE_CALLS)
def set_state(staff_id: int) -> ResponseReturnValue:
    """Set an operator ready, on a break or off."""
    sent, viewer = fields.sent(StateForm), access.current()
    if sent.data is None:
        return _told(" ".join(sent.errors.values()))
    state = sent.data.wanted
    return _do(
        lambda: overseeing.set_state(staff_id, state, viewer, now=clock.now()),
        N_("The operator's state is set."),
    )


@bp.post("/calls/board/phone")
@access.needs(Permission.OVERSEE_CALLS)
def choose_phone() -> ResponseReturnValue:
    """On which phone one listens in."""
    sent, by = fields.sent(PhoneForm), access.current().staff_id
    if sent.data is None:
        return _told(" ".join(sent.errors.values()))
    device, address = sent.data.device, sent.data.address
    return _do(
        lambda: seating.choose_phone(by, device, address, now=clock.now()),
        N_("This phone rings when you listen in."),
    )


@bp.post("/calls/<ref>/listen")
@access.needs(Permission.OVERSEE_CALLS)
def listen(ref: str) -> ResponseReturnValue:
    """Hear a talk without being heard."""
    at, viewer = circumstances.present(), access.current()

    def work(call: Call) -> None:
        overseeing.listen(call, viewer, now=at.now, ways=at.ways)

    return _do(lambda: work(finding.by_ref(ref)), N_("Your phone rings: pick it up to listen."))


@bp.post("/calls/<ref>/end")
@access.needs(Permission.OVERSEE_CALLS)
def end(ref: str) -> ResponseReturnValue:
    """End a call that is stuck."""
    at, viewer = circumstances.present(), access.current()
    return _do(
        lambda: overseeing.end(finding.by_ref(ref), viewer, at),
        N_("The call is ended."),
    )


def _do(operation: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do it and show the board again; a refusal is told above it."""
    back = http.local(request.form.get("_back"), url_for("call_board.page"))

    def work() -> http.Answer:
        operation()
        return http.go(back, said)

    try:
        return http.write(work)
    except Refused as error:
        return _told(fields.said(error))


def _told(words: str) -> ResponseReturnValue:
    flash(words, "error")
    return redirect(http.local(request.form.get("_back"), url_for("call_board.page")), 303)
