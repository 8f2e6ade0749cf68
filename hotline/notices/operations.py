"""Announcing an outage or closure, giving it another end, ending it.

Decided here: the hotline announces for any unit that supplies the public or closes roads; a
unit's own people for their unit alone. Whoever may not, gets the refusal before anything is
written. Not here: whom it concerns (`rules`, `queries`).
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline import audit, events
from hotline.access import Viewer
from hotline.errors import Forbidden, Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.notices import rules
from hotline.notices.models import Notice
from hotline.notices.rules import Phase, Supply
from hotline.people.models import Unit
from hotline.tickets.places import folded
from hotline.words import N_

CHANGED = "notice_changed"
FAULTS = {
    "ends_before_it_begins": ("ends_at", N_("The end must lie after the beginning.")),
    "too_long": ("ends_at", N_("A notice lasts at most 30 days.")),
    "over_already": ("ends_at", N_("That time is over already.")),
    "too_far_ahead": ("begins_at", N_("A notice begins at most 60 days from now.")),
    "no_area": ("area", N_("Name streets or estates, or choose a district.")),
    "area_too_long": ("area", N_("At most 60 names of at most 40 characters each.")),
    "word_too_short": ("area", N_("Each name needs at least two characters.")),
}


@dataclass(frozen=True)
class Announcement:
    """What is announced; `unit` is the source's code."""

    unit: str
    supply: Supply
    districts: tuple[str, ...]
    area: str
    text: str
    begins_at: datetime
    ends_at: datetime


def announce(said: Announcement, *, by: Viewer, now: datetime, districts: Container[str]) -> Notice:
    """Enter a notice; `districts` are the codes there are.

    Raises Invalid naming the field, Forbidden for another's unit.
    """
    unit = _source(said.unit, by)
    if any(code not in districts for code in said.districts):
        raise Invalid("unknown_unit", "There is no such district.", field="districts")
    words = list(dict.fromkeys(folded(word) for word in rules.words_of(said.area)))
    _refuse(rules.area_fault(words, said.districts))
    _refuse(rules.span_fault(said.begins_at, said.ends_at, now))
    made = Notice(
        unit_id=unit.id,
        supply=said.supply,
        districts=sorted(set(said.districts)),
        area=said.area,
        words=words,
        text=said.text,
        begins_at=said.begins_at,
        ends_at=said.ends_at,
        entered_at=now,
        entered_by=by.actor,
    )
    db.session.add(made)
    db.session.flush()
    _tell(made, "notice_entered", by=by, now=now)
    return made


def change_end(notice_id: int, ends_at: datetime, *, by: Viewer, now: datetime) -> Notice:
    """It lasts longer or less long. Raises Invalid, NotFound, Forbidden, Refused when past."""
    notice = _lock(notice_id, by, now)
    _refuse(rules.span_fault(max(notice.begins_at, now - rules.FURTHEST_BACK), ends_at, now))
    if ends_at - notice.begins_at > rules.LONGEST:
        _refuse("too_long")
    notice.ends_at, notice.changed_at, notice.changed_by = ends_at, now, by.actor
    _tell(notice, "notice_moved", by=by, now=now)
    return notice


def end(notice_id: int, *, by: Viewer, now: datetime) -> None:
    """It is over, or won't be. Raises NotFound, Forbidden, Refused when past."""
    notice = _lock(notice_id, by, now)
    if notice.begins_at >= now:
        _tell(notice, "notice_taken_back", by=by, now=now)
        db.session.delete(notice)
        return
    notice.ends_at, notice.changed_at, notice.changed_by = now, now, by.actor
    _tell(notice, "notice_ended", by=by, now=now)


def may_announce_for(unit: Unit, viewer: Viewer) -> bool:
    """Whether the viewer may announce what this unit does: the hotline for each, a unit its own."""
    return viewer.is_hotline or unit.id in viewer.unit_ids


def _source(code: str, by: Viewer) -> Unit:
    unit = db.session.scalar(select(Unit).where(Unit.code == code, Unit.closed_at.is_(None)))
    if unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="unit")
    if not may_announce_for(unit, by):
        raise Forbidden("not_your_unit", "Units announce only for themselves.", field="unit")
    return unit


def _lock(notice_id: int, by: Viewer, now: datetime) -> Notice:
    found = db.session.execute(
        select(Notice, Unit)
        .join(Unit, Unit.id == Notice.unit_id)
        .where(Notice.id == notice_id)
        .with_for_update(of=Notice, key_share=True)
    ).one_or_none()
    if found is None:
        raise NotFound("notice_not_found", "There is no such notice.")
    notice, unit = found
    if not may_announce_for(unit, by):
        raise Forbidden("not_your_unit", "Units announce only for themselves.", field="unit")
    if rules.phase(notice.begins_at, notice.ends_at, now) is Phase.PAST:
        raise Refused("notice_over", "This notice is over already.")
    return notice


def _tell(notice: Notice, kind: str, *, by: Viewer, now: datetime) -> None:
    subject = f"notice:{notice.id}"
    facts = {"ends_at": notice.ends_at.isoformat()}
    audit.record(by.actor, kind, subject, at=now, **facts)
    events.publish([events.Fact(CHANGED, subject, facts, now)])


def _refuse(fault: str | None) -> None:
    if fault is not None:
        field, words = FAULTS[fault]
        raise Invalid(fault, words, field=field)
