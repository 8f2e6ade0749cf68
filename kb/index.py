"""How articles are indexed for PostgreSQL's full text search, and how it is asked.

Decided here: what of an article is searched and how much each part weighs. Not here: how text
is cut into words (`hotline.tokens`), how hits are ordered in the end (`ranking`).
"""

from typing import Any

from sqlalchemy import ColumnElement, func, text

from hotline import tokens

SIMPLE = text("'simple'")  # words are cut by the application; PostgreSQL only stores them
TITLE, KEYWORDS, BODY = text("'A'"), text("'B'"), text("'D'")


def vector(*, title: str, keywords: str, body: str) -> ColumnElement[Any]:
    """The words of an article: title over keywords over body, as ts_rank weighs them."""
    parts = ((title, TITLE), (keywords, KEYWORDS), (body, BODY))
    first, *more = (
        func.setweight(func.to_tsvector(SIMPLE, tokens.for_index(words)), weight)
        for words, weight in parts
    )
    joined: ColumnElement[Any] = first
    for one in more:
        joined = joined.op("||")(one)
    return joined


def query(words: str) -> ColumnElement[Any]:
    """A query as `hotline.tokens` writes it."""
    return func.to_tsquery(SIMPLE, words)
