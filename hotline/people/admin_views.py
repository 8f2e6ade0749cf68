"""The administrator's pages: who works here with which roles, and whether the system is well.

Decided here: nothing; every change is one operation. No ticket is shown to an administrator, so
of the outbox and the dead letters there are only counts.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from hotline import access, clock, fields, http, processes, templating
from hotline.access import Permission
from hotline.errors import Invalid, MadeUp, NotFound, Refused
from hotline.fields import PageForm
from hotline.people import operations, passwords, queries, rules
from hotline.people.forms import (
    GrantForm,
    NewStaffForm,
    RevokeForm,
    RevokeTokenForm,
    StaffFilter,
)
from hotline.people.models import Membership, Staff
from hotline.words import N_

PER_PAGE = 50

M = TypeVar("M", bound=BaseModel)


@access.needs(Permission.ADMINISTER)
def admin() -> ResponseReturnValue:
    """The staff, page by page. A filter made up by hand is shown as such, with a 400."""
    form = PageForm(StaffFilter, request.args)
    wanted, now = form.data or StaffFilter(), clock.now()
    found = queries.staff_page(
        words=wanted.q, role=wanted.role, after=wanted.after, limit=PER_PAGE + 1, now=now
    )
    shown = found[:PER_PAGE]
    context = {
        "staff": shown,
        "held": _by_person(queries.memberships_in_force([one.id for one in shown], now)),
        "last": shown[-1].username if len(found) > PER_PAGE else None,
    }
    page = render_template("people/staff.html", form=form, wanted=wanted, now=now, **context)
    return page, MadeUp.status if form.errors else 200


@access.needs(Permission.ADMINISTER)
def new_person() -> str:
    """The form for somebody new."""
    return render_template("people/new_person.html", form=PageForm(NewStaffForm))


@access.needs(Permission.ADMINISTER)
def add_person() -> Response:
    """Add somebody with a temporary password, told this once."""
    return http.write(lambda: _add(fields.sent(NewStaffForm)))


@access.needs(Permission.ADMINISTER)
def person(username: str) -> str:
    """One person: roles, tokens, what was done to the account."""
    return _person_page(_staff(username))


@access.needs(Permission.ADMINISTER)
def grant(username: str) -> Response:
    """Give a role."""
    form = fields.sent(GrantForm)
    return _change(username, lambda staff: _grant(staff, form), N_("The role is given."), form)


@access.needs(Permission.ADMINISTER)
def revoke(username: str) -> Response:
    """End a role now."""
    form = fields.sent(RevokeForm)
    return _change(username, lambda staff: _revoke(staff, form), N_("The role has ended."))


@access.needs(Permission.ADMINISTER)
def deactivate(username: str) -> Response:
    """Keep somebody out."""
    return _change(username, _keep_out, N_("The account is closed."))


@access.needs(Permission.ADMINISTER)
def activate(username: str) -> Response:
    """Let somebody in again."""
    return _change(username, _let_in, N_("The account is open again."))


@access.needs(Permission.ADMINISTER)
def reset_password(username: str) -> Response:
    """Give somebody a temporary password, told this once."""
    return http.write(lambda: _reset(_staff(username)))


@access.needs(Permission.ADMINISTER)
def revoke_token(username: str) -> Response:
    """End one API token."""
    form = fields.sent(RevokeTokenForm)
    return _change(username, lambda staff: _revoke_token(staff, form), N_("The token has ended."))


@access.needs(Permission.ADMINISTER)
def system() -> str:
    """Which processes live, what waits, what was given up."""
    now = clock.now()
    seen = processes.last_seen()
    kinds = sorted(seen.keys() | set(processes.WANTED))
    alive = [(kind, seen.get(kind), _is_alive(seen.get(kind), now)) for kind in kinds]
    return render_template(
        "people/system.html",
        processes=alive,
        backlog=queries.backlog(),
        dead_letters=queries.dead_letters(),
    )


Change = Callable[[Staff], object]


def _change(
    username: str, change: Change, said: str, form: PageForm[Any] | None = None
) -> Response:
    """Carry a change out and show the person again; a refusal leaves nothing behind."""

    def carry_out() -> http.Answer:
        change(_staff(username))
        person_page = url_for("people.person", username=username)
        return http.go(http.local(request.form.get("_back"), person_page), said)

    try:
        return http.write(carry_out)
    except Refused as refused:
        if isinstance(refused, NotFound):
            raise
        form = form or PageForm(RevokeForm)
        form.refuse(refused)
        return Response(_person_page(_staff(username), form=form), refused.status)


def _grant(staff: Staff, form: PageForm[GrantForm]) -> None:
    wanted, now = data_of(form), clock.now()
    unit = queries.unit_by_code(wanted.unit) if wanted.unit else None
    if wanted.unit and unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="unit")
    operations.grant(
        staff.id,
        wanted.role,
        unit,
        since=max(_start_of(wanted.since_on), now) if wanted.since_on else now,
        until=_start_of(wanted.until_on + timedelta(days=1)) if wanted.until_on else None,
        by=access.current().actor,
        now=now,
    )


def _revoke(staff: Staff, form: PageForm[RevokeForm]) -> None:
    wanted = data_of(form)
    if wanted.membership not in {one.id for one in queries.memberships_of([staff.id])}:
        raise NotFound("unknown_membership", "There is no such role.", field="membership")
    operations.revoke(wanted.membership, by=access.current().actor, now=clock.now())


def _revoke_token(staff: Staff, form: PageForm[RevokeTokenForm]) -> None:
    token_id, by = data_of(form).token, access.current().actor
    operations.revoke_token(token_id, staff.id, by=by, now=clock.now())


def _keep_out(staff: Staff) -> None:
    by, now = access.current().actor, clock.now()
    operations.set_active(staff.id, is_active=False, by=by, now=now)


def _let_in(staff: Staff) -> None:
    by, now = access.current().actor, clock.now()
    operations.set_active(staff.id, is_active=True, by=by, now=now)


def _reset(staff: Staff) -> http.Answer:
    told = operations.reset_password(staff.id, by=access.current().actor, now=clock.now())
    return http.Answer(text=_person_page(staff, told=told))


def _add(form: PageForm[NewStaffForm]) -> http.Answer:
    by, now, told = access.current().actor, clock.now(), passwords.made_up()
    try:
        wanted = data_of(form)
        staff = operations.add_staff(
            wanted.username,
            wanted.name,
            passwords.digest(told),
            by=by,
            now=now,
            is_temporary=True,
        )
    except Invalid as wrong:
        form.refuse(wrong)
        text = render_template("people/new_person.html", form=form)
        return http.Answer(status=wrong.status, text=text)
    return http.Answer(status=201, text=_person_page(staff, told=told))


def data_of(form: PageForm[M]) -> M:
    """What was sent. Raises Invalid naming every field at fault."""
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    return form.data


def _staff(username: str) -> Staff:
    staff = queries.staff_by_username(username) if rules.is_username(username) else None
    if staff is None:
        raise NotFound("unknown_staff", "There is no such person.", field="username")
    return staff


def _person_page(
    staff: Staff, *, form: PageForm[Any] | None = None, told: str | None = None
) -> str:
    now, held = clock.now(), queries.memberships_of([staff.id])
    traces = queries.traces_of(staff.id)
    return render_template(
        "people/person.html",
        staff=staff,
        now=now,
        running=[one for one in held if one.until is None or one.until > now],
        ended=[one for one in held if one.until is not None and one.until <= now],
        tokens=queries.tokens_of(staff.id),
        traces=traces,
        names=queries.names_of(staff_ids(one.actor for one in traces)),
        unit_groups=_unit_groups(),
        form=form or PageForm(GrantForm),
        told=told,
    )


def _unit_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """The units for a select, grouped by kind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in queries.units():
        kind = templating.label(unit.kind, "unit_kind")
        groups.setdefault(kind, []).append((unit.code, f"{unit.code} {unit.name}"))
    return list(groups.items())


def staff_ids(actors: Iterable[str]) -> set[int]:
    """The numbers of the staff among these actors."""
    parts = (actor.partition(":") for actor in actors)
    return {int(number) for kind, _, number in parts if kind == "staff" and number.isdecimal()}


def _by_person(memberships: Iterable[Membership]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {}
    for one in memberships:
        found.setdefault(one.staff_id, []).append(one)
    return found


def _is_alive(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is not None and now - seen_at <= processes.SEEN_WITHIN


def _start_of(day: date) -> datetime:
    """Midnight of a day in the city's zone."""
    zone = ZoneInfo(current_app.config["CITY_TIMEZONE"])
    return datetime.combine(day, time.min, zone).astimezone(UTC)


ROUTES = (
    ("GET", "/admin", admin),
    ("GET", "/admin/new", new_person),
    ("POST", "/admin/new", add_person),
    ("GET", "/admin/system", system),
    ("GET", "/admin/staff/<username>", person),
    ("POST", "/admin/staff/<username>/roles", grant),
    ("POST", "/admin/staff/<username>/roles/end", revoke),
    ("POST", "/admin/staff/<username>/deactivate", deactivate),
    ("POST", "/admin/staff/<username>/activate", activate),
    ("POST", "/admin/staff/<username>/password", reset_password),
    ("POST", "/admin/staff/<username>/tokens/end", revoke_token),
)
