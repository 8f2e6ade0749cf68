"""The calendar for other systems."""

from typing import Any

from apiflask import APIBlueprint

from hotline import access
from hotline.access import Permission
from hotline.calendar import queries

api_bp = APIBlueprint("calendar_api", __name__, url_prefix="/api/v1")


@api_bp.get("/calendar/<int:year>")
@access.needs(Permission.READ_KNOWLEDGE)
def year(year: int) -> dict[str, Any]:
    """Every day of a year, working or not, and whether the year is published."""
    return queries.year_of_days(year)
