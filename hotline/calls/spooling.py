"""Calls that came while nothing could be stored: kept in files, made up for afterwards.

Decided here: one file a call, however often it is told, on the disk before the caller hears that
it was noted; replayed exactly once, and only for who was not spoken to meanwhile. The number lies
encrypted. Not here: what the caller hears, when the files are looked at (`spool_jobs`).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import get_ident

from sqlalchemy import select

from hotline import crypto
from hotline.calls import arriving, finding, history, queueing, states
from hotline.calls.arriving import Arrival
from hotline.calls.ending import At
from hotline.calls.kinds import HungUpBy, LegEnd, LegState, Purpose
from hotline.calls.models import Call, CallEvent
from hotline.calls.rules import callback_at
from hotline.calls.states import CallState, CallVerb
from hotline.extensions import db

FOLDER = Path("spool") / "calls"
ENDING, BROKEN = ".json", ".broken"
SPOOLED = "spooled"
CUT_OFF = (CallState.RINGING, CallState.MENU, CallState.WAITING)


@dataclass(frozen=True)
class Kept:
    """A call as it was when nothing could be stored."""

    arrival: Arrival
    at: datetime


def keep(var_dir: Path, arrival: Arrival, at: datetime) -> None:
    """Put the call on the disk; it is there, whole, when this returns. Raises OSError."""
    path = (
        var_dir
        / FOLDER
        / f"{hashlib.sha256(arrival.provider_id.encode()).hexdigest()[:40]}{ENDING}"
    )
    if path.exists():
        return
    words = json.dumps(
        {
            "provider_id": arrival.provider_id,
            "sender": crypto.encrypt(arrival.sender).decode() if arrival.sender else None,
            "recipient": arrival.recipient,
            "at": at.isoformat(),
        }
    )
    put(path, words)


def put(path: Path, words: str) -> None:
    """Write a file of a spool; it is there, whole, when this returns. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync(path.parent)


def waiting(var_dir: Path) -> Iterator[Path]:
    """The files that are there, the oldest first."""
    found = (var_dir / FOLDER).glob(f"[!.]*{ENDING}")
    yield from sorted(found, key=lambda path: path.stat().st_mtime)


def read(path: Path) -> Kept:
    """What was kept. Raises ValueError, KeyError or InvalidToken for what nobody can read."""
    held = json.loads(path.read_text(encoding="utf-8"))
    sender = crypto.decrypt(held["sender"].encode()) if held["sender"] else None
    arrival = Arrival(str(held["provider_id"]), sender, str(held["recipient"]))
    return Kept(arrival, datetime.fromisoformat(held["at"]))


def make_up(kept: Kept, at: At) -> None:
    """Write down the call that was missed, and that we owe one; done twice, it is done once."""
    call = arriving.arrive(kept.arrival, now=kept.at, rules=at.rules)
    if _is_made_up(call):
        return
    history.note(call, SPOOLED, at=at.now)
    if call.state in CUT_OFF:
        _cut_off(call, kept.at)
    if call.state is CallState.ABANDONED and not _was_heard(call, kept.at):
        when = callback_at(at.now, at.zone, at.rules)
        queueing.owe(call, Purpose.MISSED, now=at.now, not_before=when)


def _cut_off(call: Call, when: datetime) -> None:
    call.state = states.move(call.state, CallVerb.ABANDON)
    call.ended_at, call.hung_up_by = call.ended_at or when, HungUpBy.SYSTEM
    for leg in finding.open_legs(call):
        leg.state, leg.outcome, leg.ended_at = LegState.ENDED, LegEnd.COMPLETED, when


def _is_made_up(call: Call) -> bool:
    asked = select(CallEvent.id).where(CallEvent.call_id == call.id, CallEvent.kind == SPOOLED)
    return db.session.scalar(asked.limit(1)) is not None


def _was_heard(call: Call, since: datetime) -> bool:
    """Whether a call is owed for this one already, or the citizen was spoken to since."""
    owed = Call.origin_id == call.id
    spoken = (Call.phone_index == call.phone_index) & (Call.answered_at >= since)
    asked = select(Call.id).where(owed | spoken, Call.id != call.id)
    return db.session.scalar(asked.limit(1)) is not None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
