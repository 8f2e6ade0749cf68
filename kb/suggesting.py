"""Answers for a citizen who is writing a report: few, public, and only those that fit well."""

from flask import url_for

from hotline.portal.beforehand import Suggested
from kb import reading
from kb.reading import Hit

MOST = 3
LONGEST_QUESTION = 300
FITS = 1.0
"""The least score of an answer worth interrupting somebody for."""


def answers(body: str) -> list[Suggested]:
    """What may answer the matter already."""
    found = reading.answers(body[:LONGEST_QUESTION], MOST, public_only=True)
    return [_suggested(one) for one in found if one.score >= FITS]


def _suggested(hit: Hit) -> Suggested:
    return Suggested(
        title=hit.article.title,
        text="".join(piece.text for piece in hit.passage).strip(),
        url=url_for("kb.answer", number=hit.article.number),
    )
