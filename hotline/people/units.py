"""What an administrator does to the directory of units: add, describe, close, the duty roster.

Decided here: a code is given once and for ever; a sub-unit belongs to one unit and is of its kind;
a closed unit gets nothing new and keeps what it has. Not here: loading the directory from files,
people and their roles (`operations`).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from hotline import audit, phone
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.people.models import Duty, Unit, UnitKind

CODE = re.compile(r"[A-Z][A-Z0-9-]{1,19}")


@dataclass(frozen=True)
class Description:
    """What may be changed of a unit; `keywords` are words by which dispatchers look for it."""

    name: str
    keywords: str = ""
    has_duty_24h: bool = False


@dataclass(frozen=True)
class Turn:
    """A turn of duty, both days included; phones as typed."""

    since_on: date
    until_on: date
    name: str
    phone: str
    deputy_name: str | None = None
    deputy_phone: str | None = None


def add(
    code: str,
    description: Description,
    *,
    kind: UnitKind,
    parent: Unit | None,
    by: str,
    now: datetime,
) -> Unit:
    """Add a unit, or a sub-unit of `parent`, whose kind it takes.

    Raises Invalid (`bad_code`, `code_taken`, `sub_of_sub`) naming the field.
    """
    if not CODE.fullmatch(code):
        words = "Use 2 to 20 capital letters, digits and dashes, a letter first."
        raise Invalid("bad_code", words, field="code")
    if db.session.scalar(select(Unit.id).where(Unit.code == code)) is not None:
        raise Invalid(
            "code_taken", "This code is taken; a code is never given twice.", field="code"
        )
    if parent is not None and parent.is_sub_unit:
        raise Invalid("sub_of_sub", "A sub-unit has no sub-units.", field="code")
    made = Unit(
        code=code,
        name=description.name,
        kind=parent.kind if parent else kind,
        parent_id=parent.id if parent else None,
        is_sub_unit=parent is not None,
        is_vertical=False,
        has_duty_24h=description.has_duty_24h,
        keywords=description.keywords,
    )
    db.session.add(made)
    db.session.flush()
    _trace(made, "unit_added", by, now, parent=parent.code if parent else None)
    return made


def describe(code: str, description: Description, *, by: str, now: datetime) -> Unit:
    """Change a unit's name, keywords, or whether it is on duty round the clock."""
    unit = _locked(code)
    before = Description(unit.name, unit.keywords, unit.has_duty_24h)
    if before == description:
        return unit
    unit.name, unit.keywords = description.name, description.keywords
    unit.has_duty_24h = description.has_duty_24h
    changed = [name for name in vars(before) if getattr(before, name) != getattr(description, name)]
    _trace(unit, "unit_changed", by, now, changed=sorted(changed))
    return unit


def set_open(code: str, *, is_open: bool, by: str, now: datetime) -> Unit:
    """Close a unit for new tickets, or open it again. Raises Refused while a sub-unit is open."""
    unit = _locked(code)
    if is_open == (unit.closed_at is None):
        return unit
    open_subs = select(Unit.code).where(Unit.parent_id == unit.id, Unit.closed_at.is_(None))
    if not is_open and db.session.scalars(open_subs.limit(1)).first() is not None:
        raise Refused("has_open_sub_units", "Close its sub-units first.")
    unit.closed_at = None if is_open else now
    _trace(unit, "unit_opened" if is_open else "unit_closed", by, now)
    return unit


def add_duty(code: str, turn: Turn, *, by: str, now: datetime) -> Duty:
    """Enter who is on duty. Raises Invalid naming the field; Refused where two turns would meet."""
    unit = _locked(code)
    if turn.until_on < turn.since_on:
        words = "The last day must not lie before the first."
        raise Invalid("ends_before_it_begins", words, field="until_on")
    meeting = select(Duty.id).where(
        Duty.unit_id == unit.id, Duty.since_on <= turn.until_on, Duty.until_on >= turn.since_on
    )
    if db.session.scalars(meeting.limit(1)).first() is not None:
        raise Refused("duty_taken", "Somebody is on duty in that time already.", field="since_on")
    made = Duty(
        unit_id=unit.id,
        since_on=turn.since_on,
        until_on=turn.until_on,
        name=turn.name,
        phone=_number(turn.phone, "phone"),
        deputy_name=turn.deputy_name,
        deputy_phone=_number(turn.deputy_phone, "deputy_phone") if turn.deputy_phone else None,
        entered_by=by,
        entered_at=now,
    )
    db.session.add(made)
    _trace(unit, "duty_added", by, now, since_on=str(turn.since_on), until_on=str(turn.until_on))
    return made


def end_duty(code: str, duty_id: int, *, by: str, now: datetime) -> None:
    """Take a turn off the roster. Raises NotFound when it isn't this unit's."""
    unit = _locked(code)
    duty = db.session.get(Duty, duty_id)
    if duty is None or duty.unit_id != unit.id:
        raise NotFound("unknown_duty", "There is no such turn of duty.", field="duty")
    span = {"since_on": str(duty.since_on), "until_on": str(duty.until_on)}
    db.session.delete(duty)
    _trace(unit, "duty_ended", by, now, **span)


def _number(typed: str, field: str) -> str:
    short = phone.short_code(typed)
    if short:
        return short
    try:
        return phone.normalise(typed)
    except phone.PhoneError as wrong:
        raise Invalid("bad_phone", "This is no phone number.", field=field) from wrong


def _locked(code: str) -> Unit:
    asked = select(Unit).where(Unit.code == code).with_for_update(key_share=True)
    unit = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if unit is None:
        raise NotFound("unknown_unit", "There is no such unit.", field="code")
    return unit


def _trace(unit: Unit, kind: str, by: str, now: datetime, **facts: object) -> None:
    audit.record(by, kind, f"unit:{unit.code}", at=now, **facts)
