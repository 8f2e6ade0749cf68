"""What happened to a call, and who is told that it changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app

from hotline import live
from hotline.calls.models import Call, CallEvent
from hotline.events import Fact, Reader, publish
from hotline.extensions import db

CHANGED = "call.changed"
SYSTEM = "system"


def note(
    call: Call, kind: str, *, at: datetime, actor: str = SYSTEM, staff: Iterable[int | None] = (),
    **facts: Any,
) -> None:  # fmt: skip
    """Write one line of the call's history, and tell the pages of it.

    `staff`: whose seats changed with it. `facts` hold ids and codes, no words and no numbers.
    """
    db.session.add(CallEvent(call_id=call.id, kind=kind, at=at, actor=actor, facts=facts))
    call.heard_at = max(call.heard_at, at)
    seats = [one for one in {call.staff_id, call.offered_to, *staff} if one is not None]
    told = {"ref": call.ref, "seats": sorted(seats)}
    publish([Fact(CHANGED, f"call:{call.id}", told, at)])


def tell_seat(staff_id: int, at: datetime) -> None:
    """Tell the pages that an operator's state changed."""
    publish([Fact(CHANGED, f"seat:{staff_id}", {"seats": [staff_id]}, at)])


def keep_in_mind(fact: Fact) -> None:
    """Reader: told when the relay has committed; what is lost makes a page stale, no more."""
    _kept().update({"calls", *(f"seat:{one}" for one in fact.facts["seats"])})
    if "ref" in fact.facts:
        _kept().add(f"call:{fact.facts['ref']}")


def tell() -> None:
    """Tell the hotline's pages what to look at again."""
    topics = set(_kept())
    _kept().clear()
    if topics:
        live.tell(topics)


def _kept() -> set[str]:
    kept: set[str] = current_app.extensions.setdefault("calls_to_tell", set())
    return kept


READERS: list[Reader] = [(CHANGED, "calls.tell", keep_in_mind)]
LIGHT = {keep_in_mind}
