"""Following the deadlines after a change of the calendar: who asked, how far it is.

A row is written in the transaction of the change, so that it is followed whatever happens to
Redis or a worker. Whoever works on it locks it for a batch and says for how long nobody else
need take it up; abandoned, it goes on where it was left. Not here: which deadlines move
(`tickets`).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Index,
    Integer,
    String,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Code, Key, Stamp, one_of
from hotline.errors import NotFound
from hotline.events import Fact, publish
from hotline.extensions import Base, db

CLAIMED_FOR = timedelta(seconds=60)
LOOK_AGAIN_AFTER = timedelta(seconds=60)
"""By then nobody counts with the calendar of before any more."""
PAUSE = timedelta(seconds=3)
SHOWN = 5
CALENDAR_LOCK = 1_234_500_002
ASKED = "recomputation_asked"


class Stage(StrEnum):
    """How far a recomputation is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class Recomputation(Base):
    """One change of the calendar and how far the deadlines have followed it.

    `days` are those that began or ceased to count; `since_on` is the first day whose deadlines
    may be touched. `reached_at` and `reached_clock` say where the next batch begins.
    """

    __tablename__ = "calendar_recomputations"
    __table_args__ = (
        one_of("stage", Stage),
        Index(
            "ix_calendar_recomputations_open",
            "id",
            postgresql_where=text("stage <> 'done' OR look_again_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(80))
    days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    since_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[Stamp]
    asked_by: Mapped[str] = mapped_column(String(60))
    stage: Mapped[Stage] = mapped_column(Code(Stage), server_default="waiting")
    total: Mapped[int] = mapped_column(Integer, server_default="0")
    looked_at: Mapped[int] = mapped_column(Integer, server_default="0")
    moved: Mapped[int] = mapped_column(Integer, server_default="0")
    was_passed_by: Mapped[bool] = mapped_column(Boolean, server_default="false")
    reached_at: Mapped[Stamp | None]
    reached_clock: Mapped[int | None] = mapped_column(BigInteger)
    claimed_until: Mapped[Stamp | None]
    done_at: Mapped[Stamp | None]
    look_again_at: Mapped[Stamp | None]


def hold_calendar() -> None:
    """Let the calendar change only while no deadline is being moved, until the commit."""
    db.session.execute(select(func.pg_advisory_xact_lock(CALENDAR_LOCK)))


def hold_still() -> None:
    """Let nobody change the calendar until the commit; several may ask for that at once."""
    db.session.execute(select(func.pg_advisory_xact_lock_shared(CALENDAR_LOCK)))


def follow(subject: str, days: Iterable[date], since_on: date, *, by: str, now: datetime) -> int:
    """Let the deadlines follow a change: written down, and told to whoever moves them."""
    row = _row(subject, sorted(days), since_on, by=by, now=now)
    db.session.add(row)
    db.session.flush()
    publish([Fact(ASKED, f"recomputation:{row.id}", {"subject": subject}, now)])
    return row.id


def nothing_to_follow(subject: str, *, by: str, now: datetime) -> int:
    """A change that no deadline counts with; who asks how far it is hears that it is done."""
    row = _row(subject, [], now.date(), by=by, now=now)
    row.stage, row.done_at = Stage.DONE, now
    db.session.add(row)
    db.session.flush()
    return row.id


def take(row_id: int, now: datetime) -> Recomputation | None:
    """Lock a recomputation for one batch; None when it is done or somebody is at it right now."""
    return db.session.scalars(
        select(Recomputation)
        .where(Recomputation.id == row_id, _is_unfinished(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def went_on(run: Recomputation, looked_at: int, moved: int, *, now: datetime) -> None:
    """A batch is done; for a while nobody else need take it up."""
    run.looked_at += looked_at
    run.moved += moved
    run.claimed_until = now + CLAIMED_FOR


def end_pass(run: Recomputation, *, now: datetime) -> None:
    """Everything was looked at: it is done, unless tickets were passed by that others held.

    Then, and once more a minute after it was done, all is looked at again.
    """
    run.claimed_until = now + PAUSE if run.was_passed_by else None
    if run.was_passed_by:
        run.was_passed_by = False
    elif run.stage is Stage.DONE:
        run.look_again_at = None
    else:
        run.stage, run.done_at, run.look_again_at = Stage.DONE, now, now + LOOK_AGAIN_AFTER


def waiting(now: datetime) -> list[int]:
    """What nobody works on, the oldest first: not begun, abandoned, or to be looked at again."""
    is_free = or_(Recomputation.claimed_until.is_(None), Recomputation.claimed_until < now)
    asked = select(Recomputation.id).where(_is_unfinished(now), is_free).order_by(Recomputation.id)
    return list(db.session.scalars(asked))


def get(row_id: int) -> Recomputation:
    """One of them. Raises NotFound."""
    found = db.session.get(Recomputation, row_id) if row_id < 2**63 else None
    if found is None:
        words = "There is no such recomputation."
        raise NotFound("unknown_recomputation", words, field="id")
    return found


def latest(limit: int = SHOWN) -> list[Recomputation]:
    """The latest ones, the youngest first."""
    asked = select(Recomputation).order_by(Recomputation.id.desc()).limit(limit)
    return list(db.session.scalars(asked))


def on_the_wire(row: Recomputation) -> dict[str, Any]:
    """How far it is, as the API tells it."""
    return {
        "id": row.id,
        "subject": row.subject,
        "days": [day.isoformat() for day in row.days],
        "state": row.stage.value,
        "total": row.total,
        "done": row.total if row.stage is Stage.DONE else min(row.looked_at, row.total),
        "moved": row.moved,
        "asked_at": row.asked_at.isoformat(),
        "done_at": row.done_at.isoformat() if row.done_at else None,
    }


def _is_unfinished(now: datetime) -> ColumnElement[bool]:
    return or_(Recomputation.stage != Stage.DONE, Recomputation.look_again_at <= now)


def _row(
    subject: str, days: list[date], since_on: date, *, by: str, now: datetime
) -> Recomputation:
    return Recomputation(
        subject=subject,
        days=days,
        since_on=since_on,
        asked_at=now,
        asked_by=by,
        stage=Stage.WAITING,
        total=0,
        looked_at=0,
        moved=0,
        was_passed_by=False,
    )
