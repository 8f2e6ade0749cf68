"""The call log and a call's page put together, also with a form that was refused."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotline import access, clock, fields, http, settings
from hotline.access import Permission
from hotline.calls import finding, listening, log, seeing, story, uncovering
from hotline.calls.log_forms import LogForm
from hotline.calls.models import Call
from hotline.errors import Invalid, MadeUp, Refused, TooMany
from hotline.people import confirming
from hotline.tickets.uncovering import UncoverRules

OWED = "owed"


def the_log() -> ResponseReturnValue:
    """The log by its filters; one made up by hand is shown as such, with a 400."""
    given = MultiDict({name: value for name, value in request.args.items() if value})
    if OWED in request.args:
        given[OWED] = "yes"
    filters, viewer = fields.PageForm(LogForm, given), access.current()
    wanted = filters.data or LogForm()
    found = log.Page([], None) if filters.errors else log.found(viewer, wanted, zone())
    page = render_template(
        "calls/log.html",
        filters=filters,
        found=found,
        choices=log.choices(),
        is_owed=wanted.owed is not None,
        owed=log.owed_count(viewer),
        query={name: value for name, value in given.items() if name != "cursor"},
        is_first=not wanted.cursor,
        sees_all=viewer.may(Permission.READ_ALL_CALLS),
        now=clock.now(),
    )
    return page, MadeUp.status if filters.errors else 200


def the_call(ref: str) -> str:
    """A call's page. Raises NotFound."""
    viewer = access.current()
    call = seeing.see(viewer, ref)
    return render_template(
        "calls/call.html",
        whole=story.whole(call, viewer),
        recordings=listening.of_calls([call.id], viewer).get(call.id, []),
        way=uncovering.way(call, viewer),
        is_confirmed=confirming.is_fresh(),
        may_make=viewer.may(Permission.INTAKE),
        may_oversee=viewer.may(Permission.OVERSEE_CALLS),
        now=clock.now(),
        zone=zone(),
    )


def on_call(
    ref: str, operation: Callable[[Call], object], said: str, back: str | None = None
) -> ResponseReturnValue:
    """Do one thing to a call that the viewer sees; a refusal is told above the call's page."""
    seeing.see(access.current(), ref)

    def work() -> http.Answer:
        operation(finding.by_ref(ref))
        return http.go(back or url_for("calls.call", ref=ref), said)

    try:
        return http.write(work)
    except Refused as error:
        return again("done", ref, fields.PageForm(LogForm), error)


def again(
    name: str, ref: str, sent: fields.PageForm[Any], error: Refused | None = None
) -> tuple[str, int]:
    """The call's page with a form as it was typed."""
    status = sent.refuse(error) if error else Invalid.status
    fields.keep(name, sent)
    return the_call(ref), status


def uncovered(ref: str, reason: str | None, sent: fields.PageForm[Any]) -> ResponseReturnValue:
    """The whole number, or why not; too many looks are written down."""
    viewer = access.current()
    call = seeing.see(viewer, ref)
    try:
        return http.write(lambda: _number(call, reason))
    except Refused as error:
        if isinstance(error, TooMany):
            http.write(lambda: _refused(call))
        if "HX-Request" not in request.headers:
            return again("uncover", ref, sent, error)
        sent.refuse(error)
        return render_template("tickets/_still_covered.html", form=sent)


def zone() -> ZoneInfo:
    """The city's."""
    return ZoneInfo(current_app.config["CITY_TIMEZONE"])


def _number(call: Call, reason: str | None) -> http.Answer:
    rules = settings.read(UncoverRules)
    whole = uncovering.uncover(call, access.current(), reason, now=clock.now(), rules=rules)
    is_part = "HX-Request" in request.headers
    template = "tickets/_phones.html" if is_part else "calls/number.html"
    return http.Answer(text=render_template(template, call=call, phones=[whole]))


def _refused(call: Call) -> http.Answer:
    uncovering.refuse(call, access.current(), now=clock.now())
    return http.Answer()
