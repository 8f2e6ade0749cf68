"""The citizen's pages: front page, report, tracking; all work without JavaScript."""

import json
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, crypto, fields, http
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import limiter
from hotline.portal import tracking
from hotline.portal.forms import LookUpForm, ReportForm
from hotline.tickets import queries, steps
from hotline.tickets.acting import Act
from hotline.tickets.citizen_steps import TRIES_BY_ADDRESS, TRIES_BY_NUMBER, tried_number
from hotline.tickets.forms import NothingForm, ReasonForm, TextForm
from hotline.tickets.intake import intake
from hotline.words import N_

bp = Blueprint("portal", __name__, template_folder="templates")

REPORTS_BY_ADDRESS = "60 per hour"
RECEIPT_FOR: Final = timedelta(hours=24)
LANGUAGES: Final = ("zh_CN", "en")


@bp.get("/")
@access.public
def home() -> ResponseReturnValue:
    """What a citizen can do here."""
    return render_template("portal/home.html", doors=current_app.extensions["doors"])


@bp.route("/report", methods=["GET", "POST"])
@access.public
@limiter.limit(REPORTS_BY_ADDRESS, methods=["POST"])
def report() -> ResponseReturnValue:
    """Report a matter by the web form, or to the mayor's mailbox."""
    form, status = fields.sent(ReportForm), Invalid.status
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _take(data))
        except Refused as error:
            status = form.refuse(error)
    channel = form.values.get("channel") or request.args.get("channel", "web")
    page = render_template(
        "portal/report.html",
        form=form,
        channel=channel if channel == "mailbox" else "web",
        districts=list(queries.rulebook().districts.items()),
    )
    return page, status if form.errors else 200


@bp.get("/report/received/<token>")
@access.public
def received(token: str) -> ResponseReturnValue:
    """Number and query code of a report that was just made."""
    try:
        number, code = json.loads(crypto.decrypt(token.encode(), within=RECEIPT_FOR))
    except InvalidToken as wrong:
        raise NotFound("no_receipt", "This receipt is not known here.") from wrong
    return render_template("portal/received.html", number=number, code=code)


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
            return redirect(url_for("portal.ticket", number=form.data.number), 303)
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
        return redirect(url_for("portal.track", number=number), 303)
    return render_template("portal/ticket.html", ticket=tracking.tell(number))


@bp.post("/track/<number>/supplement")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def supplement(number: str) -> ResponseReturnValue:
    """More from the citizen."""
    return _step(number, TextForm, steps.supplement, N_("Thank you, it was added."))


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
    return redirect(url_for("portal.home"), 303)


@bp.get("/language/<language>")
@access.public
def speak(language: str) -> ResponseReturnValue:
    """Show this browser the pages in another language."""
    if language not in LANGUAGES:
        raise NotFound("unknown_language", "There is no such language here.")
    session["language"] = language
    back = urlsplit(request.referrer or "")
    is_ours = back.netloc == request.host
    return redirect(http.local(back.path if is_ours else None, url_for("portal.home")), 303)


def _take(data: ReportForm) -> http.Answer:
    if data.is_trap:
        raise Invalid("trap", "Please leave the last field empty.", field="website")
    book = queries.rulebook()
    if data.district and data.district not in book.districts:
        raise Invalid("unknown_unit", "There is no such district.", field="district")
    made = intake(data.matter(), by="citizen", now=clock.now(), book=book, may_sort=False)
    token = crypto.encrypt(json.dumps([made.ticket.number, made.query_code])).decode()
    return http.go(url_for("portal.received", token=token))


def _step(number: str, form: type[fields.Form], step: Act[Any], said: str) -> ResponseReturnValue:
    if not tracking.is_open(number):
        return redirect(url_for("portal.track", number=number), 303)
    sent, status = fields.sent(form), Invalid.status
    if sent.data is not None:
        data, page = sent.data, url_for("portal.ticket", number=number)
        try:
            return http.write(lambda: tracking.act(number, step, data, http.go(page, said)))
        except Refused as error:
            status = sent.refuse(error)
    fields.keep(request.endpoint or "", sent)
    return render_template("portal/ticket.html", ticket=tracking.tell(number)), status
