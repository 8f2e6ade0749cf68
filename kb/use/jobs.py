"""What the learning does by the clock: sum up uses, propose drafts, forget old searches."""

from datetime import time, timedelta

from hotline import clock, settings
from hotline.jobs import Entry, transaction
from kb.use import operations, proposing
from kb.use.rules import LearningRules


def fold_uses() -> None:
    """Add the uses that are new to the articles' counts."""
    is_more = True
    while is_more:
        with transaction():
            is_more = operations.fold() == operations.AT_ONCE


def propose_drafts() -> None:
    """Make drafts of what was answered without an article."""
    with transaction():
        proposing.propose(now=clock.now(), figures=settings.read(LearningRules))


def forget_searches() -> None:
    """Delete searches and uses whose time is over; the counts stay."""
    now, figures = clock.now(), settings.read(LearningRules)
    searched = now - timedelta(days=figures.keep_searches_days)
    used = now - timedelta(days=figures.keep_uses_days)
    is_more = True
    while is_more:
        with transaction():
            is_more = operations.forget(searches_before=searched, uses_before=used) > 0


SCHEDULE = [
    Entry("kb.fold_uses", fold_uses, every=timedelta(minutes=1)),
    Entry("kb.propose_drafts", propose_drafts, daily_at=time(2, 30), queue="bulk"),
    Entry("kb.forget_searches", forget_searches, daily_at=time(3, 50), queue="bulk"),
]
