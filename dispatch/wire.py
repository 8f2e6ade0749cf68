"""Suggestions as the JSON API writes them."""

from typing import Any

from dispatch import suggesting
from dispatch.forms import SuggestForm
from dispatch.routing import Spot
from dispatch.suggesting import Advice
from hotline.errors import Invalid
from hotline.tickets import queries as tickets
from hotline.tickets.intake import leaf_of

CERTAIN = 1.0


def suggestion(asked: SuggestForm) -> dict[str, Any]:
    """Category and units for a matter. Raises Invalid for an unknown category or district.

    `because` holds codes, and `word:…` for each word that led to the category; the category's
    first unit is certain where the caller named the category. Similar tickets are not looked
    for yet.
    """
    book = tickets.rulebook()
    leaf_of(asked.category, book)
    if asked.district and asked.district not in book.districts:
        raise Invalid("unknown_unit", "There is no such district.", field="district")
    text = f"{asked.title}\n{asked.body}"
    category, words = (asked.category, []) if asked.category else suggesting.guess(text)
    said = asked.district or suggesting.district_in(asked.place or "", text, book=book)
    advice = suggesting.for_matter(category, Spot(said, asked.place or ""), book)
    return {
        "category": category,
        "units": [
            _unit(one, words, is_certain=asked.category is not None and rank == 0)
            for rank, one in enumerate(advice)
        ],
        "similar": [],
    }


def _unit(one: Advice, words: list[str], *, is_certain: bool) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "probability": CERTAIN if is_certain else None,
        "because": [*(f"word:{word}" for word in words), *(why.value for why in one.because)],
    }
