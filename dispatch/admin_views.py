"""The administrator's page of the subject tree as it is: limits, urgency, route and unit of a leaf.

Decided here: nothing; the tree and the catalogue are loaded from files (`flask import-catalogue`).
"""

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, render_template, request
from pydantic import Field
from sqlalchemy import select

from dispatch.models import CatalogueRow, ServiceArea
from hotline import access
from hotline.access import Permission
from hotline.extensions import db
from hotline.fields import Form, PageForm
from hotline.people import queries as people
from hotline.tickets.models import Category, RequestTypeRule

bp = Blueprint("dispatch_admin", __name__, template_folder="templates")


class CatalogueFilter(Form):
    """Which leaves to show."""

    q: Annotated[str, Field(max_length=40)] = ""
    unit: Annotated[str, Field(max_length=20)] = ""


@dataclass(frozen=True)
class Leaf:
    """A leaf with the domain and group above it, and what the catalogue says of it."""

    category: Category
    path: str
    row: CatalogueRow | None


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
