"""Whom an operator can call in or pass a call on to, and what a choice means when it is made.

Colleagues who are ready, the emergency services, the duty phone of a unit, or any number. A page
names a choice by what it is (`unit:D14`); the number behind it never leaves the server.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline import phone
from hotline.calls.kinds import SeatState
from hotline.calls.seat_models import Seat
from hotline.calls.talking import Target
from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people.models import Duty, Staff, Unit
from hotline.tickets.kinds import Service


@dataclass(frozen=True)
class Choice:
    """Somebody who can be reached; `key` is what a form sends."""

    key: str
    name: str


@dataclass(frozen=True)
class Choices:
    """All who can be reached now, by kind."""

    colleagues: list[Choice]
    duties: list[Choice]
    services: tuple[str, ...] = tuple(Service)


def choices(besides: int, *, now: datetime, zone: ZoneInfo) -> Choices:
    """Who can be reached at this moment; `besides` is who asks. Two statements."""
    ready = (
        select(Staff.username, Staff.name)
        .join(Seat, Seat.staff_id == Staff.id)
        .where(Seat.state == SeatState.READY, Staff.id != besides, Staff.is_active)
        .order_by(Seat.idle_since)
    )
    day = now.astimezone(zone).date()
    on_duty = (
        select(Unit.code, Unit.name, Duty.name)
        .join(Duty, Duty.unit_id == Unit.id)
        .where(Duty.since_on <= day, Duty.until_on >= day)
        .order_by(Unit.code)
    )
    return Choices(
        [Choice(f"operator:{login}", name) for login, name in db.session.execute(ready)],
        [
            Choice(f"unit:{code}", f"{unit} · {name}")
            for code, unit, name in db.session.execute(on_duty)
        ],
    )


def chosen(target: str, number: str, *, now: datetime, zone: ZoneInfo) -> Target:
    """Who is meant. Raises Invalid naming the field."""
    if number:
        return _number(number)
    kind, _, key = target.partition(":")
    if kind == "operator":
        return _operator(key)
    if kind == "unit":
        return _duty(key, now.astimezone(zone))
    if kind == "service" and key in set(Service):
        return Target(label=key, address=key)
    raise Invalid("no_number", "Give a number, or choose whom to call.", field="target")


def _number(typed: str) -> Target:
    short = phone.short_code(typed)
    if short is not None:
        return Target(label=short, address=short)
    try:
        found = phone.normalise(typed)
    except phone.PhoneError as wrong:
        raise Invalid(
            "bad_phone", "Give a phone number that can be dialled.", field="number"
        ) from wrong
    return Target(label=phone.mask(found), address=found)


def _operator(login: str) -> Target:
    found = db.session.scalars(select(Staff).where(Staff.username == login)).one_or_none()
    if found is None:
        raise Invalid("unknown_staff", "There is nobody of this name.", field="target")
    return Target(label=found.name, staff_id=found.id)


def _duty(code: str, at: datetime) -> Target:
    asked = (
        select(Unit.name, Duty.name, Duty.phone)
        .join(Duty, Duty.unit_id == Unit.id)
        .where(Unit.code == code, Duty.since_on <= at.date(), Duty.until_on >= at.date())
    )
    found = db.session.execute(asked).first()
    if found is None:
        raise Invalid("nobody_on_duty", "Nobody is on duty there now.", field="target")
    unit, name, number = found
    return Target(label=f"{unit} {name}"[:80], address=_dialled(number))


def _dialled(number: str) -> str:
    """As it is dialled; the roster keeps what a person wrote."""
    try:
        return phone.normalise(number)
    except phone.PhoneError:
        return phone.short_code(number) or number
