"""The dispatch catalogue and the service areas, loaded from rows.

Loading again changes what is there; a row that isn't named stays. Units and categories are
loaded before, by their own rooms.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from dispatch.models import CatalogueRow, ServiceArea
from dispatch.routing import Route
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people.models import Unit

Row = Mapping[str, str]


def load_catalogue(rows: Iterable[Row]) -> int:
    """Add or change which unit takes which leaf, from rows with the columns of categories.csv.

    Rows without a route are no leaves and left away. Answers how many were taken. Raises
    Invalid naming the row whose route or unit is unknown.
    """
    units = _unit_codes()
    values = [_catalogue_row(row, units) for row in rows if row["route"]]
    _upsert(CatalogueRow, values, "category_code")
    return len(values)


def load_areas(rows: Iterable[Row]) -> int:
    """Add or change who supplies which place, from rows with the columns of service_areas.csv.

    Raises Invalid naming the place whose district or supplier is unknown.
    """
    units = _unit_codes()
    values = [_area(row, units) for row in rows]
    _upsert(ServiceArea, values, "place")
    return len(values)


def unit_names() -> dict[str, str]:
    """Category → the unit that usually takes it, by name; one statement."""
    rows = db.session.execute(
        select(CatalogueRow.category_code, Unit.name).join(
            Unit, Unit.code == CatalogueRow.unit_code
        )
    )
    return {category: name for category, name in rows}


def _catalogue_row(row: Row, units: set[str]) -> dict[str, Any]:
    assist = [code for code in row["assist"].split("|") if code]
    named = {code for code in (row["unit"], *assist) if code}
    if row["route"] not in set(Route) or not named <= units:
        raise _bad(row["code"])
    return {
        "category_code": row["code"],
        "unit_code": row["unit"] or None,
        "assist": assist,
        "route": Route(row["route"]),
    }


def _area(row: Row, units: set[str]) -> dict[str, Any]:
    suppliers = {kind: row[kind] or None for kind in ("water", "heating", "gas")}
    named = {code for code in (row["district"], *suppliers.values()) if code}
    if not row["place"] or not row["district"] or not named <= units:
        raise _bad(row["place"])
    return {"place": row["place"], "district_code": row["district"], **suppliers}


def _unit_codes() -> set[str]:
    return set(db.session.scalars(select(Unit.code)))


def _upsert(model: type[Any], values: list[dict[str, Any]], key: str) -> None:
    if not values:
        return
    row = insert(model)
    changed = {name: row.excluded[name] for name in values[0] if name != key}
    db.session.execute(row.on_conflict_do_update(index_elements=[key], set_=changed), values)


def _bad(name: str) -> Invalid:
    return Invalid(
        "bad_row",
        "The row of %(name)s can't be taken: its route, units and district must be known.",
        field="code",
        values={"name": name},
    )
