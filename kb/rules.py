"""An article's life: kinds, states, what leads where, four eyes, and when it is in force.

Decided here: that nothing is published by the one who wrote it, and that a published article
stays as it is while a changed wording waits for its second pair of eyes. Not here: who may
write at all (`access`), and how answers are found (`ranking`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What an article is."""

    ITEM_GUIDE = "item_guide"
    QA = "qa"
    POLICY = "policy"
    NOTICE = "notice"
    SCRIPT = "script"


class State(StrEnum):
    """Where an article stands; only a published one answers anybody."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETIRED = "retired"


class Verb(StrEnum):
    """What an editor does with an article."""

    EDIT = "edit"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    UNSCHEDULE = "unschedule"
    CONFIRM = "confirm"
    RETIRE = "retire"


class Change(StrEnum):
    """How a revision came to be."""

    PUBLISHED = "published"
    REWORDED = "reworded"
    RESTORED = "restored"
    REPUBLISHED = "republished"
    IMPORTED = "imported"


class Step(StrEnum):
    """What people are reminded of, each once for a day that is set."""

    REVIEW_DUE = "review_due"
    REVIEW_OVERDUE = "review_overdue"
    EXPIRING = "expiring"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ArticleRules:
    """How long before an article runs out people are reminded, and when a review is overdue."""

    expiring_days: int = 30
    overdue_days: int = 14

    def __post_init__(self) -> None:
        if min(self.expiring_days, self.overdue_days) < 1:
            raise ValueError("every number must be at least 1")


@dataclass(frozen=True)
class Window:
    """Days from one to another, both included; without a beginning when `since` is None."""

    since: date | None
    until: date


REVIEWS: Final = frozenset({Step.REVIEW_DUE, Step.REVIEW_OVERDUE})

# Editing a published article leaves it as it is: the new wording is a draft beside it.
MOVES: Final[Mapping[tuple[State, Verb], State]] = {
    (State.DRAFT, Verb.EDIT): State.DRAFT,
    (State.DRAFT, Verb.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Verb.RETIRE): State.RETIRED,
    (State.SUBMITTED, Verb.EDIT): State.DRAFT,
    (State.SUBMITTED, Verb.SEND_BACK): State.DRAFT,
    (State.SUBMITTED, Verb.PUBLISH): State.PUBLISHED,
    (State.SUBMITTED, Verb.UNSCHEDULE): State.SUBMITTED,
    (State.SUBMITTED, Verb.RETIRE): State.RETIRED,
    (State.PUBLISHED, Verb.EDIT): State.PUBLISHED,
    (State.PUBLISHED, Verb.CONFIRM): State.PUBLISHED,
    (State.PUBLISHED, Verb.RETIRE): State.RETIRED,
    (State.RETIRED, Verb.EDIT): State.DRAFT,
}

_BETWEEN: Final = re.compile(r"[,，、;；]")
_NUMBER: Final = re.compile(r"K[0-9]{6,18}")

UNFINISHED: Final = frozenset({State.DRAFT, State.SUBMITTED})


def after(state: State, verb: Verb) -> State | None:
    """The state the verb leads to; None when it is not possible in this state."""
    return MOVES.get((state, verb))


def possible(state: State) -> list[Verb]:
    """What can be done with an article in this state, in the order of the vocabulary."""
    return [verb for verb in Verb if (state, verb) in MOVES]


def is_number(text: str) -> bool:
    """Whether the text has the shape of an article's number."""
    return _NUMBER.fullmatch(text) is not None


def may_touch(unit_id: int | None, own: Collection[int] | None) -> bool:
    """Whether an article of this unit is theirs: editors (`own` is None) may touch any."""
    return own is None or unit_id in own


def entries(words: str) -> list[str]:
    """What is written one after the other: commas (also Chinese ones) or blanks between."""
    return _BETWEEN.sub(" ", words).split()


def windows(today: date, numbers: ArticleRules) -> dict[Step, Window]:
    """Which days make which step due today; no day falls in two of one kind."""
    late = today - timedelta(days=numbers.overdue_days)
    soon = today + timedelta(days=numbers.expiring_days)
    return {
        Step.REVIEW_DUE: Window(late + timedelta(days=1), today),
        Step.REVIEW_OVERDUE: Window(None, late),
        Step.EXPIRING: Window(today, soon),
        Step.EXPIRED: Window(None, today - timedelta(days=1)),
    }


def next_review(review_days: int | None, today: date) -> date | None:
    """The day on which somebody has to look at the article again."""
    return None if review_days is None else today + timedelta(days=review_days)


def may_publish(author_id: int | None, publisher_id: int) -> bool:
    """Whether this person may publish these words: anybody but the one who wrote them."""
    return author_id != publisher_id


def is_in_force(valid_from: date | None, valid_until: date | None, today: date) -> bool:
    """Whether the article holds on this day; both dates are included."""
    return (valid_from is None or valid_from <= today) and (
        valid_until is None or today <= valid_until
    )
