"""Reminding people of articles to be looked at again, and of those that run out.

Decided here: which articles are due for which step, each step once for a day that is set (another
day set is reminded of anew), and that a unit is told once a step and day, however many articles
it is about; the editors hear of all of them together. Not here: how people are told, which a
package above does (`app.extensions["article_reminders"]`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flask import current_app
from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert

from hotline import audit
from hotline.extensions import db
from hotline.people.models import Unit
from kb import days, locking, rules
from kb.laying import Own
from kb.models import Article, Reminder
from kb.rules import ArticleRules, State, Step, Verb, Window

MOST = 5_000


@dataclass(frozen=True)
class Reminded:
    """What a unit's people, or the editors (no unit), are reminded of; `number` of a single one."""

    step: Step
    today: date
    count: int
    number: str | None = None
    unit_id: int | None = None
    unit_name: str = ""


@dataclass(frozen=True)
class Due:
    """An article that somebody is to be reminded of; `day` is the one that was set."""

    id: int
    number: str
    unit_id: int | None
    unit_name: str
    day: date


class Teller(Protocol):
    """Tells people; given by a package above."""

    def __call__(self, what: Reminded, *, now: datetime) -> None:
        """Tell whom it concerns."""


def remind(today: date, *, now: datetime, numbers: ArticleRules) -> int:
    """Remind of everything that is due and was not reminded of; answers how many articles."""
    tell: Teller = current_app.extensions["article_reminders"]
    total = 0
    for step, window in rules.windows(today, numbers).items():
        found = _new(step, _due(step, window), now)
        total += len(found)
        for what in _told(step, today, found):
            tell(what, now=now)
    return total


def confirm(number: str, *, by: int, now: datetime, own: Own = None) -> Article:
    """Say that a published article is still right; its next review is counted from today.

    Raises NotFound, Forbidden and Refused.
    """
    article = locking.lock(number, own)
    locking.step(article, Verb.CONFIRM)
    article.review_on = rules.next_review(article.review_days, days.on(now))
    article.updated_at = now
    facts = {"version": article.version}
    audit.record(f"staff:{by}", "article_confirmed", f"article:{number}", at=now, **facts)
    return article


def _due(step: Step, window: Window) -> Sequence[Due]:
    day = Article.review_on if step in rules.REVIEWS else Article.valid_until
    was_reminded = exists().where(
        Reminder.article_id == Article.id, Reminder.step == step, Reminder.due_on == day
    )
    query = select(Article.id, Article.number, Article.unit_id, func.coalesce(Unit.name, ""), day)
    query = query.outerjoin(Unit, Unit.id == Article.unit_id)
    query = query.where(Article.state == State.PUBLISHED, day <= window.until, ~was_reminded)
    if window.since is not None:
        query = query.where(day >= window.since)
    rows = db.session.execute(query.order_by(Article.id).limit(MOST))
    return [Due(key, number, unit, name, on) for key, number, unit, name, on in rows if on]


def _new(step: Step, found: Sequence[Due], now: datetime) -> list[Due]:
    """Those of them that nobody else is reminding of at this moment."""
    if not found:
        return []
    rows = [{"article_id": one.id, "step": step, "due_on": one.day, "at": now} for one in found]
    made = insert(Reminder).on_conflict_do_nothing().returning(Reminder.article_id)
    ours = set(db.session.scalars(made, rows))
    return [one for one in found if one.id in ours]


def _told(step: Step, today: date, found: Iterable[Due]) -> list[Reminded]:
    groups: dict[int | None, list[Due]] = {}
    for one in found:
        groups.setdefault(None, []).append(one)
        if one.unit_id is not None:
            groups.setdefault(one.unit_id, []).append(one)
    return [
        Reminded(
            step,
            today,
            len(rows),
            number=rows[0].number if len(rows) == 1 else None,
            unit_id=unit_id,
            unit_name=rows[0].unit_name if unit_id is not None else "",
        )
        for unit_id, rows in groups.items()
    ]
