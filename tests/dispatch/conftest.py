"""What the tests of dispatch share: the test directory's catalogue."""

import pytest
from apiflask import APIFlask

from dispatch.models import CatalogueRow, ServiceArea
from dispatch.routing import Route
from hotline.extensions import db


@pytest.fixture
def catalogue(app: APIFlask) -> None:
    """Which unit takes the test directory's leaves, and who supplies one street."""
    for code, unit, route in (
        ("T010101", "D16", Route.TERRITORIAL),
        ("T010102", "E01", Route.OUTER),
        ("T010103", None, Route.UNIT),
        ("T010104", "D15", Route.BRANCH),
        ("T010105", "D14", Route.UNIT),
    ):
        db.session.add(CatalogueRow(category_code=code, unit_code=unit, route=route))
    db.session.add(ServiceArea(place="海港区文化路", district_code="C01", water="E01"))
    db.session.commit()
