"""The call log, a call's page, and what is done there: numbers shown, owed calls settled."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields
from hotline.access import Permission
from hotline.calls import log_pages, offering, owed, seeing, uncovering
from hotline.calls.circumstances import present
from hotline.calls.log_forms import EndOwedForm, PutOffForm, WhyForm
from hotline.calls.models import Call
from hotline.people import confirming
from hotline.tickets.uncovering import Way
from hotline.words import N_

bp = Blueprint("calls", __name__, template_folder="templates")


@bp.get("/calls")
@access.needs(Permission.READ_CALLS)
def page() -> ResponseReturnValue:
    """The call log, or the calls that the hotline owes."""
    return log_pages.the_log()


@bp.get("/calls/<ref>")
@access.needs(Permission.READ_CALLS)
def call(ref: str) -> ResponseReturnValue:
    """One call, told in plain words."""
    return log_pages.the_call(ref)


@bp.post("/calls/<ref>/number")
@access.needs(Permission.UNMASK)
def number(ref: str) -> ResponseReturnValue:
    """The whole number; the look is written down."""
    viewer, sent = access.current(), fields.sent(WhyForm)
    how = uncovering.way(seeing.see(viewer, ref), viewer)
    if how is Way.ASKING and not confirming.is_fresh():
        return confirming.ask()
    return log_pages.uncovered(ref, sent.data.reason if sent.data else None, sent)


@bp.post("/calls/<ref>/take")
@access.needs(Permission.INTAKE)
def take(ref: str) -> ResponseReturnValue:
    """Make a call that we owe, now."""
    by, at = access.current().staff_id, present()

    def work(it: Call) -> None:
        offering.pick(it, by=by, now=at.now, ways=at.ways)

    return log_pages.on_call(ref, work, N_("Your phone rings; then the citizen is dialled."))


@bp.post("/calls/<ref>/put-off")
@access.needs(Permission.INTAKE)
def put_off(ref: str) -> ResponseReturnValue:
    """Make a call that we owe later."""
    sent, by = fields.sent(PutOffForm), access.current().staff_id
    if sent.data is None:
        return log_pages.again("put_off", ref, sent)
    until = sent.data.until.replace(tzinfo=log_pages.zone())

    def work(it: Call) -> None:
        owed.put_off(it, until, by=by, now=clock.now())

    return log_pages.on_call(ref, work, N_("The call back was put off."))


@bp.post("/calls/<ref>/give-up")
@access.needs(Permission.INTAKE)
def give_up(ref: str) -> ResponseReturnValue:
    """Make a call that we owe not at all."""
    sent, by = fields.sent(EndOwedForm), access.current().staff_id
    if sent.data is None:
        return log_pages.again("give_up", ref, sent)
    reason, note = sent.data.reason, sent.data.note or ""

    def work(it: Call) -> None:
        owed.give_up(it, reason, note, by=by, now=clock.now())

    return log_pages.on_call(ref, work, N_("The call back was given up."))
