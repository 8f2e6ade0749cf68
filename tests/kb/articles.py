"""Makes articles for the tests, by the real operations."""

from datetime import datetime
from typing import Any

from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from kb import operations
from kb.models import Article
from kb.wording import Wording
from tests import factories
from tests.factories import NOW

HEATING = "报停要在供热开始前办理。\n\n1. 带身份证\n2. 到营业厅填写申请"


def editor(username: str = "editor1") -> Staff:
    """A knowledge editor."""
    return factories.staff(username, Role.EDITOR)


def wording(**changes: Any) -> Wording:
    """The words of an article."""
    return Wording(**({"title": "供热报停怎么办理", "body": HEATING} | changes))


def draft(by: Staff, *, now: datetime = NOW, **changes: Any) -> Article:
    """An article that its author still works on."""
    article = operations.add(wording(**changes), by=by.id, now=now)
    db.session.commit()
    return article


def submitted(by: Staff, *, now: datetime = NOW, **changes: Any) -> Article:
    """An article that waits for its second pair of eyes."""
    article = operations.submit(draft(by, now=now, **changes).number, by=by.id, now=now)
    db.session.commit()
    return article


def published(*, now: datetime = NOW, **changes: Any) -> Article:
    """An article that answers; nobody needs to have written it."""
    article = operations.take_in(wording(**changes), now=now)
    db.session.commit()
    return article
