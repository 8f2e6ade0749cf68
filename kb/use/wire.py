"""What was learned, as the JSON API writes it."""

from typing import Any

from kb.use.grouping import Group
from kb.use.queries import Complained, Figures, Proposed


def gap(one: Group) -> dict[str, Any]:
    """A group of questions asked in vain."""
    return {
        "words": one.words,
        "keys": one.keys,
        "examples": one.examples,
        "times": one.times,
        "without_answer": one.without_answer,
        "sources": one.sources,
        "last_at": one.last_at.isoformat(),
    }


def proposal(one: Proposed) -> dict[str, Any]:
    """A draft that answers suggest."""
    return {
        "id": one.id,
        "title": one.title,
        "questions": one.questions,
        "body": one.body,
        "times": one.times,
        "category": one.category[0] if one.category else None,
        "unit": one.unit[0] if one.unit else None,
        "tickets": one.tickets,
        "made_at": one.made_at.isoformat(),
        "state": one.state.value,
        "article": one.article,
    }


def complaint(one: Complained) -> dict[str, Any]:
    """What is said to be wrong with an article."""
    return {
        "id": one.id,
        "article": one.number,
        "title": one.title,
        "words": one.words,
        "source": one.source.value,
        "by": one.by,
        "ticket": one.ticket,
        "at": one.at.isoformat(),
        "state": one.state.value,
    }


def figures(one: Figures) -> dict[str, Any]:
    """What an article was good for."""
    return {
        "number": one.number,
        "title": one.title,
        "opened": one.opened,
        "inserted": one.inserted,
        "texted": one.texted,
        "answered": one.answered,
        "used": one.used,
        "helpful": one.helpful,
        "unhelpful": one.unhelpful,
        "complained": one.complained,
    }
