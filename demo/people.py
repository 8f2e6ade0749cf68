"""The demo's logins: one for each role of the hotline, three for each unit, one for a sub-unit.

Decided here: their names and roles, and that all share one password. Only for try-outs: the
password is known to everybody who reads this, so production refuses the whole demo.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from hotline import audit
from hotline.access import Role, Viewer
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people import passwords, queries
from hotline.people.models import Membership, Staff, Unit

PASSWORD = "hotline-demo"  # noqa: S105  known to everybody, and refused in production
NAMES = Path(__file__).with_name("data") / "names.txt"
BY = "system"
SERVED = timedelta(days=400)
STRIDE = 7  # has no factor in common with the number of given names: no two people share a name
HOTLINE: tuple[tuple[str, Role], ...] = (
    *((f"operator{n}", Role.OPERATOR) for n in range(1, 7)),
    ("shift1", Role.SHIFT_LEADER),
    ("dispatcher1", Role.DISPATCHER),
    ("reviewer1", Role.REVIEWER),
    ("callback1", Role.CALLBACK_AGENT),
    ("supervisor1", Role.SUPERVISOR),
    ("inspector1", Role.INSPECTOR),
    ("editor1", Role.EDITOR),
    ("head1", Role.HEAD),
    ("admin", Role.ADMINISTRATOR),
)
IN_UNITS = (("", Role.HANDLER), ("h", Role.UNIT_HEAD), ("d", Role.UNIT_DISPATCHER))
"""What is put behind a unit's code, and the role; second-level dispatchers are `d14d`."""

HEAD_APPROVES = ("C04",)
"""Units whose head approves each reply before it goes out."""

Cast = Mapping[str, Viewer]
"""Login → who acts under it."""


@dataclass(frozen=True)
class Login:
    """Somebody to be added."""

    username: str
    role: Role
    unit: Unit | None = None


def seed(now: datetime) -> Cast:
    """Add everybody at once, with one digest for all. Raises Invalid when a username is taken.

    One by one it would take as long as all tickets, and a digest each half a minute.
    """
    logins, digest = list(_logins()), passwords.digest(PASSWORD)
    _refuse_taken([one.username for one in logins])
    staff = [
        Staff(username=login.username, name=name, password_hash=digest, epoch=1)
        for login, name in zip(logins, names(), strict=False)
    ]
    db.session.add_all(staff)
    db.session.flush()
    since = now - SERVED
    db.session.add_all(
        Membership(
            staff_id=one.id,
            unit_id=login.unit.id if login.unit else None,
            role=login.role,
            since=since,
        )
        for login, one in zip(logins, staff, strict=True)
    )
    audit.record(BY, "demo_logins_added", "staff", at=now, count=len(staff))
    db.session.flush()
    return {
        login.username: _viewer(one.id, one.name, login)
        for login, one in zip(logins, staff, strict=True)
    }


def names() -> Iterator[str]:
    """Names without end, the same each time; no name twice among the first 3,600."""
    surnames, given = (line.split() for line in NAMES.read_text(encoding="utf-8").splitlines())
    n = 0
    while True:
        yield surnames[n % len(surnames)] + given[n * STRIDE % len(given)]
        n += 1


def replying(unit: str) -> str:
    """The login under which a unit's reply goes out: its handler's, or its head's."""
    return unit.lower() + ("h" if unit in HEAD_APPROVES else "")


def _refuse_taken(usernames: list[str]) -> None:
    taken = db.session.scalars(select(Staff.username).where(Staff.username.in_(usernames))).first()
    if taken is not None:
        raise Invalid(
            "username_taken",
            "The username %(name)s is taken.",
            field="username",
            values={"name": taken},
        )


def _logins() -> Iterator[Login]:
    yield from (Login(username, role) for username, role in HOTLINE)
    units = queries.units()
    for unit in units:
        if not unit.is_sub_unit:
            for behind, role in IN_UNITS:
                yield Login(unit.code.lower() + behind, role, unit)
    for unit in units:
        if unit.is_sub_unit:
            yield Login(unit.code.lower(), Role.HANDLER, unit)
    yield Login("editor2", Role.EDITOR)  # nobody publishes their own words


def _viewer(staff_id: int, name: str, login: Login) -> Viewer:
    held = frozenset({login.unit.id}) if login.unit else frozenset[int]()
    return Viewer.of(
        staff_id,
        name,
        login.username,
        roles=frozenset({login.role}),
        unit_ids=held,
        posts=frozenset((unit_id, login.role) for unit_id in held),
    )
