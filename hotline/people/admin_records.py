"""The administrator's pages of rules, tokens and traces.

Decided here: nothing; every change is one operation. Traces hold ids and codes, so that whoever
administers reads no ticket here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import access, audit, clock, fields, http, setting_words, settings
from hotline.access import Permission
from hotline.errors import Invalid, MadeUp, NotFound, Refused
from hotline.fields import PageForm
from hotline.people import confirming, operations, queries, rule_sheet
from hotline.people.admin_views import data_of, staff_ids
from hotline.people.forms import AuditFilter, NewTokenForm, SettingForm
from hotline.people.rule_sheet import RuleSheet
from hotline.settings import Setting
from hotline.words import N_

TRACES_A_PAGE = 50
CHANGES_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A setting on the page: its words, its value and default as typed, who changed it."""

    code: str
    words: str
    kind: str
    value: str
    default: str
    stored: Setting | None


@access.needs(Permission.ADMINISTER)
def settings_page() -> str:
    """Every rule that a city sets, with who changed it and when."""
    return _settings(PageForm(SettingForm))


@access.needs(Permission.ADMINISTER)
def change_setting() -> Response:
    """Set a rule, or go back to its default."""
    form = fields.sent(SettingForm)
    try:
        return http.write(lambda: _set(form))
    except Refused as error:
        form.refuse(error)
        return Response(_settings(form), error.status)


@access.needs(Permission.ADMINISTER)
def tokens() -> str:
    """Every token that opens something."""
    return _tokens(PageForm(NewTokenForm))


@access.needs(Permission.ADMINISTER)
@confirming.needed
def make_token() -> ResponseReturnValue:
    """Make a token for somebody; it is told this once."""
    form = fields.sent(NewTokenForm)
    try:
        return http.write(lambda: _make(form))
    except Refused as error:
        form.refuse(error)
        return Response(_tokens(form), error.status)


@access.needs(Permission.ADMINISTER)
def traces() -> ResponseReturnValue:
    """Who read or did what, the youngest first. A filter made up by hand gets a 400."""
    form = PageForm(AuditFilter, request.args)
    wanted = form.data or AuditFilter()
    found = [] if form.errors else audit.page(_asked(wanted), limit=TRACES_A_PAGE + 1)
    shown = found[:TRACES_A_PAGE]
    more = dict(request.args) | {"before": shown[-1].id} if len(found) > TRACES_A_PAGE else None
    names = queries.names_of(staff_ids(one.actor for one in shown))
    page = render_template(
        "people/traces.html", form=form, wanted=wanted, traces=shown, names=names, more=more
    )
    return page, MadeUp.status if form.errors else 200


def _settings(form: PageForm[SettingForm]) -> str:
    stored, changed = settings.stored(), settings.changes(CHANGES_SHOWN)
    actors = [one.changed_by for one in stored.values()] + [one.by for one in changed]
    return render_template(
        "people/settings.html",
        sheets=[(sheet.title, _lines(sheet, stored)) for sheet in _sheets()],
        changes=[(one, gettext(setting_words.msgid(*one.name.split(".", 1)))) for one in changed],
        names=queries.names_of(staff_ids(actors)),
        form=form,
    )


def _lines(sheet: RuleSheet, stored: dict[str, Setting]) -> list[Line]:
    rules, standing, default = sheet.rules, settings.read(sheet.rules), sheet.rules()
    lines = []
    for name in rule_sheet.fields_of(rules):
        kind, code = rule_sheet.kind_of(rules, name), f"{rules.__name__}.{name}"
        words = gettext(setting_words.msgid(rules.__name__, name))
        value, usual = (kind.write(getattr(one, name)) for one in (standing, default))
        lines.append(Line(code, words, kind.code, value, usual, stored.get(code)))
    return lines


def _set(form: PageForm[SettingForm]) -> http.Answer:
    wanted, by, now = data_of(form), access.current().actor, clock.now()
    name, _, field = wanted.name.partition(".")
    sheet = next((one for one in _sheets() if one.rules.__name__ == name), None)
    if sheet is None or field not in rule_sheet.fields_of(sheet.rules):
        raise NotFound("unknown_setting", "There is no such setting.", field="name")
    if wanted.value:
        value = rule_sheet.value_of(sheet.rules, field, wanted.value)
        settings.change(sheet.rules, field, value, by=by, now=now)
    else:
        settings.restore(sheet.rules, field, by=by, now=now)
    return http.go(url_for("people.settings_page", _anchor=wanted.name), N_("The rule is set."))


def _tokens(form: PageForm[NewTokenForm], told: str | None = None) -> str:
    return render_template("people/tokens.html", form=form, tokens=queries.open_tokens(), told=told)


def _make(form: PageForm[NewTokenForm]) -> http.Answer:
    wanted, by = data_of(form), access.current().actor
    staff = queries.staff_by_username(wanted.username)
    if staff is None or not staff.is_active:
        words = "There is nobody with this username whose account is in use."
        raise Invalid("unknown_staff", words, field="username")
    told = operations.make_token(staff.id, wanted.name, by=by, now=clock.now())
    return http.Answer(text=_tokens(PageForm(NewTokenForm), told=told))


def _asked(wanted: AuditFilter) -> audit.Asked:
    who = queries.staff_by_username(wanted.who.lower()) if wanted.who else None
    since, until = _span(wanted)
    return audit.Asked(
        actor=(f"staff:{who.id}" if who else wanted.who) or None,
        kind=wanted.kind or None,
        subject=wanted.subject or None,
        since=since,
        until=until,
        before_id=wanted.before,
    )


def _span(wanted: AuditFilter) -> tuple[datetime | None, datetime | None]:
    """The wanted day in the city's zone."""
    if wanted.on is None:
        return None, None
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    since = datetime.combine(wanted.on, time.min, zone).astimezone(UTC)
    return since, since + timedelta(days=1)


def _sheets() -> list[RuleSheet]:
    found: list[RuleSheet] = current_app.extensions["rule_sheets"]
    return found


ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/admin/settings", settings_page),
    ("POST", "/admin/settings", change_setting),
    ("GET", "/admin/tokens", tokens),
    ("POST", "/admin/tokens", make_token),
    ("GET", "/admin/audit", traces),
)
