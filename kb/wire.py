"""Articles as the JSON API writes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from hotline.people.models import Unit
from kb.differences import Difference
from kb.models import Revision
from kb.queries import Upkeep
from kb.ranking import Piece
from kb.reading import Hit, Page, Shown


def brief(article: Shown) -> dict[str, Any]:
    """An article in a list."""
    return {
        "number": article.number,
        "kind": article.kind.value,
        "state": article.state.value,
        "title": article.title,
        "keywords": article.keywords,
        "category": article.category[0] if article.category else None,
        "unit": article.unit[0] if article.unit else None,
        "is_public": article.is_public,
        "updated_at": article.updated_at.isoformat(),
    }


def full(article: Shown) -> dict[str, Any]:
    """An article with its words: Markdown, and the same as plain text."""
    return brief(article) | {
        "body": article.body,
        "text": article.text,
        "valid_from": article.valid_from.isoformat() if article.valid_from else None,
        "valid_until": article.valid_until.isoformat() if article.valid_until else None,
        "is_in_force": article.is_in_force,
        "source": article.source,
        "replaces": article.replaces,
        "guide": dict(article.guide),
        "questions": article.questions,
        "synonyms": article.synonyms,
        "places": article.places,
        "languages": article.languages,
        "document_number": article.document_number,
        "source_url": article.source_url,
        "publish_at": article.publish_at.isoformat() if article.publish_at else None,
        "is_approved": article.is_approved,
        "review_days": article.review_days,
        "review_on": article.review_on.isoformat() if article.review_on else None,
        "remark": article.remark,
        "same_title": article.same_title,
        "version": article.version,
        "revision": article.revision,
        "published_at": article.published_at.isoformat() if article.published_at else None,
    }


def page(found: Page) -> dict[str, Any]:
    """A page of a list."""
    return {"items": [brief(one) for one in found.items], "next": found.next}


def hit(found: Hit) -> dict[str, Any]:
    """An answer to a question, with its score and the words it was found by."""
    return {
        "number": found.article.number,
        "kind": found.article.kind.value,
        "title": found.article.title,
        "text": found.article.text,
        "category": found.article.category[0] if found.article.category else None,
        "is_public": found.article.is_public,
        "score": found.score,
        "words": found.words,
        "highlighted_title": _pieces(found.title),
        "passage": _pieces(found.passage),
    }


def revision(found: Revision) -> dict[str, Any]:
    """What was published and when, without its words."""
    return {
        "version": found.version,
        "kind_of_change": found.kind_of_change.value,
        "restores": found.restores,
        "author": found.author.name if found.author else None,
        "publisher": found.publisher.name if found.publisher else None,
        "at": found.at.isoformat(),
    }


def difference(found: Difference) -> dict[str, Any]:
    """A field that changed, and what became of each stretch of it."""
    return {
        "field": found.field,
        "before": found.before,
        "after": found.after,
        "stretches": [{"mark": one.mark.value, "text": one.text} for one in found.stretches],
    }


def upkeep(found: Mapping[int, Upkeep], units: Iterable[Unit]) -> list[dict[str, Any]]:
    """How each unit with an article keeps them, in order of the units."""
    return [
        {
            "unit": unit.code,
            "published": found[unit.id].published,
            "kept": found[unit.id].kept,
            "review_due": found[unit.id].review_due,
            "review_overdue": found[unit.id].review_overdue,
            "expired": found[unit.id].expired,
        }
        for unit in units
        if unit.id in found
    ]


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    return [{"text": one.text, "is_hit": one.is_hit} for one in pieces]
