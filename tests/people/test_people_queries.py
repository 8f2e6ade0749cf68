"""Who a session or token belongs to, and what the directory answers."""

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask

from hotline import crypto
from hotline.access import Permission, Role
from hotline.events import DeadLetter, OutboxRow
from hotline.extensions import db
from hotline.people import operations, queries, signing
from hotline.people.models import Membership
from tests import factories
from tests.conftest import Statements

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


def test_a_viewer_costs_one_statement(statements: Statements, now: datetime) -> None:
    person_id = factories.staff("op", Role.OPERATOR, Role.SHIFT_LEADER).id
    statements.seen.clear()
    viewer = queries.viewer_of(person_id, 0, now)
    assert viewer is not None and viewer.roles == {Role.OPERATOR, Role.SHIFT_LEADER}
    assert viewer.may(Permission.INTAKE) and not viewer.may(Permission.REVIEW)
    assert len(statements) == 1


def test_a_viewer_of_a_unit(now: datetime) -> None:
    person = factories.staff("h1", Role.HANDLER, Role.UNIT_HEAD, unit_code="D14")
    viewer = queries.viewer_of(person.id, 0, now)
    assert viewer is not None and viewer.unit_ids == {factories.unit("D14").id}
    assert not viewer.is_hotline


def test_another_epoch_or_an_inactive_account_is_nobody(now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    assert queries.viewer_of(person.id, 1, now) is None
    assert queries.viewer_of(person.id + 1, 0, now) is None
    person.is_active = False
    assert queries.viewer_of(person.id, 0, now) is None


def test_somebody_without_a_role_is_a_viewer_who_may_nothing(now: datetime) -> None:
    viewer = queries.viewer_of(factories.staff("new").id, 0, now)
    assert viewer is not None and viewer.roles == frozenset() and not viewer.permissions


@pytest.mark.parametrize(
    ("since", "until", "roles"),
    [
        (-DAY, None, {Role.REVIEWER}),
        (timedelta(0), None, {Role.REVIEWER}),
        (timedelta(microseconds=1), None, set()),
        (-DAY, DAY, {Role.REVIEWER}),
        (-DAY, timedelta(microseconds=1), {Role.REVIEWER}),
        (-DAY, timedelta(0), set()),
        (-2 * DAY, -DAY, set()),
    ],
)
def test_a_stand_in_counts_between_its_dates(
    now: datetime, since: timedelta, until: timedelta | None, roles: set[Role]
) -> None:
    person = factories.staff("stand-in")
    end = now + until if until is not None else None
    db.session.add(Membership(staff_id=person.id, role=Role.REVIEWER, since=now + since, until=end))
    viewer = queries.viewer_of(person.id, 0, now)
    assert viewer is not None and viewer.roles == roles


def test_a_token_costs_one_statement_and_names_its_holder(
    statements: Statements, now: datetime
) -> None:
    person = factories.staff("api", Role.DISPATCHER)
    token = operations.make_token(person.id, "province", by="system", now=now)
    db.session.flush()
    statements.seen.clear()
    viewer = queries.viewer_by_token(token, now)
    assert viewer is not None and viewer.staff_id == person.id and viewer.token_id
    assert len(statements) == 1


def test_unknown_revoked_and_inactive_tokens_open_nothing(now: datetime) -> None:
    person = factories.staff("api", Role.DISPATCHER)
    token = operations.make_token(person.id, "one", by="system", now=now)
    other = operations.make_token(person.id, "two", by="system", now=now)
    assert queries.viewer_by_token(token + "x", now) is None
    (second, first) = queries.tokens_of(person.id)
    operations.revoke_token(first.id, person.id, by="system", now=now)
    assert queries.viewer_by_token(token, now) is None
    assert queries.viewer_by_token(other, now) is not None
    operations.set_active(person.id, is_active=False, by="system", now=now)
    assert queries.viewer_by_token(other, now) is None
    assert [one.id for one in queries.tokens_of(person.id)] == [second.id]


def test_a_token_is_kept_as_its_digest_only(now: datetime) -> None:
    person = factories.staff("api", Role.DISPATCHER)
    token = operations.make_token(person.id, "one", by="system", now=now)
    assert queries.tokens_of(person.id)[0].digest == crypto.token_digest(token)


def test_a_signed_out_session_is_nobody(now: datetime) -> None:
    person = factories.staff("op", Role.OPERATOR)
    digest = crypto.token_digest("a session's secret")
    assert queries.viewer_of(person.id, 0, now, session=digest) is not None
    signing.sign_out(person.id, digest, now)
    signing.sign_out(person.id, digest, now)
    assert queries.viewer_of(person.id, 0, now, session=digest) is None
    assert queries.viewer_of(person.id, 0, now, session=b"another") is not None


def test_units_by_code(now: datetime) -> None:
    assert [unit.code for unit in queries.units()][:2] == ["C01", "C04"]
    assert set(queries.units_by_code(["D14", "E01", "X99"])) == {"D14", "E01"}
    assert queries.units_by_code([]) == {}
    factories.unit("D14").closed_at = now
    assert queries.unit_by_code("D14") is None
    assert queries.unit_by_code("D15") is not None
    assert "D14" not in {unit.code for unit in queries.units()}


def test_names_of_some() -> None:
    one, two = factories.staff("one"), factories.staff("two")
    assert queries.names_of([one.id, two.id, 0]) == {one.id: "试one", two.id: "试two"}
    assert queries.names_of([]) == {}


def test_staff_are_found_by_username_name_and_role(now: datetime) -> None:
    for username in ("anna", "bert", "carl"):
        factories.staff(username)
    factories.staff("dora", Role.EDITOR)

    def found(**asked: object) -> list[str]:
        page = queries.staff_page(limit=10, now=now, **asked)  # type: ignore[arg-type]
        return [one.username for one in page]

    assert found() == ["anna", "bert", "carl", "dora"]
    assert found(after="bert") == ["carl", "dora"]
    assert found(words="BE") == ["bert"]
    assert found(words="试c") == ["carl"]
    assert found(words="%") == [] and found(words="_") == []
    assert found(role=Role.EDITOR) == ["dora"]


def test_the_backlog_and_the_dead_are_counted_by_reader(app: APIFlask, now: datetime) -> None:
    for reader in ("a.reader", "b.reader", "b.reader"):
        db.session.add(OutboxRow(reader=reader, kind="k", subject="ticket:1", facts={}, at=now))
        dead = DeadLetter(reader=reader, kind="k", subject="ticket:1", facts={}, error="?")
        dead.at = dead.failed_at = now
        db.session.add(dead)
    assert {one.reader: one.waiting for one in queries.backlog()} == {"a.reader": 1, "b.reader": 2}
    assert [(one.reader, one.count) for one in queries.dead_letters()] == [
        ("a.reader", 1),
        ("b.reader", 2),
    ]
