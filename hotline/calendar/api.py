"""The calendar for other systems: reading a year, changing days of it, how far deadlines follow."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.calendar import operations, queries, recomputing
from hotline.calendar.forms import YearForm
from hotline.calendar.operations import Changed

api_bp = APIBlueprint("calendar_api", __name__, url_prefix="/api/v1")


@api_bp.get("/calendar/<int:year>")
@access.needs(Permission.READ_KNOWLEDGE)
def year(year: int) -> dict[str, Any]:
    """Every day of a year, working or not, and whether the year is published."""
    return queries.year_of_days(year)


@api_bp.put("/calendar/<int:year>")
@access.needs(Permission.ADMINISTER)
def put_year(year: int) -> Response:
    """Change the days given, and only them; running deadlines follow in the background."""
    form, by = fields.parse(YearForm), access.current().actor
    stated = [one.stated() for one in form.days]

    def put() -> http.Answer:
        changed = operations.put_days(year, stated, form.status, by=by, now=clock.now())
        return http.ok(_on_the_wire(changed), 202)

    answer = http.write(put)
    answer.headers["Location"] = answer.get_json()["progress"]
    return answer


@api_bp.get("/calendar/recomputations/<int:recomputation_id>")
@access.needs(Permission.ADMINISTER)
def recomputation(recomputation_id: int) -> dict[str, Any]:
    """How far the deadlines have followed a change of the calendar."""
    return recomputing.on_the_wire(recomputing.get(recomputation_id))


def _on_the_wire(changed: Changed) -> dict[str, Any]:
    """What changed, and where it is told how far the deadlines have followed."""
    number = changed.recomputation
    return {
        "year": changed.year,
        "status": changed.status.value,
        "days": [day.isoformat() for day in changed.days],
        "progress": url_for("calendar_api.recomputation", recomputation_id=number),
    }
