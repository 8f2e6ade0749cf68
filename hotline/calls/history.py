"""What happened to a call, and who is told that it changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

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
    _changed(at, f"call:{call.ref}", *(f"seat:{one}" for one in seats))


def tell_seat(staff_id: int, at: datetime) -> None:
    """Tell the pages that an operator's state changed."""
    _changed(at, f"seat:{staff_id}")


def keep_in_mind(fact: Fact) -> None:
    """Reader: told when the relay has committed; what is lost makes a page stale, no more."""
    _kept().update(("calls", *fact.facts.get("topics", ())))


def tell() -> None:
    """Tell the hotline's pages what to look at again."""
    topics = set(_kept())
    _kept().clear()
    if topics:
        live.tell(topics)


def _changed(at: datetime, *topics: str) -> None:
    """Many steps of one transaction are one piece of news, published as it commits."""
    db.session.info.setdefault(CHANGED, {}).update(dict.fromkeys(topics, at))


def publish_changed(session: Session) -> None:
    """Before a commit: the news that its steps have made."""
    changed: dict[str, datetime] = session.info.pop(CHANGED, {})
    if changed:
        facts = {"topics": sorted(changed)}
        publish([Fact(CHANGED, "calls", facts, max(changed.values()))])


def _kept() -> set[str]:
    kept: set[str] = current_app.extensions.setdefault("calls_to_tell", set())
    return kept


READERS: list[Reader] = [(CHANGED, "calls.tell", keep_in_mind)]
LIGHT = {keep_in_mind}
