"""The administrator's page of lines, and the same for other systems."""

from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http, settings
from hotline.access import Permission
from hotline.calls import lines, reckoning
from hotline.calls.line_forms import DescribeForm, LineForm, PutForm
from hotline.calls.models import Line
from hotline.calls.rules import CallRules
from hotline.errors import Refused
from hotline.fields import PageForm
from hotline.words import N_

bp = Blueprint("lines", __name__, template_folder="templates")
api_bp = APIBlueprint("lines_api", __name__, url_prefix="/api/v1", tag="Calls")


@bp.get("/admin/lines")
@access.needs(Permission.ADMINISTER)
def page() -> str:
    """Every line, with today's figures."""
    return _page(PageForm(LineForm, None, rank="0"))


@bp.post("/admin/lines")
@access.needs(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    """Open a line."""
    form = fields.sent(LineForm)
    if form.data is None:
        return Response(_page(form), 422)
    try:
        return _put(form.data.number, form.data, N_("The line is open."))
    except Refused as error:
        form.refuse(error)
        return Response(_page(form), error.status)


@bp.get("/admin/lines/<number>")
@access.needs(Permission.ADMINISTER)
def line(number: str) -> str:
    """One line, to be described anew."""
    found = lines.line(number)
    shown = {name: getattr(found, name) for name in DescribeForm.model_fields}
    first = {name: "" if value is None else str(value) for name, value in shown.items()}
    return _line(found, PageForm(DescribeForm, None, **first))


@bp.post("/admin/lines/<number>")
@access.needs(Permission.ADMINISTER)
def describe(number: str) -> ResponseReturnValue:
    """Describe a line anew."""
    found, form = lines.line(number), fields.sent(DescribeForm)
    if form.data is None:
        return Response(_line(found, form), 422)
    try:
        return _put(number, form.data, N_("The line is changed."))
    except Refused as error:
        form.refuse(error)
        return Response(_line(found, form), error.status)


@bp.post("/admin/lines/<number>/close")
@access.needs(Permission.ADMINISTER)
def close(number: str) -> ResponseReturnValue:
    """The number is no longer one of ours."""
    return _set_open(number, is_open=False, said=N_("The line is closed."))


@bp.post("/admin/lines/<number>/open")
@access.needs(Permission.ADMINISTER)
def reopen(number: str) -> ResponseReturnValue:
    """It is one of ours again."""
    return _set_open(number, is_open=True, said=N_("The line is open."))


@api_bp.get("/lines")
@access.needs(Permission.READ_KNOWLEDGE)
def listed() -> dict[str, Any]:
    """The published numbers, open ones first."""
    return {"items": [_on_the_wire(one) for one in lines.all_lines()], "next": None}


@api_bp.put("/lines")
@access.needs(Permission.ADMINISTER)
def put() -> ResponseReturnValue:
    """Open, describe or close the line of this number; 201 for a new one."""
    data = fields.parse(PutForm)

    def work() -> http.Answer:
        by, now = access.current().actor, clock.now()
        made, is_new = lines.put(data.number, data.description(), by=by, now=now)
        lines.set_open(made.number, is_open=data.is_open, by=by, now=now)
        return http.ok(_on_the_wire(made), 201 if is_new else 200)

    return http.write(work)


def _put(number: str, data: DescribeForm, said: str) -> Response:
    def work() -> http.Answer:
        made, _ = lines.put(number, data.description(), by=access.current().actor, now=clock.now())
        return http.go(url_for("lines.line", number=made.number), said)

    return http.write(work)


def _set_open(number: str, *, is_open: bool, said: str) -> Response:
    def work() -> http.Answer:
        lines.set_open(number, is_open=is_open, by=access.current().actor, now=clock.now())
        return http.go(url_for("lines.line", number=number), said)

    return http.write(work)


def _page(form: PageForm[LineForm]) -> str:
    zone, now = ZoneInfo(current_app.config["CITY_TIMEZONE"]), clock.now()
    period = reckoning.days(None, None, now, zone)
    return render_template(
        "calls/lines.html",
        lines=lines.all_lines(),
        figures=reckoning.table(period, now, settings.read(CallRules)).by_line,
        form=form,
        panels=current_app.extensions.get("line_panels", []),
    )


def _line(found: Line, form: PageForm[DescribeForm]) -> str:
    return render_template("calls/line.html", line=found, form=form)


def _on_the_wire(one: Line) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.name,
        "mode": one.mode.value,
        "greeting_zh": one.greeting_zh,
        "greeting_en": one.greeting_en,
        "transfer_to": one.transfer_to,
        "skill": one.skill.value if one.skill else None,
        "rank": one.rank,
        "is_open": one.closed_at is None,
        "opened_at": one.opened_at.isoformat(),
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
    }
