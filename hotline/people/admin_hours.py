"""The administrator's page of office hours: when the city's offices, or one unit's, are open.

Decided here: nothing; every change is one operation. A rule is added behind the others, so that
it goes before them on the days that it fits.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, audit, clock, fields, http
from hotline.access import Permission
from hotline.audit import AuditEntry
from hotline.calendar import opening, opening_queries
from hotline.calendar.rules import read_intervals
from hotline.errors import Invalid, NotFound, Refused
from hotline.fields import PageForm
from hotline.hours import Closure, Hours
from hotline.people import calendar_year, queries
from hotline.people.admin_views import data_of, staff_ids
from hotline.people.calendar_forms import ClosureForm, HoursForm, WhichForm
from hotline.people.models import Unit
from hotline.words import N_

HISTORY_SHOWN = 12

bp = Blueprint("calendar_hours", __name__, template_folder="templates")


@bp.get("/admin/calendar/hours")
@access.needs(Permission.ADMINISTER)
def page() -> str:
    """The rules and closures of the city, or of the unit that is asked for."""
    return _page(_unit(request.args.get("unit")))


@bp.post("/admin/calendar/hours")
@access.needs(Permission.ADMINISTER)
def add_rule() -> ResponseReturnValue:
    """Add a rule behind the others."""
    form = fields.sent(HoursForm)
    return _carried_out(lambda unit: _add_rule(form, unit), form, "hours")


@bp.post("/admin/calendar/hours/drop")
@access.needs(Permission.ADMINISTER)
def drop_rule() -> ResponseReturnValue:
    """Take a rule away."""
    form = fields.sent(WhichForm)
    return _carried_out(lambda unit: _drop_rule(form, unit), form, "hours")


@bp.post("/admin/calendar/closures")
@access.needs(Permission.ADMINISTER)
def shut() -> ResponseReturnValue:
    """Shut offices once, a day or a part of it."""
    form = fields.sent(ClosureForm)
    return _carried_out(lambda unit: _shut(form, unit), form, "closure")


@bp.post("/admin/calendar/closures/drop")
@access.needs(Permission.ADMINISTER)
def open_again() -> ResponseReturnValue:
    """Take a closure back."""
    form = fields.sent(WhichForm)
    return _carried_out(lambda unit: _open_again(form), form, "closure")


def _carried_out(
    work: Callable[[Unit | None], object], form: PageForm[Any], which: str
) -> ResponseReturnValue:
    unit = _unit(request.form.get("unit"))

    def write() -> http.Answer:
        work(unit)
        back = url_for("calendar_hours.page", unit=unit.code if unit else None)
        return http.go(back, N_("The office hours are changed."))

    try:
        return http.write(write)
    except Refused as refused:
        if isinstance(refused, NotFound):
            raise
        form.refuse(refused)
        return _page(unit, **{which: form}), refused.status


def _add_rule(form: PageForm[HoursForm], unit: Unit | None) -> None:
    wanted, code = data_of(form), unit.code if unit else None
    rules = [opening_queries.as_rule(row) for row in opening_queries.rules_of(code)]
    opening.set_hours([*rules, _rule(wanted)], by=_by(), now=clock.now(), unit=code)


def _rule(wanted: HoursForm) -> Hours:
    try:
        intervals = read_intervals(wanted.intervals)
        weekdays = frozenset(one - 1 for one in wanted.weekdays) or None
        return Hours(
            intervals,
            wanted.from_on,
            wanted.until_on,
            weekdays,
            opens_holidays=wanted.opens_holidays,
        )
    except ValueError as wrong:
        words = "Hours are written as 08:30-12:00 13:30-17:30, and from lies before until."
        raise Invalid("bad_hours", words, field="intervals") from wrong


def _drop_rule(form: PageForm[WhichForm], unit: Unit | None) -> None:
    wanted, code = data_of(form), unit.code if unit else None
    rows = opening_queries.rules_of(code)
    if wanted.id not in {row.id for row in rows}:
        raise NotFound("rule_not_found", "There is no such rule.", field="id")
    kept = [opening_queries.as_rule(row) for row in rows if row.id != wanted.id]
    opening.set_hours(kept, by=_by(), now=clock.now(), unit=code)


def _shut(form: PageForm[ClosureForm], unit: Unit | None) -> None:
    wanted, code = data_of(form), unit.code if unit else None
    try:
        closure = Closure(wanted.closed_on, wanted.starts, wanted.ends)
    except ValueError as wrong:
        words = "A closure must end after it begins."
        raise Invalid("bad_closure", words, field="ends") from wrong
    opening.close(closure, wanted.reason, by=_by(), now=clock.now(), unit=code)


def _open_again(form: PageForm[WhichForm]) -> None:
    opening.open_again(data_of(form).id, by=_by(), now=clock.now())


def _page(unit: Unit | None, **forms: PageForm[Any]) -> str:
    code, history = unit.code if unit else None, _history(unit)
    return render_template(
        "people/calendar/hours.html",
        unit=unit,
        units=[(one.code, f"{one.code} {one.name}") for one in queries.units()],
        own=opening_queries.units_with_own(),
        rules=opening_queries.rules_of(code),
        city_rules=opening_queries.rules_of(None) if unit else [],
        closures=opening_queries.closures_of(code, _today()),
        weekdays=calendar_year.weekdays(),
        history=history,
        names=queries.names_of(staff_ids(one.actor for one in history)),
        hours_form=forms.get("hours"),
        closure_form=forms.get("closure"),
    )


def _history(unit: Unit | None) -> list[AuditEntry]:
    code = unit.code if unit else None
    found = audit.page(audit.Asked(subject=opening.SUBJECT), limit=HISTORY_SHOWN * 10)
    return [one for one in found if one.facts.get("unit") == code][:HISTORY_SHOWN]


def _unit(code: str | None) -> Unit | None:
    if not code:
        return None
    found = queries.unit_by_code(code)
    if found is None:
        raise NotFound("unknown_unit", "There is no such unit.", field="unit")
    return found


def _by() -> str:
    return access.current().actor


def _today() -> date:
    now: datetime = clock.now()
    return now.astimezone(ZoneInfo(current_app.config["CITY_TIMEZONE"])).date()
