"""Merging and splitting on pages and by the API: one route each, both through the same steps."""

from typing import Any

from apiflask import APIBlueprint
from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from dispatch import merging, queries, splitting, splitting_forms
from dispatch.merging_forms import UnmergeForm, UnmergePageForm
from dispatch.splitting_forms import SplitForm
from hotline import access, fields, http
from hotline.access import Permission
from hotline.errors import Invalid, Refused
from hotline.fields import PageForm
from hotline.tickets import access as ticket_access
from hotline.tickets import operations
from hotline.tickets import queries as tickets
from hotline.tickets.acting import acting, by_api, on_page
from hotline.tickets.forms import MergeForm
from hotline.tickets.splitting_rules import MOST
from hotline.tickets.states import Verb
from hotline.words import N_

bp = Blueprint("merging", __name__, template_folder="templates")
api_bp = APIBlueprint("merging_api", __name__, url_prefix="/api/v1", tag="Dispatch")


@bp.post("/tickets/<number>/merge")
@access.needs(Permission.DISPATCH)
def merge(number: str) -> ResponseReturnValue:
    """Let the ticket follow another about the same event."""
    sent = fields.sent(MergeForm)
    back = http.local(request.form.get("_back"), url_for("tickets.page", number=number))
    status = Invalid.status
    if sent.data is not None:
        data = sent.data
        try:
            return http.write(lambda: merging.merge_on_page(number, data, acting(), back))
        except Refused as error:
            status = sent.refuse(error)
    fields.keep("merge", sent)
    return current_app.extensions["ticket_page"](number), status


@bp.post("/tickets/<number>/unmerge")
@access.needs(Permission.DISPATCH)
def unmerge(number: str) -> ResponseReturnValue:
    """Handle it by itself again."""
    said = N_("It is handled by itself again and waits for dispatch.")
    return on_page(number, UnmergePageForm, merging.unmerge, name="unmerge", said=said)


@bp.route("/tickets/<number>/split", methods=["GET", "POST"])
@access.needs(Permission.DISPATCH)
def split(number: str) -> ResponseReturnValue:
    """The form with the ticket's words and its parts; then the parts are made."""
    form, status = splitting_forms.sent(request), 200
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _split(number, data))
        except Refused as error:
            status = form.refuse(_at_its_row(error))
    return _page(number, form), Invalid.status if form.errors and status == 200 else status


@api_bp.post("/tickets/<number>/merge")
@access.needs(Permission.DISPATCH)
def merge_by_api(number: str) -> ResponseReturnValue:
    """Follow another ticket about the same event."""
    data = fields.parse(MergeForm)
    return http.write(lambda: merging.merge_by_api(number, data, acting()))


@api_bp.post("/tickets/<number>/unmerge")
@access.needs(Permission.DISPATCH)
def unmerge_by_api(number: str) -> ResponseReturnValue:
    """merged → pending_dispatch: handled by itself again, with clocks of its own."""
    return by_api(number, UnmergeForm, merging.unmerge)


@api_bp.post("/tickets/<number>/split")
@access.needs(Permission.DISPATCH)
def split_by_api(number: str) -> ResponseReturnValue:
    """pending_dispatch → in_progress: the parts are tickets of their own."""
    return by_api(number, SplitForm, splitting.split)


def _split(number: str, data: SplitForm) -> http.Answer:
    ticket_access.must_see(access.current(), number)
    splitting.split(operations.lock(number), data, acting())
    return http.go(url_for("tickets.page", number=number), N_("Split; each part goes its own way."))


def _at_its_row(error: Refused) -> Refused:
    if not (error.field or "").startswith("parts"):
        return error
    named = splitting_forms.at_row(error.field)
    return Invalid(error.code, fields.said(error), field=named or None)


def _page(number: str, form: PageForm[Any]) -> str:
    ticket = ticket_access.see(access.current(), number)
    return render_template(
        "dispatch/split.html",
        ticket=ticket,
        form=form,
        rows=splitting_forms.rows(form.values),
        labels=splitting_forms.names(MOST, _labels()),
        may=ticket.allows(Verb.SPLIT),
        leaves=tickets.leaf_groups(),
        units=list(queries.unit_names().items()),
    )


def _labels() -> dict[str, str]:
    return {
        "title": gettext("Title"),
        "body": gettext("Text of the part"),
        "request_type": gettext("Type"),
        "category": gettext("Category"),
        "urgency": gettext("Urgency"),
        "unit": gettext("Unit in the lead"),
        "unit_text": gettext("What the unit may know"),
    }
