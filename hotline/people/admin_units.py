"""The administrator's pages of the directory: units, sub-units, who works there, who is on duty.

Decided here: nothing; every change is one operation.
"""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Invalid, MadeUp, NotFound, Refused
from hotline.fields import PageForm
from hotline.people import roster, units
from hotline.people.admin_views import data_of
from hotline.people.forms import DutyForm, EndDutyForm, NewUnitForm, UnitFilter, UnitForm
from hotline.people.models import Unit
from hotline.words import N_


@access.needs(Permission.ADMINISTER)
def unit_list() -> ResponseReturnValue:
    """Every unit with its people and sub-units. A filter made up by hand gets a 400."""
    form = PageForm(UnitFilter, request.args)
    wanted = form.data or UnitFilter()
    found = roster.units_of(
        words=wanted.q, kind=wanted.kind, with_closed=wanted.closed, now=clock.now()
    )
    page = render_template("people/units.html", form=form, units=found)
    return page, MadeUp.status if form.errors else 200


@access.needs(Permission.ADMINISTER)
def new_unit() -> str:
    """The form for a unit, or for a sub-unit of one."""
    parent = _parent(request.args.get("parent"))
    return render_template("people/new_unit.html", form=PageForm(NewUnitForm), parent=parent)


@access.needs(Permission.ADMINISTER)
def add_unit() -> Response:
    """Add a unit or a sub-unit."""
    form = fields.sent(NewUnitForm)
    parent = _parent(form.values.get("parent"))
    try:
        return http.write(lambda: _add(form, parent))
    except Refused as error:
        form.refuse(error)
        text = render_template("people/new_unit.html", form=form, parent=parent)
        return Response(text, error.status)


@access.needs(Permission.ADMINISTER)
def unit(code: str) -> str:
    """One unit: what it is called, who works there, who is on duty."""
    return _unit_page(_unit(code), {})


@access.needs(Permission.ADMINISTER)
def describe_unit(code: str) -> Response:
    """Change name, keywords, round-the-clock duty."""
    form = fields.sent(UnitForm)

    def change(by: str) -> None:
        units.describe(code, data_of(form).description(), by=by, now=clock.now())

    return _change(code, change, N_("The unit is changed."), "describe", form)


@access.needs(Permission.ADMINISTER)
def close_unit(code: str) -> Response:
    """Give it nothing new."""
    return _change(code, _opening(code, is_open=False), N_("The unit is closed for new tickets."))


@access.needs(Permission.ADMINISTER)
def open_unit(code: str) -> Response:
    """Let it get tickets again."""
    return _change(code, _opening(code, is_open=True), N_("The unit gets tickets again."))


@access.needs(Permission.ADMINISTER)
def add_duty(code: str) -> Response:
    """Enter a turn of duty."""
    form = fields.sent(DutyForm)

    def change(by: str) -> None:
        units.add_duty(code, data_of(form).turn(), by=by, now=clock.now())

    return _change(code, change, N_("The turn of duty is entered."), "duty", form)


@access.needs(Permission.ADMINISTER)
def end_duty(code: str) -> Response:
    """Take a turn of duty off the roster."""
    form = fields.sent(EndDutyForm)

    def change(by: str) -> None:
        units.end_duty(code, data_of(form).duty, by=by, now=clock.now())

    return _change(code, change, N_("The turn of duty is taken off."))


def _opening(code: str, *, is_open: bool) -> Callable[[str], object]:
    return lambda by: units.set_open(code, is_open=is_open, by=by, now=clock.now())


def _change(
    code: str,
    change: Callable[[str], object],
    said: str,
    name: str = "",
    form: PageForm[Any] | None = None,
) -> Response:
    """Carry a change out and show the unit again, with what was typed where it was refused."""

    def carry_out() -> http.Answer:
        change(access.current().actor)
        return http.go(url_for("people.unit", code=code), said)

    try:
        return http.write(carry_out)
    except NotFound:
        raise
    except Refused as refused:
        form = form or PageForm(UnitForm)
        form.refuse(refused)
        return Response(_unit_page(_unit(code), {name: form}), refused.status)


def _add(form: PageForm[NewUnitForm], parent: Unit | None) -> http.Answer:
    wanted = data_of(form)
    made = units.add(
        wanted.code,
        wanted.description(),
        kind=wanted.kind,
        parent=parent,
        by=access.current().actor,
        now=clock.now(),
    )
    return http.go(url_for("people.unit", code=made.code), N_("The unit is added."))


def _parent(code: str | None) -> Unit | None:
    if not code:
        return None
    found = roster.unit(code)
    if found is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="parent")
    return found


def _unit(code: str) -> Unit:
    found = roster.unit(code)
    if found is None:
        raise NotFound("unknown_unit", "There is no such unit.", field="code")
    return found


def _unit_page(found: Unit, forms: dict[str, PageForm[Any]]) -> str:
    now = clock.now()
    today = now.astimezone(ZoneInfo(current_app.config["CITY_TIMEZONE"])).date()
    first = {
        "name": found.name,
        "keywords": found.keywords,
        "has_duty_24h": "1" if found.has_duty_24h else "",
    }
    return render_template(
        "people/unit.html",
        unit=found,
        parent=roster.unit_by_id(found.parent_id) if found.parent_id else None,
        sub_units=roster.sub_units(found.id),
        people=roster.people(found.id, now),
        duties=roster.duties(found.id, today),
        today=today,
        now=now,
        describe_form=forms.get("describe") or PageForm(UnitForm, None, **first),
        duty_form=forms.get("duty") or PageForm(DutyForm),
        problem=forms.get(""),
    )


ROUTES = (
    ("GET", "/admin/units", unit_list),
    ("GET", "/admin/units/new", new_unit),
    ("POST", "/admin/units/new", add_unit),
    ("GET", "/admin/units/<code>", unit),
    ("POST", "/admin/units/<code>", describe_unit),
    ("POST", "/admin/units/<code>/close", close_unit),
    ("POST", "/admin/units/<code>/open", open_unit),
    ("POST", "/admin/units/<code>/duties", add_duty),
    ("POST", "/admin/units/<code>/duties/end", end_duty),
)
