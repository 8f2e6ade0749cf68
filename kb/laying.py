"""A wording laid onto an article's row, and read back from it.

Decided here: that category and unit must be known and in use, but that an article keeps the ones
it has although they are gone; and that a unit's people write for their own unit only (`own` holds
its ids; None: an editor, for any). Not here: who changes what when (`operations`).
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from hotline.errors import Invalid
from hotline.extensions import db
from hotline.people import queries as people
from hotline.people.models import Unit
from kb import index, queries, rules
from kb.models import Article
from kb.wording import FIELDS, Wording

Own = Collection[int] | None
COLUMNS = tuple({"category": "category_code", "unit": "unit_id"}.get(one, one) for one in FIELDS)


def columns(wording: Wording, own: Own = None, keeps: Article | None = None) -> dict[str, Any]:
    """The columns of a wording; `keeps` is the article whose category and unit may stay.

    Raises Invalid for an unknown category or unit, or a unit that is not theirs.
    """
    is_kept = keeps is not None and wording.category == keeps.category_code
    if wording.category and not is_kept and not queries.category_exists(wording.category):
        raise Invalid("unknown_category", "There is no such category.", field="category")
    found = {name: getattr(wording, name) for name in FIELDS if name not in ("category", "unit")}
    found["guide"] = dict(wording.guide)
    return found | {"category_code": wording.category, "unit_id": _unit(wording, own, keeps)}


def lay(article: Article, given: dict[str, Any]) -> None:
    """Give the article these words, and the index with them."""
    for name, value in given.items():
        setattr(article, name, value)
    article.tokens = indexed(given)


def indexed(given: dict[str, Any]) -> Any:
    """The words of the columns as the database's own search finds them."""
    return index.vector(**{name: given[name] for name in ("title", "keywords", "body")})


def of(article: Article) -> dict[str, Any]:
    """The columns of a row's wording."""
    return {name: getattr(article, name) for name in COLUMNS}


def said_by(article: Article) -> Wording:
    """What the row says; its unit is looked up."""
    unit = db.session.get(Unit, article.unit_id) if article.unit_id else None
    given = {name: getattr(article, name) for name in FIELDS if name not in ("category", "unit")}
    return Wording(**given, category=article.category_code, unit=unit.code if unit else None)


def in_use(wording: Wording, keeps: Article) -> Wording:
    """The wording with the article's present category and unit where its own are gone."""
    present = said_by(keeps)
    if wording.category and not queries.category_exists(wording.category):
        wording = replace(wording, category=present.category)
    if wording.unit and people.unit_by_code(wording.unit) is None:
        wording = replace(wording, unit=present.unit)
    return wording


def _unit(wording: Wording, own: Own, keeps: Article | None) -> int | None:
    if not wording.unit:
        return _by_itself(own, keeps)
    unit = people.unit_by_code(wording.unit) or _kept_unit(wording.unit, keeps)
    if unit is None:
        raise Invalid("unknown_unit", "There is no such unit.", field="unit")
    if not rules.may_touch(unit.id, own):
        raise Invalid("not_your_unit", "You write articles for your own unit only.", field="unit")
    return unit.id


def _by_itself(own: Own, keeps: Article | None) -> int | None:
    """The unit when none is named: an editor's article has none, a unit's own has that."""
    if own is None:
        return None
    if keeps is not None and rules.may_touch(keeps.unit_id, own):
        return keeps.unit_id
    if len(own) == 1:
        return next(iter(own))
    raise Invalid("unit_needed", "Say for which of your units the article is.", field="unit")


def _kept_unit(code: str, keeps: Article | None) -> Unit | None:
    kept = db.session.get(Unit, keeps.unit_id) if keeps and keeps.unit_id else None
    return kept if kept is not None and kept.code == code else None
