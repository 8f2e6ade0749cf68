"""What is done to the directory: accounts, their roles, passwords and tokens, and the units.

Whatever changes what somebody may do raises their epoch, and with it ends every session of
theirs; each such change leaves a trace with who and when. Not here: signing in (`signing`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select, update

from hotline import audit, crypto
from hotline.access import UNIT_ROLES, Role
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.people import passwords, rules
from hotline.people.models import ApiToken, Membership, Staff, Unit, UnitKind
from hotline.words import N_

FAULTS = {
    "password_too_short": N_("Use at least %(least)s characters."),
    "password_too_long": N_("Use at most %(most)s characters."),
    "password_is_username": N_("The password must not be the username."),
    "password_too_simple": N_("This password is too easy to guess. Use several words."),
    "machine_alone": N_("A telephone exchange is a machine: its account holds no other role."),
    "administrator_alone": N_("An administrator holds no other role, and reads no tickets."),
    "unit_and_hotline": N_("Nobody holds a role in a unit and one in the hotline."),
}


def add_staff(
    username: str,
    name: str,
    password_hash: str,
    *,
    by: str,
    now: datetime,
    is_temporary: bool = False,
) -> Staff:
    """Add somebody, without a role yet; `password_hash` comes from `passwords.digest`.

    Raises Invalid (`bad_username`, `username_taken`) naming the field.
    """
    username = rules.username_as_kept(username)
    if not rules.is_username(username):
        raise Invalid(
            "bad_username",
            "Use 2 to 40 letters a to z, digits, dots, dashes or underscores.",
            field="username",
        )
    if db.session.scalar(select(Staff.id).where(Staff.username == username)) is not None:
        raise Invalid("username_taken", "This username is taken.", field="username")
    staff = Staff(
        username=username,
        name=name,
        password_hash=password_hash,
        has_temporary_password=is_temporary,
        epoch=0,
        is_active=True,
        locale="zh_CN",
        failures=0,
    )
    db.session.add(staff)
    db.session.flush()
    _trace(staff.id, "staff_added", by, now)
    return staff


def set_password(
    staff_id: int, password: str, *, by: str, now: datetime, is_temporary: bool = False
) -> Staff:
    """Give somebody a password; lifts a lock and ends their sessions.

    A temporary one must be changed at the first sign-in. Raises Invalid (`password_…`).
    """
    staff = _locked(staff_id)
    fault = rules.password_fault(password, staff.username)
    if fault is not None:
        values = {"least": rules.SHORTEST_PASSWORD, "most": rules.LONGEST_PASSWORD}
        raise Invalid(fault, FAULTS[fault], field="password", values=values)
    staff.password_hash = passwords.digest(password)
    staff.has_temporary_password = is_temporary
    staff.failures, staff.locked_until = 0, None
    _end_sessions(staff)
    _trace(staff_id, "password_set", by, now, is_temporary=is_temporary)
    return staff


def change_password(staff_id: int, present: str, wanted: str, now: datetime) -> Staff:
    """Somebody's own change. Raises Invalid (`wrong_password`, `same_password`, `password_…`)."""
    staff = _locked(staff_id)
    if not passwords.is_right(present, staff.password_hash):
        raise Invalid("wrong_password", "This is not your present password.", field="present")
    if present == wanted:
        raise Invalid("same_password", "This is the present password.", field="password")
    return set_password(staff_id, wanted, by=_actor(staff_id), now=now)


def reset_password(staff_id: int, *, by: str, now: datetime) -> str:
    """Give somebody else a made-up password, temporary, told this once. Raises Refused."""
    _refuse_own(staff_id, by)
    made_up = passwords.made_up()
    set_password(staff_id, made_up, by=by, now=now, is_temporary=True)
    return made_up


def set_active(staff_id: int, *, is_active: bool, by: str, now: datetime) -> Staff:
    """Let somebody in again, or keep them out: sessions end, tokens open nothing."""
    staff = _locked(staff_id)
    _refuse_own(staff_id, by)
    if staff.is_active != is_active:
        staff.is_active = is_active
        _end_sessions(staff)
        _trace(staff_id, "activated" if is_active else "deactivated", by, now)
    return staff


def set_language(staff_id: int, locale: str) -> None:
    """The language in which somebody's pages are shown; their own wish, nobody's right changes."""
    _locked(staff_id).locale = locale


def grant(
    staff_id: int,
    role: Role,
    unit: Unit | None,
    *,
    since: datetime,
    until: datetime | None,
    by: str,
    now: datetime,
) -> Membership:
    """Give a role, in a unit for unit roles, from one moment until another (None: for good).

    Raises Invalid (`unit_needed`, `no_unit`, `ends_before_it_begins`), Refused (`own_account`,
    `held_already`, `administrator_alone`, `unit_and_hotline`).
    """
    staff = _locked(staff_id)
    _refuse_own(staff_id, by)
    _check_span(role, unit, since, until)
    held = _meeting(staff_id, since, until)
    unit_id = unit.id if unit else None
    if any(one.role == role and one.unit_id == unit_id for one in held):
        raise Refused("held_already", "This role is held already in that time.", field="role")
    clash = rules.conflict(role, [one.role for one in held])
    if clash is not None:
        raise Refused(clash, FAULTS[clash], field="role")
    made = Membership(staff_id=staff_id, unit_id=unit_id, role=role, since=since, until=until)
    db.session.add(made)
    _end_sessions(staff)
    db.session.flush()
    code = unit.code if unit else None
    _trace(staff_id, "role_granted", by, now, role=role.value, unit=code)
    return made


def revoke(membership_id: int, *, by: str, now: datetime) -> Staff:
    """End a role now; one that has not begun yet never does. Raises NotFound, Refused."""
    membership = db.session.get(Membership, membership_id)
    if membership is None:
        raise NotFound("unknown_membership", "There is no such role.", field="membership")
    _refuse_own(membership.staff_id, by)
    staff = _locked(membership.staff_id)
    db.session.refresh(membership)
    if membership.until is None or membership.until > now:
        membership.until = max(now, membership.since)
        _end_sessions(staff)
        code = membership.unit.code if membership.unit else None
        _trace(staff.id, "role_revoked", by, now, role=membership.role.value, unit=code)
    return staff


def make_token(staff_id: int, name: str, *, by: str, now: datetime) -> str:
    """A new bearer token for the JSON API: returned this once, only its digest is kept."""
    token = crypto.new_token()
    digest = crypto.token_digest(token)
    db.session.add(ApiToken(staff_id=staff_id, digest=digest, name=name, created_at=now))
    _trace(staff_id, "token_made", by, now, token=name)
    return token


def revoke_token(token_id: int, staff_id: int, *, by: str, now: datetime) -> None:
    """End one token of this person. Raises NotFound when they hold no such token."""
    ended = db.session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.staff_id == staff_id)
        .where(ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.name)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound("unknown_token", "There is no such token.", field="token")
    _trace(staff_id, "token_revoked", by, now, token=ended)


def load_units(rows: Iterable[Mapping[str, str]], now: datetime) -> int:
    """Add or change units by code, from rows with the columns of units_86.csv.

    Units that aren't named stay as they are; a closed one that is named opens again. Answers how
    many rows there were. Raises Invalid naming the code of a row that can't be taken.
    """
    given = list(rows)
    codes = {code for row in given for code in (row["code"], row["parent"]) if code}
    known = {one.code: one for one in db.session.scalars(select(Unit).where(Unit.code.in_(codes)))}
    for row in given:
        unit = known.setdefault(row["code"], Unit(code=row["code"]))
        _describe(unit, row)
        db.session.add(unit)
    db.session.flush()
    for row in given:
        if row["parent"] and row["parent"] not in known:
            raise _bad_unit(row)
        known[row["code"]].parent_id = known[row["parent"]].id if row["parent"] else None
    db.session.flush()
    audit.record("system", "units_loaded", "units", at=now, count=len(given))
    return len(given)


def _describe(unit: Unit, row: Mapping[str, str]) -> None:
    if row["kind"] not in set(UnitKind) or not row["code"] or not row["name"]:
        raise _bad_unit(row)
    unit.name, unit.kind = row["name"], UnitKind(row["kind"])
    unit.is_vertical, unit.has_duty_24h = row["vertical"] == "Y", row["duty_24h"] == "Y"
    unit.keywords, unit.closed_at = row["keywords"], None


def _bad_unit(row: Mapping[str, str]) -> Invalid:
    words = "Unit %(code)s needs a code, a name, a known kind and a known parent."
    return Invalid("bad_unit", words, field="code", values={"code": row["code"]})


def _locked(staff_id: int) -> Staff:
    """The row, locked: two changes of one account wait for each other. Raises NotFound."""
    asked = select(Staff).where(Staff.id == staff_id).with_for_update(key_share=True)
    staff = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if staff is None:
        raise NotFound("unknown_staff", "There is no such person.", field="username")
    return staff


def _actor(staff_id: int) -> str:
    return f"staff:{staff_id}"


def _refuse_own(staff_id: int, by: str) -> None:
    """Nobody changes what they may do themselves, so an administrator always remains."""
    if by == _actor(staff_id):
        raise Refused("own_account", "Another administrator must do this for your account.")


def _check_span(role: Role, unit: Unit | None, since: datetime, until: datetime | None) -> None:
    if role in UNIT_ROLES and unit is None:
        raise Invalid("unit_needed", "This role is held in a unit: choose one.", field="unit")
    if role not in UNIT_ROLES and unit is not None:
        raise Invalid("no_unit", "This role is held in the hotline, not in a unit.", field="unit")
    if until is not None and until <= since:
        raise Invalid("ends_before_it_begins", "The end must lie behind the start.", field="until")


def _meeting(staff_id: int, since: datetime, until: datetime | None) -> list[Membership]:
    """Memberships in force at some moment of the span."""
    asked = select(Membership).where(
        Membership.staff_id == staff_id,
        or_(Membership.until.is_(None), Membership.until > since),
    )
    if until is not None:
        asked = asked.where(Membership.since < until)
    return [one for one in db.session.scalars(asked) if one.until is None or one.until > one.since]


def _end_sessions(staff: Staff) -> None:
    staff.epoch += 1


def _trace(staff_id: int, kind: str, by: str, now: datetime, **facts: object) -> None:
    audit.record(by, kind, f"staff:{staff_id}", at=now, **facts)
