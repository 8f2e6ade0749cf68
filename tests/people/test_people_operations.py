"""What is done to accounts, and what ends sessions by it."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.people import operations, passwords, queries
from hotline.people.models import Membership, Staff, Unit
from tests import factories

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)
UNITS = Path(__file__).parents[3] / "shared" / "data" / "units_86.csv"


def grant(
    person: Staff, role: Role, unit: str | None, now: datetime, **span: datetime
) -> Membership:
    """A role from now on, unless the span says otherwise."""
    return operations.grant(
        person.id,
        role,
        factories.unit(unit) if unit else None,
        since=span.get("since", now),
        until=span.get("until"),
        by=str(span.get("by", "system")),
        now=now,
    )


def add(username: str, now: datetime) -> Staff:
    """Somebody new with a password."""
    digest = passwords.digest("a-good-password")
    return operations.add_staff(username, "李晓明", digest, by="system", now=now)


def refusal(error: pytest.ExceptionInfo[Refused]) -> tuple[str, str | None]:
    """Code and field."""
    return error.value.code, error.value.field


def traces(person: Staff) -> list[tuple[str, str]]:
    """Kinds and actors of what was done to an account, in order."""
    asked = select(AuditEntry).where(AuditEntry.subject == f"staff:{person.id}")
    db.session.flush()
    return [(one.kind, one.actor) for one in db.session.scalars(asked.order_by(AuditEntry.id))]


def test_adding_somebody(now: datetime) -> None:
    person = add(" Li.Xiaoming ", now)
    assert person.username == "li.xiaoming" and person.is_active and person.epoch == 0
    assert traces(person) == [("staff_added", "system")]


@pytest.mark.parametrize("username", ["", "x", "李", "a b", "-x", "a" * 41, "a\x00b"])
def test_odd_usernames_are_refused(now: datetime, username: str) -> None:
    with pytest.raises(Invalid) as error:
        add(username, now)
    assert refusal(error) == ("bad_username", "username")


def test_a_username_is_taken_once(now: datetime) -> None:
    add("one", now)
    with pytest.raises(Invalid) as error:
        add("ONE", now)
    assert refusal(error) == ("username_taken", "username")


def test_a_new_password_ends_sessions_and_locks(now: datetime) -> None:
    person = add("one", now)
    person.failures, person.locked_until = 9, now + DAY
    operations.set_password(person.id, "another-password", by="staff:0", now=now)
    assert passwords.is_right("another-password", person.password_hash)
    db.session.flush()
    db.session.refresh(person)
    assert (person.epoch, person.failures) == (1, 0) and person.locked_until is None
    assert traces(person)[-1] == ("password_set", "staff:0")


def test_a_weak_password_is_refused(now: datetime) -> None:
    person = add("one", now)
    with pytest.raises(Invalid) as error:
        operations.set_password(person.id, "short", by="system", now=now)
    assert refusal(error) == ("password_too_short", "password")
    assert error.value.values["least"] == 10


def test_ones_own_password_needs_the_present_one(now: datetime) -> None:
    person = add("one", now)
    with pytest.raises(Invalid) as error:
        operations.change_password(person.id, "not-the-password", "another-password", now)
    assert refusal(error) == ("wrong_password", "present")
    with pytest.raises(Invalid) as error:
        operations.change_password(person.id, "a-good-password", "a-good-password", now)
    assert refusal(error) == ("same_password", "password")
    operations.change_password(person.id, "a-good-password", "another-password", now)
    assert person.epoch == 1 and not person.has_temporary_password


def test_a_reset_password_is_temporary_and_good(now: datetime) -> None:
    person = add("one", now)
    told = operations.reset_password(person.id, by="staff:0", now=now)
    assert passwords.is_right(told, person.password_hash) and person.has_temporary_password
    assert told != operations.reset_password(person.id, by="staff:0", now=now)


def test_roles_end_sessions_and_leave_traces(now: datetime) -> None:
    person = add("one", now)
    held = grant(person, Role.HANDLER, "D14", now)
    assert person.epoch == 1
    operations.revoke(held.id, by="staff:0", now=now + DAY)
    assert person.epoch == 2 and held.until == now + DAY
    operations.revoke(held.id, by="staff:0", now=now + 2 * DAY)
    assert person.epoch == 2 and held.until == now + DAY
    assert traces(person)[1:] == [("role_granted", "system"), ("role_revoked", "staff:0")]


def test_a_role_that_has_not_begun_never_does(now: datetime) -> None:
    person = add("one", now)
    held = grant(person, Role.OPERATOR, None, now, since=now + DAY)
    operations.revoke(held.id, by="system", now=now)
    later = queries.viewer_of(person.id, person.epoch, now + 2 * DAY)
    assert later is not None and not later.roles
    assert grant(person, Role.OPERATOR, None, now, since=now + DAY)


@pytest.mark.parametrize(
    ("role", "unit", "code"),
    [
        (Role.HANDLER, None, ("unit_needed", "unit")),
        (Role.UNIT_HEAD, None, ("unit_needed", "unit")),
        (Role.OPERATOR, "D14", ("no_unit", "unit")),
    ],
)
def test_unit_roles_and_no_others_have_units(
    now: datetime, role: Role, unit: str | None, code: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        grant(add("one", now), role, unit, now)
    assert refusal(error) == code


def test_a_role_ends_behind_its_start(now: datetime) -> None:
    with pytest.raises(Invalid) as error:
        grant(add("one", now), Role.OPERATOR, None, now, until=now)
    assert refusal(error) == ("ends_before_it_begins", "until")


def test_roles_that_may_not_meet_in_time(now: datetime) -> None:
    person = add("one", now)
    grant(person, Role.OPERATOR, None, now, until=now + 10 * DAY)
    for role, unit, code in (
        (Role.OPERATOR, None, "held_already"),
        (Role.HANDLER, "D14", "unit_and_hotline"),
        (Role.ADMINISTRATOR, None, "administrator_alone"),
    ):
        with pytest.raises(Refused) as error:
            grant(person, role, unit, now, since=now + 9 * DAY)
        assert refusal(error) == (code, "role")
    grant(person, Role.HANDLER, "D14", now, since=now + 10 * DAY)
    grant(person, Role.HANDLER, "D15", now, since=now + 10 * DAY)


def test_nobody_changes_their_own_account(now: datetime) -> None:
    person = add("one", now)
    held = grant(person, Role.ADMINISTRATOR, None, now)
    by = f"staff:{person.id}"
    with pytest.raises(Refused, match="own_account"):
        operations.revoke(held.id, by=by, now=now)
    with pytest.raises(Refused, match="own_account"):
        operations.set_active(person.id, is_active=False, by=by, now=now)
    with pytest.raises(Refused, match="own_account"):
        operations.reset_password(person.id, by=by, now=now)
    with pytest.raises(Refused, match="own_account"):
        operations.grant(person.id, Role.HEAD, None, since=now, until=None, by=by, now=now)


def test_closing_an_account_twice_ends_sessions_once(now: datetime) -> None:
    person = add("one", now)
    for _ in range(2):
        operations.set_active(person.id, is_active=False, by="system", now=now)
    assert person.epoch == 1 and not person.is_active
    operations.set_active(person.id, is_active=True, by="system", now=now)
    assert [kind for kind, _ in traces(person)] == ["staff_added", "deactivated", "activated"]


def test_what_does_not_exist(now: datetime) -> None:
    with pytest.raises(NotFound):
        operations.set_active(0, is_active=True, by="system", now=now)
    with pytest.raises(NotFound):
        operations.revoke(0, by="system", now=now)
    with pytest.raises(NotFound):
        operations.revoke_token(0, add("one", now).id, by="system", now=now)


def test_somebody_elses_token_is_not_theirs_to_end(now: datetime) -> None:
    one, two = add("one", now), add("two", now)
    operations.make_token(one.id, "t", by="system", now=now)
    (token,) = queries.tokens_of(one.id)
    with pytest.raises(NotFound):
        operations.revoke_token(token.id, two.id, by="system", now=now)


def row(code: str, **changes: str) -> dict[str, str]:
    """A line of the units' file."""
    line = {"code": code, "name": f"单位{code}", "kind": "department", "parent": ""}
    return line | {"vertical": "N", "duty_24h": "N", "keywords": ""} | changes


def test_units_are_added_and_changed_by_code(now: datetime) -> None:
    operations.load_units([row("X2", parent="X1"), row("X1", duty_24h="Y")], now)
    one, two = factories.unit("X1"), factories.unit("X2")
    assert two.parent_id == one.id and one.has_duty_24h and not one.is_vertical
    one.closed_at = now
    operations.load_units([row("X1", name="新名"), row("X2")], now)
    for unit in (one, two):
        db.session.refresh(unit)
    assert one.name == "新名" and one.closed_at is None and two.parent_id is None
    assert queries.unit_by_code("D14") is not None


@pytest.mark.parametrize(
    "bad", [row("X1", kind="ministry"), row("X1", name=""), row("X1", parent="X9"), row("")]
)
def test_bad_units_are_named(now: datetime, bad: dict[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        operations.load_units([bad], now)
    assert refusal(error) == ("bad_unit", "code")


@pytest.mark.skipif(not UNITS.exists(), reason="the shared data is not here")
def test_the_citys_units_load_twice(now: datetime) -> None:
    with UNITS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert operations.load_units(rows, now) == operations.load_units(rows, now) == 86
    kinds = [unit.kind.value for unit in queries.units()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "department": 47,
        "county_district": 9,
        "public_service": 30,
    }
    assert db.session.scalar(select(Unit.parent_id).where(Unit.code == "C01")) is None


def test_times_are_kept_with_their_zone(now: datetime) -> None:
    held = grant(add("one", now), Role.OPERATOR, None, now)
    db.session.commit()
    db.session.refresh(held)
    assert held.since == now and held.since.astimezone(UTC).tzinfo is UTC
