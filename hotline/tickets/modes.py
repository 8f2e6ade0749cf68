"""Emergency mode switched on and off, and read by every page at most every few seconds.

Decided here: one mode at a time; one whose time is over counts as ended though nobody ended it.
What it changes says `mode_rules`.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from hotline import audit, clock, jobs
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.tickets import mode_rules, queries
from hotline.tickets.desk_models import EmergencyMode
from hotline.tickets.mode_rules import Mode
from hotline.words import N_

SYSTEM = "system"
KEPT = "emergency_mode"
KEPT_SECONDS = 5.0
FAULTS = {
    "ends_in_past": N_("This time is over already: choose a later end, or leave it open."),
    "ends_too_late": N_("Set it for a month at most; it can be switched on again."),
}


@dataclass(frozen=True)
class Switch:
    """What somebody switches on: its name, words for citizens, its end, what waits meanwhile."""

    title: str
    announcement: str
    acknowledgement: str
    is_holding_callbacks: bool
    ends_at: datetime | None = None


def start(switch: Switch, *, by: str, now: datetime) -> EmergencyMode:
    """Switch the mode on. Raises Refused while one runs, Invalid for an end that can't be."""
    running = _running()
    if running is not None and (running.ends_at is None or running.ends_at > now):
        raise Refused("mode_is_on", "Emergency mode is on already: end it first.")
    if running is not None:
        _finish(running, by=SYSTEM, at=running.ends_at or now)
    fault = mode_rules.fault(switch.ends_at, now)
    if fault is not None:
        raise Invalid(fault, FAULTS[fault], field="ends_at")
    made = EmergencyMode(
        title=switch.title,
        announcement=switch.announcement,
        acknowledgement=switch.acknowledgement,
        is_holding_callbacks=switch.is_holding_callbacks,
        started_at=now,
        started_by=by,
        ends_at=switch.ends_at,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(by, "emergency_started", f"mode:{made.id}", at=now, title=switch.title)
    forget()
    return made


def end(*, by: str, now: datetime) -> None:
    """Switch the mode off. Raises Refused when none is on."""
    running = _running()
    if running is None:
        raise Refused("mode_is_off", "Emergency mode is off already.")
    _finish(running, by=by, at=now)
    forget()


def end_expired() -> None:
    """End the mode whose time has come; for the clock process."""
    with jobs.transaction():
        running, now = _running(), clock.now()
        if running is not None and running.ends_at is not None and running.ends_at <= now:
            _finish(running, by=SYSTEM, at=running.ends_at)


def current(now: datetime) -> Mode | None:
    """The mode in force; read from the database at most every few seconds."""
    kept = current_app.extensions.get(KEPT)
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        kept = (time.monotonic(), queries.read_mode())
        current_app.extensions[KEPT] = kept
    mode: Mode | None = kept[1]
    return mode_rules.in_force(mode, now)


def history(limit: int) -> list[EmergencyMode]:
    """The modes that were, the youngest first."""
    found = select(EmergencyMode).order_by(EmergencyMode.id.desc()).limit(limit)
    return list(db.session.scalars(found))


def forget() -> None:
    """Read it anew next time; for who just changed it."""
    current_app.extensions.pop(KEPT, None)
    queries.forget_rulebook()


def _running() -> EmergencyMode | None:
    return db.session.scalars(
        select(EmergencyMode).where(EmergencyMode.ended_at.is_(None)).with_for_update()
    ).one_or_none()


def _finish(running: EmergencyMode, *, by: str, at: datetime) -> None:
    running.ended_at, running.ended_by = at, by
    db.session.flush()
    audit.record(by, "emergency_ended", f"mode:{running.id}", at=at, title=running.title)
