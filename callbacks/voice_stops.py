"""Numbers that the machine calls no more: seen by administration, and let go with a trace.

Decided here: a number is shown masked and known by the call in which its citizen said so; letting
it go says why. Not here: what such a number means for calls (`voice_calls`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from callbacks.voice_models import VoiceStop
from hotline import audit, crypto, phone
from hotline.calls.models import Call
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.fields import Form

SHOWN = 50


class LetGoReason(StrEnum):
    """Why the machine may call a number again."""

    CITIZEN_ASKED = "citizen_asked"
    PRESSED_BY_MISTAKE = "pressed_by_mistake"
    NUMBER_CHANGED_HANDS = "number_changed_hands"


class LetGoForm(Form):
    """Why a number is let go."""

    reason: LetGoReason


@dataclass(frozen=True)
class Stopped:
    """One number, masked, and the call in which it was said."""

    call_id: int
    ref: str
    phone: str | None
    at: datetime


@dataclass(frozen=True)
class Stops:
    """The youngest ones, or those of one number; `total` of all there are."""

    items: list[Stopped]
    total: int
    wanted: str
    is_wrong: bool


def stopped(wanted: str) -> Stops:
    """The numbers that want no calls of the machine; two statements."""
    asked = select(VoiceStop, Call.ref, Call.phone).join(Call, Call.id == VoiceStop.call_id)
    is_wrong = False
    if wanted:
        try:
            index = crypto.blind_index(phone.normalise(wanted))
            asked = asked.where(VoiceStop.phone_index == index)
        except phone.PhoneError:
            is_wrong = True
    rows = db.session.execute(asked.order_by(VoiceStop.at.desc()).limit(SHOWN))
    items = [
        Stopped(stop.call_id, ref, phone.mask(number) if number else None, stop.at)
        for stop, ref, number in rows
    ]
    total = db.session.scalars(select(func.count()).select_from(VoiceStop)).one()
    return Stops([] if is_wrong else items, int(total), wanted, is_wrong)


def let_go(call_id: int, reason: LetGoReason, *, by: str, now: datetime) -> None:
    """The machine may call this number again. Raises NotFound when it may already."""
    found = db.session.scalars(
        select(VoiceStop).where(VoiceStop.call_id == call_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("stop_unknown", "The machine may call this number already.")
    db.session.delete(found)
    audit.record(by, "machine_calls_allowed", f"call:{call_id}", at=now, reason=reason.value)
