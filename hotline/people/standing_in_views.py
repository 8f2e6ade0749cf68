"""The page on which a unit's head names who stands in for them."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, url_for

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import NotFound, Refused
from hotline.fields import Form, PageForm
from hotline.people import standing_in
from hotline.people.admin_views import data_of
from hotline.people.forms import Day, RevokeForm, RowKey
from hotline.people.standing_in import Absence
from hotline.words import N_

bp = Blueprint("standing_in", __name__, template_folder="templates")


class StandInForm(Form):
    """Who stands in, where, and from which day until which."""

    unit: str
    person: RowKey
    since_on: Day
    until_on: Day

    def absence(self) -> Absence:
        """As the operation takes it."""
        return Absence(self.person, self.unit, self.since_on, self.until_on)


@bp.get("/unit/stand-ins")
@access.needs(Permission.HANDLE)
def page() -> str:
    """Who stands in for the head now and later."""
    return _page(PageForm(StandInForm))


@bp.post("/unit/stand-ins")
@access.needs(Permission.HANDLE)
def name() -> Response:
    """Name somebody for some days."""
    form = fields.sent(StandInForm)
    try:
        return http.write(lambda: _name(form))
    except Refused as error:
        form.refuse(error)
        return Response(_page(form), error.status)


@bp.post("/unit/stand-ins/end")
@access.needs(Permission.HANDLE)
def end() -> Response:
    """The head is back before the day."""
    form = fields.sent(RevokeForm)
    try:
        return http.write(lambda: _end(form))
    except NotFound:
        raise
    except Refused as error:
        form.refuse(error)
        return Response(_page(PageForm(StandInForm), form), error.status)


def _name(form: PageForm[StandInForm]) -> http.Answer:
    zone, wanted = ZoneInfo(current_app.config["CITY_TIMEZONE"]), data_of(form)
    viewer, now = access.current(), clock.now()
    standing_in.name_stand_in(viewer, wanted.absence(), zone=zone, now=now)
    return http.go(url_for("standing_in.page"), N_("The stand-in is named."))


def _end(form: PageForm[RevokeForm]) -> http.Answer:
    standing_in.end(access.current(), data_of(form).membership, clock.now())
    return http.go(url_for("standing_in.page"), N_("The head is back in office."))


def _page(form: PageForm[StandInForm], problem: PageForm[Any] | None = None) -> str:
    viewer, now = access.current(), clock.now()
    units = standing_in.headed(viewer, now)
    ids = [one.id for one in units]
    return render_template(
        "people/stand_ins.html",
        units=units,
        unit_options=[(one.code, one.name) for one in units],
        people=standing_in.colleagues(ids, viewer.staff_id, now),
        found=standing_in.stand_ins(viewer.unit_ids, now),
        form=form,
        problem=problem,
        now=now,
        today=now.astimezone(ZoneInfo(current_app.config["CITY_TIMEZONE"])).date(),
    )
