"""The operator's phone on a page: its bar, its list of callers, and what its keys do.

A page asks for the bar as a fragment and puts it in piece by piece; without scripts every key is
a form that comes back to the page.
"""

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.calls import (
    clicking,
    finding,
    phone_bar,
    phone_tokens,
    seat_steps,
    seating,
    targets,
)
from hotline.calls.circumstances import present, ways
from hotline.calls.phone_bar import Asked, Bar
from hotline.calls.seat_forms import ClickForm, PhoneForm, StateForm
from hotline.errors import Invalid, NotFound, Refused
from hotline.fields import Form
from hotline.words import N_

bp = Blueprint("phone", __name__, template_folder="templates")

Operation = Callable[[Any], object]
RINGS = N_("Your phone rings: pick up, and the number is dialled.")
PICK_UP = N_("Your desk phone rings: pick it up.")
RING_AGAIN = frozenset({"answer", "resume"})
"""Where no phone rings at an offer, it does so after these."""


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What pages with a phone ask; nothing is read before they do."""
    return {"phone_bar": bar, "phone_set": phone_tokens.phone_set, "to_dial": clicking.sealed}


def bar() -> Bar:
    """The bar of whoever looks."""
    return phone_bar.of(_asked())


@bp.get("/phone")
@access.needs(Permission.CALL)
def page() -> ResponseReturnValue:
    """The phone alone, in a window of its own."""
    return render_template("calls/phone.html")


@bp.get("/console/phone")
@access.needs(Permission.CALL)
def shown() -> ResponseReturnValue:
    """The bar alone; pages ask for it by themselves."""
    return render_template("calls/_phone.html")


@bp.get("/console/phone/callers")
@access.needs(Permission.CALL)
def callers() -> ResponseReturnValue:
    """Who waits, and whom we owe a call."""
    return render_template("calls/_callers.html", callers=phone_bar.callers())


@bp.get("/console/phone/targets")
@access.needs(Permission.CALL)
def reachable() -> ResponseReturnValue:
    """Whom the call can be passed on to."""
    asked = _asked()
    found = targets.choices(asked.staff_id, now=asked.now, zone=asked.zone)
    return render_template("calls/_targets.html", choices=found, bar=phone_bar.of(asked))


@bp.post("/console/phone/token")
@access.needs(Permission.CALL)
def token() -> ResponseReturnValue:
    """What lets this browser ring as the operator's phone."""
    try:
        return jsonify(phone_tokens.made(access.current()))
    except Refused as error:
        return _refused(error)


@bp.post("/console/phone/heard")
@access.needs(Permission.CALL)
def heard() -> ResponseReturnValue:
    """The phone in this browser is connected."""
    staff_id = access.current().staff_id

    def work() -> http.Answer:
        seating.note_phone(staff_id, now=clock.now())
        return http.Answer(204)

    return http.write(work)


@bp.post("/console/phone/state")
@access.needs(Permission.CALL)
def state() -> ResponseReturnValue:
    """Ready, break or off."""
    return _done(StateForm, lambda data: seat_steps.set_state(data, seat_steps.hand()))


@bp.post("/console/phone/device")
@access.needs(Permission.CALL)
def device() -> ResponseReturnValue:
    """Where calls ring."""
    return _done(PhoneForm, lambda data: seat_steps.choose_phone(data, seat_steps.hand()))


@bp.post("/console/phone/click")
@access.needs(Permission.CALL)
def click() -> ResponseReturnValue:
    """Call a ticket's citizen, or a number that a page of ours named."""

    def dial(data: ClickForm) -> None:
        how = seat_steps.hand()
        if data.ticket:
            seat_steps.click_ticket(data.ticket, how)
        else:
            seat_steps.click(clicking.unsealed(data.sealed or ""), None, how)

    return _done(ClickForm, dial, RINGS)


@bp.post("/console/phone/calls/<ref>/<verb>")
@access.needs(Permission.CALL)
def act(ref: str, verb: str) -> ResponseReturnValue:
    """Do one thing with a call."""
    if verb not in seat_steps.VERBS:
        raise NotFound("unknown_verb", "Nothing of this name can be done with a call.")
    form, do, _ = seat_steps.VERBS[verb]
    rings = verb in RING_AGAIN and not ways().has_conference
    said = PICK_UP if rings else ""
    return _done(form, lambda data: do(finding.by_ref(ref), data, seat_steps.hand()), said)


def _asked() -> Asked:
    at = present()
    return Asked(access.current().staff_id, at.now, at.zone, at.ways)


def _done(form: type[Form], operation: Operation, said: str = "") -> ResponseReturnValue:
    """Carry it out; the page's script gets a word, anybody else is led back."""
    sent = fields.sent(form)
    try:
        return http.write(lambda: _carried(sent, operation, said))
    except Refused as error:
        return _refused(error)


def _carried(sent: fields.PageForm[Any], operation: Operation, said: str) -> http.Answer:
    if sent.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=sent.errors)
    operation(sent.data)
    if _is_script():
        return http.ok({"message": gettext(said) if said else ""})
    return http.go(_back(), said or None)


def _refused(error: Refused) -> ResponseReturnValue:
    words = " ".join(dict.fromkeys(fields.said_fields(error).values())) or fields.said(error)
    if _is_script():
        return jsonify(message=words), error.status
    flash(words, "error")
    return redirect(_back(), 303)


def _is_script() -> bool:
    return "X-Phone" in request.headers


def _back() -> str:
    return http.local(request.form.get("_back"), http.came_from() or url_for("phone.page"))
