"""What the tests of the hotline's desk share: the JSON API as any role."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch.models import CatalogueRow
from dispatch.routing import Route
from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests import factories


class Api:
    """The JSON API; people are made once a role and unit."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.people: dict[tuple[Role, str | None, int], dict[str, str]] = {}

    def __call__(self, role: Role, unit: str | None = None, which: int = 0) -> "Caller":
        """Somebody of this role; another number is another person."""
        key = (role, unit, which)
        if key not in self.people:
            name = f"{role.value[:6]}{unit or ''}{which}".lower()
            self.people[key] = factories.bearer(factories.staff(name, role, unit_code=unit))
        return Caller(self.client, self.people[key])

    def nobody(self) -> "Caller":
        """Without a token, as a citizen."""
        return Caller(self.client, {})


class Caller:
    """Does one step to a ticket: `api(role).transfer(ticket, service="119")`."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def __getattr__(self, step: str) -> Any:
        def call(ticket: Ticket, **body: Any) -> Any:
            return self.post(f"/api/v1/tickets/{ticket.number}/{step}", **body)

        return call

    def post(self, path: str, **body: Any) -> Any:
        """POST to any address."""
        return self.client.post(path, json=body, headers=self.headers)

    def get(self, path: str) -> Any:
        """GET any address."""
        return self.client.get(path, headers=self.headers)


@pytest.fixture
def api(client: FlaskClient) -> Api:
    """The JSON API as whoever is named."""
    return Api(client)


@pytest.fixture
def catalogue(app: Any) -> None:
    """Whose two of the test directory's leaves are."""
    for code, unit in (("T010101", "D16"), ("T010105", "D14")):
        db.session.add(CatalogueRow(category_code=code, unit_code=unit, route=Route.UNIT))
    db.session.commit()


def person(role: Role, name: str = "somebody", unit: str | None = None) -> Staff:
    """A member of staff."""
    return factories.staff(name, role, unit_code=unit)
