"""Who the viewer is, and what their roles add up to."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import UNIT_ROLES, Permission, Role, Viewer
from hotline.extensions import db
from hotline.people.models import Membership
from tests import factories

API = "/api/v1/tickets"


def viewer(*roles: Role) -> Viewer:
    """Somebody with these roles."""
    return Viewer.of(7, "某人", "somebody", roles=frozenset(roles))


def test_roles_add_up() -> None:
    both = viewer(Role.EDITOR, Role.REVIEWER)
    assert both.may(Permission.EDIT_KNOWLEDGE)
    assert both.may(Permission.REVIEW)
    assert not both.may(Permission.DISPATCH)
    assert not viewer().may(Permission.READ)
    assert both.actor == "staff:7"


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
@pytest.mark.parametrize("other", [Role.EDITOR, Role.ADMINISTRATOR])
def test_a_role_that_reads_no_ticket_opens_none_to_a_unit(role: Role, other: Role) -> None:
    assert not viewer(role).is_hotline
    assert not viewer(role, other).is_hotline
    assert viewer(role, Role.REVIEWER).is_hotline


def test_an_editor_in_a_unit_sees_that_units_tickets_only(client: FlaskClient) -> None:
    factories.taken()
    person = factories.staff("both", Role.HANDLER, unit_code="D16")
    since = factories.NOW.replace(year=2020)
    db.session.add(Membership(staff_id=person.id, unit_id=None, role=Role.EDITOR, since=since))
    db.session.commit()
    answer = client.get(API, headers=factories.bearer(person))
    assert answer.json == {"items": [], "next": None}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nothing-has-this",
        "Basic dXNlcjpwYXNz",
        "bearer\tx",
        "Bearer \u00e9\u4e2d",
        "Bearer " + "x" * 5000,
    ],
)
def test_what_is_no_token_of_ours_is_nobody(client: FlaskClient, header: str) -> None:
    answer = client.get(API, headers={"Authorization": header.encode().decode("latin-1")})
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error"]["code"] == "unauthenticated"


def test_a_token_works_whatever_its_scheme_is_written_like(client: FlaskClient) -> None:
    token = factories.bearer(factories.staff("op", Role.OPERATOR))["Authorization"].split()[1]
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = client.get(API, headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code == 200


def test_a_token_in_the_address_is_nobody(app: APIFlask, client: FlaskClient) -> None:
    token = factories.bearer(factories.staff("op", Role.OPERATOR))["Authorization"].split()[1]
    assert client.get(f"{API}?token={token}&access_token={token}").status_code == 401
