"""The commands about people, as they are typed."""

import pytest
from apiflask import APIFlask
from click.testing import Result

from hotline import clock
from hotline.access import Role
from hotline.extensions import db
from hotline.people import cli, operations, passwords, queries
from tests import factories


def run(app: APIFlask, *typed: str, answers: str | None = None) -> Result:
    """Type a command."""
    command = cli.api_token if typed[0] == "api-token" else cli.staff_group
    return app.test_cli_runner().invoke(command, list(typed[1:]), input=answers)


def roles_of(username: str) -> set[str]:
    """Roles in force."""
    staff = queries.staff_by_username(username)
    assert staff is not None
    viewer = queries.viewer_of(staff.id, staff.epoch, clock.now())
    return {role.value for role in viewer.roles} if viewer else set()


def test_a_token_is_printed_alone_and_works(app: APIFlask) -> None:
    factories.staff("api", Role.DISPATCHER)
    result = run(app, "api-token", "api", "--name", "省平台")
    token = result.output.strip()
    assert result.exit_code == 0 and len(token) == 43 and result.output == f"{token}\n"
    viewer = queries.viewer_by_token(token, clock.now())
    assert viewer is not None and viewer.username == "api"


def test_a_token_for_nobody(app: APIFlask) -> None:
    result = run(app, "api-token", "nobody")
    assert result.exit_code == 1 and "nobody" in result.output


def test_adding_somebody_with_a_made_up_password(app: APIFlask) -> None:
    result = run(app, "staff", "add", "op9", "李晓明", "--role", "operator", "--generate")
    staff = queries.staff_by_username("op9")
    assert result.exit_code == 0 and staff is not None and staff.has_temporary_password
    assert passwords.is_right(result.output.strip(), staff.password_hash)
    assert roles_of("op9") == {"operator"}


def test_adding_somebody_with_a_typed_password(app: APIFlask) -> None:
    typed = ("staff", "add", "h9", "王芳", "--role", "handler", "--unit", "D14")
    result = run(app, *typed, answers="a-good-password\na-good-password\n")
    staff = queries.staff_by_username("h9")
    assert result.exit_code == 0 and staff is not None and not staff.has_temporary_password
    assert "a-good-password" not in result.output
    assert roles_of("h9") == {"handler"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("op", "李", "--role", "operator"), "taken"),
        (("op9", "李", "--role", "handler"), "unit_needed"),
        (("op9", "李", "--role", "handler", "--unit", "X99"), "X99"),
        (("op9", "李", "--role", "operator", "--unit", "D14"), "no_unit"),
        (("李", "李", "--role", "operator"), "bad_username"),
    ],
)
def test_somebody_who_cant_be_added_leaves_nothing(
    app: APIFlask, typed: tuple[str, ...], said: str
) -> None:
    factories.staff("op", Role.OPERATOR)
    result = run(app, "staff", "add", *typed, "--generate")
    assert result.exit_code == 1 and said in result.output
    assert queries.staff_by_username("op9") is None


def test_giving_and_ending_a_role_ends_sessions(app: APIFlask) -> None:
    factories.staff("op", Role.OPERATOR)
    assert run(app, "staff", "role", "op", "shift_leader").exit_code == 0
    assert roles_of("op") == {"operator", "shift_leader"}
    assert run(app, "staff", "role", "op", "operator", "--end").exit_code == 0
    assert roles_of("op") == {"shift_leader"}
    db.session.expire_all()
    staff = queries.staff_by_username("op")
    assert staff is not None and staff.epoch == 2


def test_a_role_that_isnt_held_cant_end(app: APIFlask) -> None:
    person = factories.staff("h1", Role.HANDLER, unit_code="D14")
    for typed in (("h1", "operator"), ("h1", "handler", "--unit", "D15")):
        result = run(app, "staff", "role", *typed, "--end")
        assert result.exit_code == 1 and "unknown_membership" in result.output
    operations.revoke(queries.memberships_of([person.id])[0].id, by="system", now=clock.now())
    assert run(app, "staff", "role", "h1", "handler", "--unit", "D14", "--end").exit_code == 1
