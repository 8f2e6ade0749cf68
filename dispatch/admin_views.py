"""The administrator's page of the subject tree as it is: limits, urgency, route and unit of a leaf.

Decided here: nothing. The tree and the catalogue are loaded from files (`flask import-catalogue`);
only whether a leaf's limits are compressed is switched here.
"""

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from dispatch.models import CatalogueRow, ServiceArea
from hotline import access, clock, http
from hotline.access import Permission
from hotline.extensions import db
from hotline.fields import Form, PageForm
from hotline.people import queries as people
from hotline.tickets import directory
from hotline.tickets.limits import compressed
from hotline.tickets.models import Category, RequestTypeRule
from hotline.words import N_

bp = Blueprint("dispatch_admin", __name__, template_folder="templates")

SAID = {
    True: N_("Its limits are compressed from the next dispatch on."),
    False: N_("Its limits are those of the tree again, from the next dispatch on."),
}


class CatalogueFilter(Form):
    """Which leaves to show."""

    q: Annotated[str, Field(max_length=40)] = ""
    unit: Annotated[str, Field(max_length=20)] = ""


class CompressForm(Form):
    """Which leaf's limits are compressed, or no longer."""

    category: Annotated[str, Field(min_length=1, max_length=20)]
    is_on: bool


@dataclass(frozen=True)
class Leaf:
    """A leaf with the domain and group above it, and what the catalogue says of it."""

    category: Category
    path: str
    row: CatalogueRow | None

    @property
    def days(self) -> int | None:
        """The working days in force; those of the request type where there are none."""
        given = self.category.limit_working_days
        return compressed(given) if given and self.category.is_compressed else given


@bp.get("/admin/categories")
@access.needs(Permission.ADMINISTER)
def catalogue() -> str:
    """Every leaf, by domain and group, with its limit and who takes it."""
    form = PageForm(CatalogueFilter, request.args)
    units = {one.code: one.name for one in people.units()}
    return render_template(
        "dispatch/catalogue.html",
        form=form,
        leaves=_leaves(form.data or CatalogueFilter()),
        units=units,
        types=list(db.session.scalars(select(RequestTypeRule))),
        areas=list(db.session.scalars(select(ServiceArea).order_by(ServiceArea.place))),
    )


@bp.post("/admin/categories/compress")
@access.needs(Permission.ADMINISTER)
def compress() -> ResponseReturnValue:
    """Compress a leaf's limits, or give it those of the tree again."""
    back = http.local(request.form.get("_back"), url_for("dispatch_admin.catalogue"))
    code, _, state = request.form.get("switch", "").partition(":")
    form = PageForm(CompressForm, MultiDict({"category": code, "is_on": state}))
    if form.data is None:
        abort(422)
    wanted = form.data

    def carry_out() -> http.Answer:
        by = access.current().actor
        directory.compress(wanted.category, is_on=wanted.is_on, by=by, now=clock.now())
        return http.go(back, SAID[wanted.is_on])

    return http.write(carry_out)


def _leaves(wanted: CatalogueFilter) -> list[Leaf]:
    """Those whose words hold what was typed and that the unit takes, in the tree's order."""
    known = {one.code: one for one in db.session.scalars(select(Category))}
    rows = {one.category_code: one for one in db.session.scalars(select(CatalogueRow))}
    found = []
    for one in sorted(known.values(), key=lambda category: category.position):
        if not one.is_leaf:
            continue
        leaf = Leaf(one, _path(one, known), rows.get(one.code))
        words = f"{one.code} {leaf.path} {one.name} {one.keywords}".lower()
        is_theirs = not wanted.unit or (leaf.row and wanted.unit.upper() == leaf.row.unit_code)
        if wanted.q.lower() in words and is_theirs:
            found.append(leaf)
    return found


def _path(category: Category, known: dict[str, Category]) -> str:
    names = []
    above = known.get(category.parent_code or "")
    while above is not None:
        names.append(above.name)
        above = known.get(above.parent_code or "")
    return " › ".join(reversed(names))
