"""The head of a unit names who stands in, for some days, within the unit."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.people.models import Membership, Staff
from tests import factories
from tests.dispatch.samples import browser, post

PAGE = "/unit/stand-ins"


@pytest.fixture
def head(client: FlaskClient) -> Staff:
    """The head of D16."""
    return factories.staff("d16h", Role.UNIT_HEAD, unit_code="D16")


@pytest.fixture
def handler(client: FlaskClient) -> Staff:
    """Somebody of D16."""
    return factories.staff("d16", Role.HANDLER, unit_code="D16")


def today() -> date:
    return clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()


def body(person: Staff, begin: int = 0, last: int = 3, **changes: Any) -> dict[str, Any]:
    """A form: from so many days from now until so many."""
    given = {
        "unit": "D16",
        "person": person.id,
        "since_on": (today() + timedelta(days=begin)).isoformat(),
        "until_on": (today() + timedelta(days=last)).isoformat(),
    }
    return given | changes


def standing(person: Staff) -> Membership | None:
    db.session.expire_all()
    found = db.session.query(Membership).filter_by(staff_id=person.id, role=Role.UNIT_HEAD)
    return found.one_or_none()


def test_named_seen_and_ended(client: FlaskClient, head: Staff, handler: Staff) -> None:
    own = browser(client, head)
    assert post(own, PAGE, **body(handler)).status_code == 303
    made = standing(handler)
    assert made is not None
    assert made.until is not None
    assert made.until > clock.now() + timedelta(days=3)
    assert handler.name in own.get(PAGE).get_data(as_text=True)
    theirs = browser(client, handler)
    assert handler.name in theirs.get(PAGE).get_data(as_text=True)
    assert db.session.query(AuditEntry).filter_by(kind="role_granted").count() == 1
    assert post(theirs, f"{PAGE}/end", membership=made.id).status_code == 404
    assert post(own, f"{PAGE}/end", membership=made.id).status_code == 303
    ended = standing(handler)
    assert ended is not None
    assert ended.until is not None
    assert ended.until <= clock.now()


def test_only_the_head_in_their_own_right(client: FlaskClient, head: Staff, handler: Staff) -> None:
    other = factories.staff("d16x", Role.HANDLER, unit_code="D16")
    theirs = browser(client, handler)
    assert post(theirs, PAGE, **body(other)).status_code == 403
    post(browser(client, head), PAGE, **body(handler))
    theirs = browser(client, handler)
    assert post(theirs, PAGE, **body(other)).status_code == 403, "a stand-in names nobody"
    assert post(browser(client, head), PAGE, **body(other, unit="D14")).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"since_on": "2020-01-01"},
        {"until_on": "2020-01-01"},
        {"until_on": "2199-01-01"},
        {"until_on": ""},
        {"person": 0},
        {"person": 2**62},
        {"since_on": "nonsense"},
    ],
    ids=str,
)
def test_bad_input(
    client: FlaskClient, head: Staff, handler: Staff, changes: dict[str, Any]
) -> None:
    answer = post(browser(client, head), PAGE, **(body(handler) | changes))
    assert answer.status_code == 422
    assert standing(handler) is None


def test_nobody_of_another_unit_or_twice(client: FlaskClient, head: Staff, handler: Staff) -> None:
    own = browser(client, head)
    stranger = factories.staff("d14", Role.HANDLER, unit_code="D14")
    assert post(own, PAGE, **body(stranger)).status_code == 422
    assert post(own, PAGE, **body(handler)).status_code == 303
    assert post(own, PAGE, **body(handler)).status_code == 409
