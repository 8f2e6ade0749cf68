"""The directory for other systems."""

from typing import Any

from apiflask import APIBlueprint

from hotline import access, fields
from hotline.access import Permission
from hotline.people import queries
from hotline.people.forms import PageForm
from hotline.people.models import Unit

api_bp = APIBlueprint("people_api", __name__, url_prefix="/api/v1")


@api_bp.get("/units")
@access.needs(Permission.READ_KNOWLEDGE)
def units() -> dict[str, Any]:
    """The undertaking units in order of code."""
    wanted = fields.asked(PageForm)
    found = queries.units_page(after=wanted.cursor, limit=wanted.limit + 1)
    shown = found[: wanted.limit]
    last = shown[-1][0].code if len(found) > len(shown) else None
    return {"items": [_on_the_wire(unit, parent) for unit, parent in shown], "next": last}


def _on_the_wire(unit: Unit, parent: str | None) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind.value,
        "parent": parent,
        "vertical": unit.is_vertical,
        "duty_24h": unit.has_duty_24h,
    }
