"""Drafts proposed from what was answered: the same question, answered several times.

Decided here: which cases belong together, and which of their answers speaks for all. A case
counts once: it joins the proposal that is there, or waits until there are enough of its kind.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from hotline import tokens
from hotline.extensions import db
from kb.use import cases, grouping
from kb.use.cases import Case
from kb.use.grouping import Asked
from kb.use.models import Proposal
from kb.use.rules import LearningRules

MOST_QUESTIONS: Final = 8
MOST_COMPARED: Final = 40
LONGEST_TITLE: Final = 80


def propose(*, now: datetime, figures: LearningRules) -> int:
    """Read what was answered lately; answers how many new proposals there are."""
    known = list(db.session.scalars(select(Proposal)))
    seen = {ticket_id for one in known for ticket_id in one.ticket_ids}
    since = now - timedelta(days=figures.look_back_days)
    fresh = [one for one in cases.since(since) if one.ticket_id not in seen]
    left = [one for one in fresh if not _joined(one, known)]
    made = [
        _proposal(some, now)
        for some in together(left)
        if len({one.ticket_id for one in some}) >= figures.least_alike
    ]
    db.session.add_all(made)
    return len(made)


def together(found: Iterable[Case]) -> list[list[Case]]:
    """Cases of one category that ask the same, the most first."""
    by_key: dict[tuple[str, str], list[Case]] = {}
    for one in found:
        by_key.setdefault((one.category or "", one.key), []).append(one)
    made: list[list[Case]] = []
    moment = datetime.fromtimestamp(0).astimezone()
    for category in sorted({category for category, _ in by_key}):
        asked = [
            Asked(key, some[0].question, len(some), 0, moment)
            for (its, key), some in by_key.items()
            if its == category
        ]
        made += [
            [one for key in group.keys for one in by_key[category, key]]
            for group in grouping.grouped(asked)
        ]
    return sorted(made, key=lambda some: -len(some))


def speaking(answers: Sequence[str]) -> str:
    """The answer that is most like all the others; of equal ones the fuller."""
    words = [(one, tokens.words(one)) for one in answers[:MOST_COMPARED]]

    def fits(one: tuple[str, list[str]]) -> tuple[float, int]:
        return sum(grouping.alike(one[1], other) for _, other in words), len(one[0])

    return max(words, key=fits)[0]


def _joined(case: Case, known: Iterable[Proposal]) -> bool:
    """Whether it belongs to a proposal that is there, whatever became of that."""
    for one in known:
        is_same = one.category_code == case.category
        if is_same and grouping.alike(one.key.split(), case.key.split()) >= grouping.ALIKE:
            one.ticket_ids = [*one.ticket_ids, case.ticket_id]
            one.times += 1
            return True
    return False


def _proposal(some: Sequence[Case], now: datetime) -> Proposal:
    questions = list(dict.fromkeys(one.question for one in some))
    title = min(questions, key=lambda one: (len(one) > LONGEST_TITLE, questions.index(one)))
    units = [one.unit_id for one in some if one.unit_id is not None]
    return Proposal(
        key=some[0].key,
        category_code=some[0].category,
        unit_id=max(set(units), key=units.count) if units else None,
        title=title,
        questions="\n".join(one for one in questions[:MOST_QUESTIONS] if one != title),
        body=speaking([one.answer for one in some]),
        times=len(some),
        ticket_ids=[one.ticket_id for one in some],
        made_at=now,
    )
