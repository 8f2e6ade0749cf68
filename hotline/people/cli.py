"""Commands about people, for whoever sets a city's hotline up or runs its machines."""

import click
from flask.cli import AppGroup, with_appcontext

from hotline import clock, jobs
from hotline.access import Role
from hotline.errors import NotFound, Refused
from hotline.people import operations, passwords, queries
from hotline.people.models import Membership, Staff, Unit

BY = "system"
UNSET = "!"
ROLES = click.Choice([role.value for role in Role])

staff_group = AppGroup("staff", help="Add people and give them roles.")


@click.command("api-token")
@click.argument("username")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@with_appcontext
def api_token(username: str, name: str) -> None:
    """Print a new API token of USERNAME; it is told this once."""
    with jobs.transaction():
        token = operations.make_token(_staff(username).id, name[:80], by=BY, now=clock.now())
    click.echo(token)


@staff_group.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--role", type=ROLES, required=True)
@click.option("--unit", "unit_code", help="Code of the unit, for a role in a unit.")
@click.option("--generate", "is_made_up", is_flag=True, help="Make a password up and print it.")
def add(username: str, name: str, role: str, unit_code: str | None, is_made_up: bool) -> None:  # noqa: FBT001
    """Add USERNAME, called NAME, with a role; asks for the password, or makes one up."""
    password = passwords.made_up() if is_made_up else _asked_password()
    now = clock.now()
    try:
        with jobs.transaction():
            staff = operations.add_staff(username, name, UNSET, by=BY, now=now)
            operations.set_password(staff.id, password, by=BY, now=now, is_temporary=is_made_up)
            _grant(staff, Role(role), unit_code)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    if is_made_up:
        click.echo(password)


@staff_group.command("role")
@click.argument("username")
@click.argument("role", type=ROLES)
@click.option("--unit", "unit_code", help="Code of the unit, for a role in a unit.")
@click.option("--end", "is_ending", is_flag=True, help="End the role instead of giving it.")
def role_of(username: str, role: str, unit_code: str | None, is_ending: bool) -> None:  # noqa: FBT001
    """Give USERNAME a role, or end it; either ends their sessions."""
    try:
        with jobs.transaction():
            staff = _staff(username)
            if is_ending:
                _end(staff, Role(role), unit_code)
            else:
                _grant(staff, Role(role), unit_code)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused


def _asked_password() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


def _staff(username: str) -> Staff:
    staff = queries.staff_by_username(username)
    if staff is None:
        raise click.ClickException(f"There is nobody called {username!r}.")
    return staff


def _unit(code: str | None) -> Unit | None:
    unit = queries.unit_by_code(code) if code else None
    if code and unit is None:
        raise click.ClickException(f"There is no unit {code!r}.")
    return unit


def _grant(staff: Staff, role: Role, unit_code: str | None) -> None:
    now, unit = clock.now(), _unit(unit_code)
    operations.grant(staff.id, role, unit, since=now, until=None, by=BY, now=now)


def _end(staff: Staff, role: Role, unit_code: str | None) -> None:
    now, unit = clock.now(), _unit(unit_code)
    held = [
        one
        for one in queries.memberships_of([staff.id])
        if one.role == role and one.unit_id == (unit.id if unit else None) and _is_on(one)
    ]
    if not held:
        raise NotFound("unknown_membership", "There is no such role.")
    for one in held:
        operations.revoke(one.id, by=BY, now=now)


def _is_on(membership: Membership) -> bool:
    return membership.until is None or membership.until > clock.now()
