"""Publishing from a page: one article, or all that were ticked in a list.

Decided here: that each ticked article is published by itself, so that one which can't be holds
back no other, and what is told afterwards. The rules are those of publishing one.
"""

from typing import Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from hotline import access, clock, fields, http
from hotline.errors import Refused
from hotline.extensions import db
from hotline.templating import exact
from kb import operations
from kb.models import Article
from kb.rules import State
from kb.shelves import Shelf

MOST: Final = 200
TOLD: Final = 5


def said(article: Article) -> str:
    """What is told when one was published, or approved for a time to come."""
    if article.state is State.PUBLISHED:
        return str(gettext("Published."))
    return str(gettext("Approved; it will be published at %(at)s.", at=exact(article.publish_at)))


def many(numbers: list[str]) -> ResponseReturnValue:
    """Publish each of these as the viewer, and go back to the list."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    back = url_for("kb.page", tab=Shelf.SUBMITTED.value)
    if not wanted:
        flash(gettext("Tick the articles first."), "error")
        return redirect(back, 303)

    def work() -> http.Answer:
        faults = [fault for number in wanted if (fault := _published(number))]
        done = len(wanted) - len(faults)
        words = ngettext("%(n)s article published.", "%(n)s articles published.", done, n=done)
        told = " ".join([words, *faults[:TOLD]])
        kind = "error" if faults else "success"
        return http.Answer(status=303, location=back, flash=told, flash_kind=kind)

    return http.write(work)


def _published(number: str) -> str:
    """Publish one; answers why not when it can't be."""
    try:
        with db.session.begin_nested():
            operations.publish(number, by=access.current().staff_id, now=clock.now())
    except Refused as error:
        return f"{number}: {fields.said(error)}"
    return ""
