"""Which notices there are, and which concern a place.

What is running or coming is few: it is read whole by one index range, and the areas are compared
here. What is past is paged by key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from hotline.access import Viewer
from hotline.extensions import db
from hotline.notices import rules
from hotline.notices.models import Notice
from hotline.notices.operations import may_announce_for
from hotline.notices.rules import Fit, Phase, Supply
from hotline.people.models import Unit, UnitKind
from hotline.tickets import places
from hotline.tickets import queries as tickets

A_PAGE = 30
MOST = 500
ORDER = {Fit.PLACE: 0, Fit.DISTRICT: 1, Fit.NEAR: 2}


@dataclass(frozen=True)
class NoticeView:
    """A notice as anybody may read it; `fit` says how it concerns the place that was asked for."""

    id: int
    supply: Supply
    unit_id: int
    unit_code: str
    unit_name: str
    districts: tuple[str, ...]
    area: str
    text: str
    begins_at: datetime
    ends_at: datetime
    phase: Phase
    fit: Fit | None = None

    @property
    def is_here(self) -> bool:
        """Whether the place itself is concerned, and not only something near it."""
        return self.fit in (Fit.PLACE, Fit.DISTRICT)


def at(district: str | None, place_text: str, now: datetime) -> list[NoticeView]:
    """What runs or soon begins at a place: those that name it first, then those near.

    `district` is a unit's code; without one the place's words may name it. One statement.
    """
    names = tickets.rulebook().districts
    known = district if district in names else places.district_in(place_text, names)
    place = places.folded(place_text)
    if not place and known is None:
        return []
    soon = Notice.begins_at <= now + rules.ANNOUNCED_BEFORE
    rows = db.session.execute(_open(now).where(soon))
    found = [
        _view(notice, unit, now, how)
        for notice, unit in rows
        if (how := rules.fit(notice.words, notice.districts, known, place)) is not None
    ]
    return sorted(found, key=lambda one: (ORDER[one.fit or Fit.NEAR], one.begins_at))


def running(now: datetime, *, limit: int = MOST) -> list[NoticeView]:
    """What runs now, what ends first first; one statement."""
    asked = _open(now).where(Notice.begins_at <= now).limit(limit)
    return [_view(*row, now) for row in db.session.execute(asked)]


def coming(now: datetime, *, limit: int = MOST) -> list[NoticeView]:
    """What begins later, the nearest first; one statement."""
    asked = _open(now).where(Notice.begins_at > now).limit(limit)
    found = [_view(*row, now) for row in db.session.execute(asked)]
    return sorted(found, key=lambda one: one.begins_at)


def past(now: datetime, before: int | None = None) -> tuple[list[NoticeView], int | None]:
    """What is over, the last entered first, and the key of the next page; one statement."""
    asked = _with_unit().where(Notice.ends_at <= now).order_by(Notice.id.desc())
    if before is not None:
        asked = asked.where(Notice.id < before)
    rows = db.session.execute(asked.limit(A_PAGE + 1)).all()
    found = [_view(*row, now) for row in rows[:A_PAGE]]
    return found, found[-1].id if len(rows) > A_PAGE else None


def sources(viewer: Viewer) -> list[tuple[str, str]]:
    """The units for which the viewer may announce, as a select's options; one statement.

    The hotline sees those that supply the public first, because nearly all notices are theirs.
    """
    asked = select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.code)
    units = [one for one in db.session.scalars(asked) if may_announce_for(one, viewer)]
    ordered = sorted(units, key=lambda one: one.kind is not UnitKind.PUBLIC_SERVICE)
    return [(one.code, one.name) for one in ordered]


def district_names(codes: Iterable[str]) -> list[str]:
    """The districts' names as people say them."""
    names = tickets.rulebook().districts
    return [max(places.spellings(names[code]), key=len) for code in codes if code in names]


def district_options() -> list[tuple[str, str]]:
    """The districts as a select's options, named as people name them."""
    codes = list(tickets.rulebook().districts)
    return list(zip(codes, district_names(codes), strict=True))


def _open(now: datetime) -> Select[Notice, Unit]:
    return _with_unit().where(Notice.ends_at > now).order_by(Notice.ends_at, Notice.id).limit(MOST)


def _with_unit() -> Select[Notice, Unit]:
    return select(Notice, Unit).join(Unit, Unit.id == Notice.unit_id)


def _view(notice: Notice, unit: Unit, now: datetime, how: Fit | None = None) -> NoticeView:
    return NoticeView(
        id=notice.id,
        supply=notice.supply,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        districts=tuple(notice.districts),
        area=notice.area,
        text=notice.text,
        begins_at=notice.begins_at,
        ends_at=notice.ends_at,
        phase=rules.phase(notice.begins_at, notice.ends_at, now),
        fit=how,
    )
