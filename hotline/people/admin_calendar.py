"""The administrator's pages of the working calendar: a year at a glance, and what follows.

Decided here: nothing; a change is one operation. Several days are noted before they are saved,
and what they would move is said before.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import access, audit, clock, fields, http
from hotline.access import Permission
from hotline.audit import AuditEntry
from hotline.calendar import files, operations, recomputing
from hotline.calendar import queries as stored
from hotline.calendar.models import CalendarYear
from hotline.calendar.recomputing import Stage
from hotline.calendar.rules import StatedDay, check_year, last_year
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.fields import PageForm
from hotline.people import calendar_year, queries
from hotline.people.admin_views import data_of, staff_ids
from hotline.people.calendar_forms import PlanForm, StatusForm
from hotline.people.calendar_forms import write as written
from hotline.words import N_
from hotline.worktime import FIRST_YEAR

HISTORY_SHOWN = 12

bp = Blueprint("calendar", __name__, template_folder="templates")


@dataclass(frozen=True)
class Past:
    """A change that was made: by whom, when, which days became what."""

    entry: AuditEntry
    off: list[tuple[date, date]]
    on: list[tuple[date, date]]
    names: list[str]


@bp.get("/admin/calendar")
@access.needs(Permission.ADMINISTER)
def page() -> ResponseReturnValue:
    """The present year."""
    return redirect(url_for("calendar.year", year=_today().year), 302)


@bp.get("/admin/calendar/<int:year>")
@access.needs(Permission.ADMINISTER)
def year(year: int) -> str:
    """A year, its changes and how far deadlines have followed."""
    return _page(year, PageForm(PlanForm), {})


@bp.post("/admin/calendar/<int:year>")
@access.needs(Permission.ADMINISTER)
def change(year: int) -> ResponseReturnValue:
    """Note days that are marked, or save what is noted."""
    form = fields.sent(PlanForm)
    plan = form.data.plan() if form.data else {}
    if form.data is None or form.data.day or form.data.drop or form.data.do == "note":
        return _page(year, form, plan), 422 if form.errors else 200
    return _carried_out(year, lambda: _save(year, plan), form, plan)


@bp.post("/admin/calendar/<int:year>/status")
@access.needs(Permission.ADMINISTER)
def set_status(year: int) -> ResponseReturnValue:
    """Say that the year is published, or that it is not."""
    form = fields.sent(StatusForm)
    return _carried_out(year, lambda: _publish(year, form), form, {})


@bp.post("/admin/calendar/<int:year>/library")
@access.needs(Permission.ADMINISTER)
def bring(year: int) -> ResponseReturnValue:
    """Bring the year from the library that comes with the program."""
    return _carried_out(year, lambda: _bring(year), PageForm(PlanForm), {})


@bp.post("/admin/calendar/<int:year>/file")
@access.needs(Permission.ADMINISTER)
def bring_file(year: int) -> ResponseReturnValue:
    """Take published days from a CSV file; all of it or nothing."""
    return _carried_out(year, lambda: _import(year), PageForm(PlanForm), {})


@bp.get("/admin/calendar/progress")
@access.needs(Permission.ADMINISTER)
def progress() -> str:
    """How far deadlines have followed: what a page asks for while it is open."""
    return render_template("people/calendar/_progress.html", **_runs())


def _carried_out(
    year: int,
    work: Callable[[], http.Answer],
    form: PageForm[Any],
    plan: Mapping[date, StatedDay],
) -> ResponseReturnValue:
    try:
        return http.write(work)
    except Refused as refused:
        if isinstance(refused, NotFound):
            raise
        shown: PageForm[Any] = PageForm(PlanForm)
        shown.errors = dict(form.errors)
        if not shown.errors:
            shown.refuse(refused)
        return _page(year, shown, plan), refused.status


def _save(year: int, plan: Mapping[date, StatedDay]) -> http.Answer:
    by, now = access.current().actor, clock.now()
    operations.put_days(year, plan.values(), None, by=by, now=now)
    return http.go(url_for("calendar.year", year=year), N_("The calendar is changed."))


def _publish(year: int, form: PageForm[StatusForm]) -> http.Answer:
    by, wanted = access.current().actor, data_of(form)
    operations.put_days(year, [], wanted.status, by=by, now=clock.now())
    return http.go(url_for("calendar.year", year=year), N_("The year's status is set."))


def _bring(year: int) -> http.Answer:
    changed = operations.fill_from_library(_known(year), by=access.current().actor, now=clock.now())
    said = N_("The library has nothing new for this year.")
    if changed.days:
        said = N_("The year was brought from the library.")
    return http.go(url_for("calendar.year", year=year), said)


def _import(year: int) -> http.Answer:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("no_file", "Please choose a file.", field="file")
    with tempfile.NamedTemporaryFile(suffix=".csv") as kept:
        kept.write(sent.stream.read(files.LARGEST_FILE + 1))
        kept.flush()
        days = _days_of(Path(kept.name))
    operations.import_days(days, by=access.current().actor, now=clock.now())
    years = sorted({one.day.year for one in days})
    said = N_("The file was taken.")
    return http.go(url_for("calendar.year", year=year if year in years else years[0]), said)


def _days_of(path: Path) -> list[StatedDay]:
    try:
        return files.read_days(path)
    except files.BadFile as bad:
        lines = [
            gettext("line %(line)s: %(reason)s", line=line, reason=reason) if line else reason
            for line, reason in bad.rows[:10]
        ]
        raise Invalid(
            "bad_file", "Nothing was changed.", fields={"file": "; ".join(lines)}
        ) from bad


def _page(year: int, form: PageForm[Any], plan: Mapping[date, StatedDay]) -> str:
    stated = stored.stated_days(_known(year))
    by_day = {one.day: one for one in stated}
    moved = [on for on, one in plan.items() if one.is_working != calendar_year.works(on, by_day)]
    row = db.session.get(CalendarYear, year)
    past = _past(year)
    return render_template(
        "people/calendar/year.html",
        year=year,
        years=(max(year - 1, FIRST_YEAR), min(year + 1, last_year(clock.now()))),
        today=_today(),
        row=row,
        weekdays=calendar_year.weekdays(),
        months=calendar_year.months(year, stated, plan, _today()),
        form=form,
        plan=[(one, written(one), by_day.get(on)) for on, one in plan.items()],
        effect=_effect(moved, clock.now()) if moved else 0,
        past=past,
        names=queries.names_of(staff_ids(_actors(row, past))),
        **_runs(),
    )


def _effect(moved: list[date], now: datetime) -> int:
    """How many running deadlines count these days; whoever keeps deadlines says it."""
    count: Callable[[list[date], datetime], int] = current_app.extensions["calendar_effect"]
    return count(moved, now)


def _runs() -> dict[str, Any]:
    runs = recomputing.latest()
    return {"runs": runs, "is_following": any(one.stage is not Stage.DONE for one in runs)}


def _past(year: int) -> list[Past]:
    asked = audit.Asked(subject=f"calendar:{year}", kind="calendar_changed")
    return [_told(one) for one in audit.page(asked, limit=HISTORY_SHOWN)]


def _told(entry: AuditEntry) -> Past:
    days = [date.fromisoformat(one) for one in entry.facts.get("days", [])]
    on = {date.fromisoformat(one) for one in entry.facts.get("working", [])}
    names = [name for name in entry.facts.get("names", {}).values() if name]
    return Past(
        entry,
        calendar_year.spans(one for one in days if one not in on),
        calendar_year.spans(on),
        list(dict.fromkeys(names)),
    )


def _actors(row: CalendarYear | None, past: list[Past]) -> list[str]:
    return [one.entry.actor for one in past] + ([row.changed_by] if row else [])


def _known(year: int) -> int:
    """A year that the calendar holds. Raises NotFound."""
    try:
        check_year(year, last_year(clock.now()))
    except Invalid as error:
        raise NotFound(error.code, error.message, field="year", values=error.values) from error
    return year


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(current_app.config["CITY_TIMEZONE"])).date()
