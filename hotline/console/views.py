"""The operator's page: the queue, the item or the entry that is open, and who is calling."""

from datetime import timedelta

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, crypto, drafts, fields, http
from hotline.access import Permission
from hotline.attachments import operations as attachments
from hotline.attachments import uploads
from hotline.console import (
    calling,
    categories,
    desk,
    leaving,
    marking,
    on_call,
    refusals,
    surroundings,
)
from hotline.console.forms import (
    AroundForm,
    CallerForm,
    DeskForm,
    EntryForm,
    ExitForm,
    MarkForm,
    SortingForm,
)
from hotline.errors import Invalid, Refused
from hotline.fields import PageForm
from hotline.tickets.acting import acting
from hotline.tickets.intake import Taken
from hotline.words import N_

bp = Blueprint("console", __name__, template_folder="templates")

MADE = "made at the desk"
MADE_FOR = timedelta(hours=1)


@bp.get("/console")
@access.needs(Permission.INTAKE)
def page() -> ResponseReturnValue:
    """The desk, with an item opened or ready for a new matter, and what was just done."""
    return _render(fields.asked(DeskForm), None)


@bp.post("/console")
@access.needs(Permission.INTAKE)
@uploads.accepted
def enter() -> ResponseReturnValue:
    """Take a matter in, and let it leave by the way that was chosen."""
    form, status = fields.sent(EntryForm), Invalid.status
    try:
        files = uploads.read()
        if form.data is not None:
            data = form.data
            return http.write(lambda: _entered(data, files))
    except Refused as error:
        status = form.refuse(error)
    return _render(DeskForm(), form), status


@bp.post("/console/<number>")
@access.needs(Permission.SORT)
def leave(number: str) -> ResponseReturnValue:
    """Let a received matter leave the desk."""
    form, status = fields.sent(SortingForm), Invalid.status
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _left(number, data))
        except Refused as error:
            status = form.refuse(error)
    return _render(DeskForm(item=number), form), status


@bp.get("/console/waiting")
@access.needs(Permission.INTAKE)
def waiting() -> ResponseReturnValue:
    """The queue alone: pages ask for it by themselves, many at once."""
    asked = fields.asked(DeskForm)
    found = desk.queue(access.current(), asked.channel, asked.cursor, clock.now())
    return render_template("console/_waiting.html", queue=found, asked=asked)


@bp.get("/console/caller")
@access.needs(Permission.INTAKE)
def caller() -> ResponseReturnValue:
    """Who has the number that is typed, or who is on the line."""
    asked, viewer, now = fields.asked(CallerForm), access.current(), clock.now()
    call = on_call.of(viewer, asked.call, now)
    found = call.caller if call else calling.by_phone(viewer, asked.phone, now)
    phone = (call.number or "") if call else asked.phone
    return render_template("console/_caller.html", calling=found, phone=phone)


@bp.get("/console/around")
@access.needs(Permission.INTAKE)
def around() -> ResponseReturnValue:
    """What is known of the place that is typed: outages, and what others reported there."""
    found = surroundings.of(access.current(), fields.asked(AroundForm), clock.now())
    return render_template("console/_around.html", around=found)


@bp.post("/console/citizen")
@access.needs(Permission.INTAKE)
def mark() -> ResponseReturnValue:
    """Write a note or set a flag on the citizen, or end one."""
    form = fields.sent(MarkForm)
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    data = form.data
    back = http.local(request.form.get("_back"), url_for("console.page"))

    def work() -> http.Answer:
        viewer, now = access.current(), clock.now()
        marking.mark(data, by=viewer.actor, now=now)
        if "HX-Request" not in request.headers:
            return http.go(back, N_("Kept."))
        found = calling.by_seal(viewer, data.who, now)
        return http.Answer(text=render_template("console/_caller.html", calling=found))

    return http.write(work)


def _entered(data: EntryForm, files: list[uploads.Upload]) -> http.Answer:
    how, viewer = acting(), access.current()
    call = on_call.locked(viewer, data)
    made = leaving.enter(data, how, on_call.line_of(call))
    ticket = made.ticket if isinstance(made, Taken) else made
    on_call.tie(call, ticket, data, by=viewer.staff_id, now=how.now)
    attachments.take_by(how, ticket, files)
    code = made.query_code if isinstance(made, Taken) else ""
    said = leaving.SAID_LATER if data.later else leaving.said(data)
    return _went(ticket.number, code, said)


def _left(number: str, data: SortingForm) -> http.Answer:
    leaving.leave(number, data, acting())
    return _went(number, "", leaving.said(data))


def _went(number: str, code: str, said: str) -> http.Answer:
    token = crypto.handed_out(MADE, [number, code])
    return http.go(url_for("console.page", made=token), said)


def _render(asked: DeskForm, sent: PageForm[SortingForm] | PageForm[EntryForm] | None) -> str:
    viewer, now = access.current(), clock.now()
    item = desk.item(viewer, asked.item)
    call = on_call.of(viewer, sent.values.get("call", "") if sent else asked.call, now)
    form = sent or _first(item, asked, call)
    phone = form.values.get("phone", "")
    ticket = item.ticket if item else None
    return render_template(
        "console/page.html",
        asked=asked,
        item=item,
        on_call=call if item is None else None,
        form=form,
        queue=desk.queue(viewer, asked.channel, asked.cursor, now),
        figures=desk.figures(viewer, now),
        drafts=[one for one in drafts.of(viewer.staff_id) if one.address],
        calling=(call.caller if call else calling.of(viewer, ticket, now))
        or calling.by_phone(viewer, phone, now),
        phone=phone,
        around=surroundings.of_desk(viewer, item, form.values, now),
        made=_made(asked.made),
        groups=categories.groups(),
        refusals=refusals.texts(),
        districts=desk.districts(),
        panels=current_app.extensions.get("console_panels", []),
    )


def _first(
    item: desk.Item | None, asked: DeskForm, call: on_call.OnCall | None
) -> PageForm[ExitForm]:
    """The form as it is shown at first: what is known of the item, and the way that was asked."""
    way = {"leave_by": asked.exit.value} if asked.exit else {}
    if item is None:
        return PageForm(ExitForm, None, **((call.values if call else {}) | way))
    ticket = item.ticket
    if item.perhaps and not way:
        way = {"leave_by": "existing", "existing": item.perhaps[0], "way": "supplement"}
    known = {
        "place": ticket.place,
        "district": item.district,
        "request_type": ticket.request_type or "",
        "category": ticket.category_code or "",
        "confidential": "1" if ticket.is_confidential else "",
    }
    return PageForm(ExitForm, None, **(known | way))


def _made(token: str) -> tuple[str, str] | None:
    if not token:
        return None
    try:
        number, code = crypto.taken_back(MADE, token, within=MADE_FOR)
    except crypto.BadToken:
        return None
    return number, code
