"""What belongs to lists of tickets on any page: keeping a filter, forgetting it."""

from typing import Annotated, Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator, Field

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Refused
from hotline.fields import Form
from hotline.tickets import choices, filters
from hotline.tickets.forms import some
from hotline.words import N_

bp = Blueprint("lists", __name__, template_folder="templates")


class SaveForm(Form):
    """A name for the filters of a page."""

    name: Annotated[str, Field(max_length=40), AfterValidator(some)]
    query: str = Field(max_length=4000)


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What templates with lists may ask for; nothing is read before they do."""
    return {
        "filter_bar": filters.bar,
        "filter_choices": choices.of,
        "filter_without": filters.without,
    }


@bp.post("/filters/<page>")
@access.needs(Permission.READ)
def save(page: str) -> ResponseReturnValue:
    """Keep what the list shows under a name."""
    sent, back = fields.sent(SaveForm), _back(page)
    if sent.data is None:
        flash(" ".join(sent.errors.values()), "error")
        return redirect(back, 303)
    data = sent.data
    try:
        return http.write(lambda: _save(page, data, back))
    except Refused as error:
        flash(fields.said(error), "error")
        return redirect(back, 303)


@bp.post("/filters/<page>/<int:filter_id>/forget")
@access.needs(Permission.READ)
def forget(page: str, filter_id: int) -> ResponseReturnValue:
    """Delete a kept filter."""
    back = _back(page)

    def work() -> http.Answer:
        filters.forget(access.current(), page, filter_id)
        return http.go(back, N_("The filter is deleted."))

    return http.write(work)


def _save(page: str, data: SaveForm, back: str) -> http.Answer:
    filters.save(access.current(), page, data.name, data.query, now=clock.now())
    return http.go(back, N_("The filter is saved."))


def _back(page: str) -> str:
    return http.local(request.form.get("_back"), filters.address_of(page))
