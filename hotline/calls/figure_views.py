"""The figures of calls: a page, and the same for other systems."""

from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, settings
from hotline.access import Permission
from hotline.calls import log, reckoning
from hotline.calls.figures import Period
from hotline.calls.log_forms import PeriodForm
from hotline.calls.rules import CallRules
from hotline.errors import MadeUp

bp = Blueprint("call_figures", __name__, template_folder="templates")
api_bp = APIBlueprint("call_figures_api", __name__, url_prefix="/api/v1", tag="Calls")


@bp.get("/calls/figures")
@access.needs(Permission.READ_ALL_CALLS)
def page() -> ResponseReturnValue:
    """The figures of some days, by hour, line and operator."""
    form = fields.PageForm(PeriodForm, request.args)
    try:
        period = _period(form.data or PeriodForm())
    except MadeUp as error:
        form.refuse(error)
        period = _period(PeriodForm())
    return _shown(form, period), MadeUp.status if form.errors else 200


@api_bp.get("/calls/figures")
@access.needs(Permission.READ_ALL_CALLS)
def figures() -> dict[str, Any]:
    """Each figure with numerator and denominator; `from` and `to` are days, both included."""
    period = _period(fields.asked(PeriodForm))
    return reckoning.on_the_wire(_reckoned(period), period)


def _shown(form: fields.PageForm[PeriodForm], period: Period) -> str:
    return render_template(
        "calls/figures.html",
        made=_reckoned(period),
        period=period,
        form=form,
        rules=settings.read(CallRules),
        owed=log.owed_count(access.current()),
    )


def _reckoned(period: Period) -> reckoning.Reckoned:
    return reckoning.reckon(period, clock.now(), settings.read(CallRules))


def _period(wanted: PeriodForm) -> Period:
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    return reckoning.days(wanted.from_, wanted.to, clock.now(), zone)
