"""The published numbers: 12345 and those merged into it, opened, described, closed.

Decided here: a sub-centre needs a number to which its callers are passed; a line is closed, never
deleted, for calls name it. Every change leaves a trace. Not here: what a caller hears.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from hotline import audit, phone
from hotline.calls.kinds import Mode, Skill
from hotline.calls.models import Line
from hotline.errors import Invalid, NotFound
from hotline.extensions import db

HIGHEST_RANK = 99


@dataclass(frozen=True)
class Description:
    """What an administrator says of a line."""

    name: str
    mode: Mode
    greeting_zh: str = ""
    greeting_en: str = ""
    transfer_to: str | None = None
    skill: Skill | None = None
    rank: int = 0


def all_lines() -> list[Line]:
    """Every line there ever was, open ones first."""
    asked = select(Line).order_by(Line.closed_at.is_not(None), Line.rank.desc(), Line.number)
    return list(db.session.scalars(asked))


def line(number: str) -> Line:
    """One line. Raises NotFound."""
    found = db.session.scalars(select(Line).where(Line.number == number)).one_or_none()
    if found is None:
        raise NotFound("line_unknown", "There is no such line.", field="number")
    return found


def put(number: str, said: Description, *, by: str, now: datetime) -> tuple[Line, bool]:
    """Open a line, or describe it anew; answers whether it is new. Raises Invalid."""
    digits = number.strip()
    if not (3 <= len(digits) <= 20 and digits.isascii() and digits.isdigit()):
        raise Invalid("bad_line", "A line's number has 3 to 20 digits.", field="number")
    values = asdict(said) | {"transfer_to": _target(said)}
    made = insert(Line).values(number=digits, opened_at=now, **values)
    is_new = (
        db.session.scalar(made.on_conflict_do_nothing(index_elements=["number"]).returning(Line.id))
        is not None
    )
    found = _locked(digits)
    changed = {} if is_new else {k: v for k, v in values.items() if getattr(found, k) != v}
    for name, value in changed.items():
        setattr(found, name, value)
    if is_new or changed:
        kind = "line_opened" if is_new else "line_changed"
        audit.record(by, kind, f"line:{digits}", at=now, fields=sorted(changed))
    return found, is_new


def set_open(number: str, *, is_open: bool, by: str, now: datetime) -> Line:
    """Open a line again, or close it; nothing happens where it is so. Raises NotFound."""
    found = _locked(number)
    if (found.closed_at is None) is not is_open:
        found.closed_at = None if is_open else now
        kind = "line_reopened" if is_open else "line_closed"
        audit.record(by, kind, f"line:{number}", at=now)
    return found


def _target(said: Description) -> str | None:
    """The transfer target as it is dialled: a service number, or a whole one."""
    if not said.transfer_to:
        if said.mode is Mode.SUB_CENTRE:
            raise Invalid(
                "target_needed",
                "Say to which number the callers of a sub-centre are passed.",
                field="transfer_to",
            )
        return None
    short = phone.short_code(said.transfer_to)
    if short:
        return short
    try:
        return phone.normalise(said.transfer_to)
    except phone.PhoneError as wrong:
        raise Invalid(
            "bad_phone", "Give a phone number that can be dialled.", field="transfer_to"
        ) from wrong


def _locked(number: str) -> Line:
    asked = select(Line).where(Line.number == number).with_for_update()
    found = db.session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("line_unknown", "There is no such line.", field="number")
    return found
