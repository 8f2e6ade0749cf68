"""The citizen's pages: front page, report, tracking; all work without JavaScript."""

from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, render_template, request, session
from flask import url_for as address
from flask.typing import ResponseReturnValue

from hotline import access, clock, counters, fields, http
from hotline.attachments import serving, uploads
from hotline.attachments.uploads import Upload
from hotline.errors import Invalid, MadeUp, NotFound, Refused
from hotline.extensions import limiter
from hotline.notices import queries as notices
from hotline.portal import beforehand, pending, reporting, tracking
from hotline.portal.forms import HintsForm, LookUpForm, ReportForm, SettledForm
from hotline.tickets import objection_views, operations, similar, steps
from hotline.tickets.acting import Act
from hotline.tickets.citizen_steps import TRIES_BY_ADDRESS, TRIES_BY_NUMBER, tried_number
from hotline.tickets.forms import NothingForm, ReasonForm, TextForm
from hotline.words import N_

bp = Blueprint("portal", __name__, template_folder="templates")

REPORTS_BY_ADDRESS = "60 per hour"
HINTS_BY_ADDRESS = "60 per minute"
LANGUAGES: Final = ("zh_CN", "en")
NOTICES_AT_HOME: Final = 4
LONGEST_WAIT: Final = 5


@bp.get("/")
@access.public
def home() -> ResponseReturnValue:
    """What a citizen can do here, and what is cut off just now."""
    counts = counters.read(operations.COUNTER)
    return render_template(
        "portal/home.html",
        doors=current_app.extensions["doors"],
        taken=sum(counts.values()),
        under_way=sum(counts.get(state.value, 0) for state in similar.OPEN),
        running=notices.running(clock.now(), limit=NOTICES_AT_HOME),
    )


@bp.get("/outages")
@access.public
def outages() -> ResponseReturnValue:
    """What is cut off or closed now and soon; at a place when one is asked for."""
    form, now = fields.PageForm(HintsForm, request.args), clock.now()
    asked = form.data if form.data and (form.data.place or form.data.district) else None
    found = notices.at(asked.district, asked.place, now) if asked else notices.running(now)
    return render_template(
        "portal/outages.html",
        form=form,
        is_asked=asked is not None,
        found=found,
        coming=[] if asked else notices.coming(now),
        districts=notices.district_options(),
    )


@bp.route("/report", methods=["GET", "POST"])
@access.public
@limiter.limit(REPORTS_BY_ADDRESS, methods=["POST"])
@uploads.accepted
def report() -> ResponseReturnValue:
    """Report a matter by the web form, or to the mayor's mailbox."""
    form, status = fields.sent(ReportForm), Invalid.status
    held = reporting.collect(form, request.form.getlist("drop"))
    if form.data is not None and not form.errors and not reporting.is_change(form):
        data, known = form.data, reporting.known(form.data)
        if known is not None:
            return _before(form, held, known)
        try:
            return http.write(lambda: reporting.take(data, held))
        except Refused as error:
            status = form.refuse(error)
    elif reporting.is_change(form):
        form.errors.clear()
    return _form(form, held), status if form.errors else 200


@bp.post("/report/hints")
@access.public
@limiter.limit(HINTS_BY_ADDRESS)
def hints() -> ResponseReturnValue:
    """What is known of what is being typed; a fragment."""
    data = fields.sent(HintsForm).data or HintsForm()
    known = beforehand.find(
        data.body, data.place, data.district or None, data.pin, visit=data.traced
    )
    return render_template("portal/_hints.html", known=known, pin=data.pin)


@bp.post("/report/settled")
@access.public
@limiter.limit(HINTS_BY_ADDRESS)
def settled() -> ResponseReturnValue:
    """An answer says it all: nothing is sent, but that it helped is counted."""
    data = fields.sent(SettledForm).data

    def work() -> http.Answer:
        if data is not None:
            beforehand.settled(data.number, data.visit)
        return http.go(address("portal.helped"))

    return http.write(work)


@bp.get("/report/helped")
@access.public
def helped() -> ResponseReturnValue:
    """The citizen needs to send nothing any more."""
    return render_template("portal/helped.html")


@bp.get("/report/received/<token>")
@access.public
def received(token: str) -> ResponseReturnValue:
    """Number and query code of a report that was just made, which this session may now open."""
    receipt = reporting.receipt(token)
    tracking.remember(receipt.number)
    return render_template("portal/received.html", receipt=receipt, token=token, waited=0)


@bp.get("/report/received/<token>/text")
@access.public
def received_text(token: str) -> ResponseReturnValue:
    """Whether the text with number and code has gone; a fragment that asks a few times."""
    waited = min(request.args.get("waited", 0, int), LONGEST_WAIT)
    receipt = reporting.receipt(token)
    return render_template("portal/_texted.html", receipt=receipt, token=token, waited=waited)


@bp.route("/track", methods=["GET", "POST"])
@access.public
@limiter.limit(TRIES_BY_ADDRESS, methods=["POST"])
@limiter.limit(TRIES_BY_NUMBER, methods=["POST"], key_func=tried_number)
def track() -> ResponseReturnValue:
    """Look a ticket up by number and code."""
    form = fields.sent(LookUpForm)
    if form.data is not None:
        try:
            tracking.open_for_session(form.data.number, form.data.query_code)
            return redirect(address("portal.ticket", number=form.data.number), 303)
        except Refused as error:
            form.refuse(error)
    form.values.setdefault("number", request.args.get("number", "")[:20])
    page = render_template("portal/track.html", form=form)
    return page, Invalid.status if form.errors else 200


@bp.get("/track/<number>")
@access.public
def ticket(number: str) -> ResponseReturnValue:
    """One's own ticket in plain words."""
    if not tracking.is_open(number):
        return redirect(address("portal.track", number=number), 303)
    return render_template("portal/ticket.html", ticket=tracking.tell(number))


@bp.get("/track/<number>/files/<key>")
@access.public
@serving.sandboxed
def file(number: str, key: str) -> Response:
    """One file of one's own ticket, to be saved."""
    return serving.download(tracking.file_of(number, key))


@bp.get("/track/<number>/files/<key>/picture")
@access.public
@serving.sandboxed
def picture(number: str, key: str) -> Response:
    """A picture of one's own ticket, small or whole."""
    is_small = request.args.get("small") == "1"
    return serving.picture(tracking.file_of(number, key), is_small=is_small)


@bp.post("/track/<number>/supplement")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
@uploads.accepted
def supplement(number: str) -> ResponseReturnValue:
    """More from the citizen, with pictures."""
    return _step(number, TextForm, steps.supplement, N_("Thank you, it was added."))


@bp.post("/track/<number>/answer")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
@uploads.accepted
def answer(number: str) -> ResponseReturnValue:
    """The citizen answers what the unit asked, with pictures."""
    return _step(number, TextForm, steps.supplement, N_("Thank you, we have your answer."))


@bp.post("/track/<number>/object")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def object_to(number: str) -> ResponseReturnValue:
    """The citizen objects to the refusal."""
    said = N_("Your objection is with a second person; we tell you what comes of it.")
    return _step(number, TextForm, objection_views.step, said)


@bp.post("/track/<number>/urge")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def urge(number: str) -> ResponseReturnValue:
    """The citizen asks for haste."""
    return _step(number, NothingForm, steps.urge, N_("We passed it on: please hurry."))


@bp.post("/track/<number>/withdraw")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def withdraw(number: str) -> ResponseReturnValue:
    """The citizen takes it back."""
    return _step(number, ReasonForm, steps.withdraw, N_("Your request was withdrawn."))


@bp.post("/track/leave")
@access.public
def leave() -> ResponseReturnValue:
    """Forget on this device which tickets were opened."""
    session.pop(tracking.OPENED, None)
    return redirect(address("portal.home"), 303)


@bp.get("/language/<language>")
@access.public
def speak(language: str) -> ResponseReturnValue:
    """Show this browser the pages in another language."""
    if language not in LANGUAGES:
        raise NotFound("unknown_language", "There is no such language here.")
    session["language"] = language
    return redirect(http.came_from() or address("portal.home"), 303)


def _form(form: fields.PageForm[ReportForm], held: list[pending.Pending]) -> str:
    channel = form.values.get("channel") or request.args.get("channel", "web")
    if request.method == "GET" and channel not in ("web", "mailbox"):
        raise MadeUp("unknown_value", "This filter is not one of ours.", field="channel")
    return render_template(
        "portal/report.html",
        form=form,
        held=held,
        held_token=pending.token_of(held),
        channel=channel if channel == "mailbox" else "web",
        districts=notices.district_options(),
        tiles=current_app.config["MAP_TILES"],
        visit=form.values.get("visit") or beforehand.new_visit(),
    )


def _before(
    form: fields.PageForm[ReportForm], held: list[pending.Pending], known: beforehand.Known
) -> str:
    carried = {name: form.values[name] for name in reporting.CARRIED if form.values.get(name)}
    return render_template(
        "portal/before.html",
        known=known,
        held=held,
        carried=carried | {"held": pending.token_of(held)},
        visit=form.values.get("visit", ""),
        channel=form.values.get("channel", "web"),
    )


def _step(number: str, form: type[fields.Form], step: Act[Any], said: str) -> ResponseReturnValue:
    if not tracking.is_open(number):
        return redirect(address("portal.track", number=number), 303)
    sent, status = fields.sent(form), Invalid.status
    if sent.data is not None:
        try:
            return _do(number, step, sent.data, uploads.read(), said)
        except Refused as error:
            status = sent.refuse(error)
    fields.keep(request.endpoint or "", sent)
    return render_template("portal/ticket.html", ticket=tracking.tell(number)), status


def _do(
    number: str, step: Act[Any], data: fields.Form, files: list[Upload], said: str
) -> ResponseReturnValue:
    answer = http.go(address("portal.ticket", number=number), said)
    return http.write(lambda: tracking.act(number, step, data, files, answer))
