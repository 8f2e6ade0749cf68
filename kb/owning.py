"""Whose articles are whose: what a viewer may read, write and do with one.

Decided here: editors read and write everything; a unit's people write for their own unit and
read its drafts; other staff read what is or was published, so that an old ticket's answer can
still be opened. Operations check it once more with the article locked (`locking`).
"""

from sqlalchemy import ColumnElement, false

from hotline.access import Permission, Viewer
from kb import rules
from kb.laying import Own
from kb.models import Article
from kb.rules import State, Verb

EDITORS_ONLY = frozenset({Verb.SEND_BACK, Verb.PUBLISH, Verb.UNSCHEDULE})


def own_units(viewer: Viewer) -> Own:
    """The units whose articles alone the viewer may write; None for an editor: any."""
    if viewer.may(Permission.EDIT_KNOWLEDGE):
        return None
    return viewer.unit_ids if viewer.may(Permission.WRITE_OWN_KNOWLEDGE) else frozenset()


def may_read(viewer: Viewer, article: Article) -> bool:
    """Whether the viewer may open this article."""
    if article.published_at is not None and article.state in {State.PUBLISHED, State.RETIRED}:
        return True
    return rules.may_touch(article.unit_id, own_units(viewer))


def theirs(viewer: Viewer) -> ColumnElement[bool] | None:
    """The condition of articles that the viewer may write; None: all of them."""
    own = own_units(viewer)
    if own is None:
        return None
    return Article.unit_id.in_(own) if own else false()


def verbs(viewer: Viewer | None, article: Article) -> frozenset[Verb]:
    """What the viewer can do with the article as it stands."""
    own = own_units(viewer) if viewer is not None else frozenset()
    if viewer is None or not rules.may_touch(article.unit_id, own):
        return frozenset()
    found = set(rules.possible(article.state))
    if own is not None:
        found -= EDITORS_ONLY
        if article.state is State.PUBLISHED:
            found.discard(Verb.RETIRE)
    if not rules.may_publish(article.author_id, viewer.staff_id):
        found.discard(Verb.PUBLISH)
    if article.state is not State.SUBMITTED or article.publisher_id is None:
        found.discard(Verb.UNSCHEDULE)
    if article.review_days is None:
        found.discard(Verb.CONFIRM)
    return frozenset(found)
