"""Answers for a citizen who is writing a report: few, public, and only those that fit well.

What was asked is noted under the mark of the citizen's page, and which answer settled it.
"""

from flask import url_for

from hotline import clock
from hotline.portal.beforehand import Suggested
from kb import reading
from kb.reading import Hit
from kb.use import noting
from kb.use.kinds import Source, UseKind

MOST = 3
LONGEST_QUESTION = 300
FITS = 1.0
"""The least score of an answer worth interrupting somebody for."""


def answers(body: str, visit: str) -> list[Suggested]:
    """What may answer the matter already; a page without a mark leaves no trace."""
    question = body[:LONGEST_QUESTION]
    found = reading.answers(question, MOST, public_only=True)
    fitting = [one for one in found if one.score >= FITS]
    if visit:
        noting.asked(question, len(fitting), noting.citizen(Source.PORTAL, visit))
    return [_suggested(one) for one in fitting]


def settled(number: str, visit: str) -> None:
    """The answer settled what the citizen wanted to report. Raises NotFound."""
    shown = reading.public_article(number)
    asker = noting.citizen(Source.PORTAL, visit)
    noting.note_use(shown.number, UseKind.ANSWERED, asker, at=clock.now())


def _suggested(hit: Hit) -> Suggested:
    return Suggested(
        number=hit.article.number,
        title=hit.article.title,
        text="".join(piece.text for piece in hit.passage).strip(),
        url=url_for("kb.answer", number=hit.article.number),
    )
