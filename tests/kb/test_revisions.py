"""Revisions on a real database: one per publishing, without a gap, compared and taken back."""

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from hotline.errors import Forbidden, NotFound, Refused
from hotline.extensions import db
from hotline.people.models import Staff, Unit
from hotline.tickets.models import Category
from kb import operations, queries, revisions
from kb.models import Article, Revision
from kb.rules import Change, State
from tests import factories
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, submitted, wording

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def author(app: APIFlask) -> Staff:
    """Who writes."""
    return editor()


@pytest.fixture
def other(app: APIFlask) -> Staff:
    """Who reads it a second time."""
    return editor("editor2")


def reword(article: Article, author: Staff, other: Staff, **changes: object) -> Article:
    """Change the words of a published article, and publish them."""
    changed = operations.edit(article.number, wording(**changes), by=author.id, now=LATER)
    operations.submit(changed.number, by=author.id, now=LATER)
    operations.publish(changed.number, by=other.id, now=LATER)
    db.session.commit()
    return article


def kept(article: Article) -> list[tuple[int, Change]]:
    """The revisions of an article, the oldest first."""
    found = revisions.listed(article.number)
    return [(one.version, one.kind_of_change) for one in reversed(found)]


def test_each_publishing_keeps_one_without_a_gap(author: Staff, other: Staff) -> None:
    article = draft(author)
    for body in ("二", "三", "四"):
        operations.edit(article.number, wording(body=body), by=author.id, now=NOW)
    assert kept(article) == []
    operations.submit(article.number, by=author.id, now=NOW)
    operations.publish(article.number, by=other.id, now=LATER)
    reword(article, author, other, body="五")
    operations.retire(article.number, by=other.id, now=LATER)
    operations.edit(article.number, wording(body="六"), by=author.id, now=LATER)
    operations.submit(article.number, by=author.id, now=LATER)
    operations.publish(article.number, by=other.id, now=LATER)
    kinds = (Change.PUBLISHED, Change.REWORDED, Change.REPUBLISHED)
    assert kept(article) == list(enumerate(kinds, 1))
    assert [revisions.words_of(article.number, n).body for n in (1, 2, 3)] == ["四", "五", "六"]
    assert (article.revision, queries.version_of(article.number)) == (3, 3)
    assert article.version > article.revision


def test_a_revision_says_who_wrote_and_who_published(author: Staff, other: Staff) -> None:
    article = reword(published(), author, other, body="五", unit="D14", category="T010101")
    first, second = reversed(revisions.listed(article.number))
    assert (first.author, first.publisher, first.kind_of_change) == (None, None, Change.IMPORTED)
    assert (second.author, second.publisher, second.at) == (author, other, LATER)
    assert second.wording_id is not None
    said = revisions.words_of(article.number, 2)
    assert (said.unit, said.category, said.body) == ("D14", "T010101", "五")


def test_a_revision_is_never_given_twice(author: Staff) -> None:
    article = published()
    twin = Revision(
        article_id=article.id, version=1, kind_of_change=Change.REWORDED, wording={}, at=NOW
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_changed_from_one_to_another_and_to_the_waiting_words(
    author: Staff, other: Staff
) -> None:
    article = reword(published(body="甲。乙。"), author, other, body="甲。丙。")
    (changed,) = revisions.difference(article.number, 1, 2)
    assert (changed.field, changed.before, changed.after) == ("body", "甲。乙。", "甲。丙。")
    assert revisions.difference(article.number, 2) == []
    waiting = operations.edit(
        article.number, wording(body="甲。丙。", title="新"), by=author.id, now=LATER
    )
    (changed,) = revisions.difference(waiting.number, 2)
    assert (changed.field, changed.after) == ("title", "新")
    with pytest.raises(NotFound):
        revisions.difference(article.number, 3)
    with pytest.raises(NotFound):
        revisions.difference("K999999", 1)


def test_restoring_makes_a_changed_wording_for_other_eyes(author: Staff, other: Staff) -> None:
    article = reword(published(body="旧", guide={"fee": "免费"}), author, other, body="新")
    again = operations.restore(article.number, 1, by=author.id, now=LATER)
    assert (again.replaces_id, again.state, again.body) == (article.id, State.DRAFT, "旧")
    assert (again.guide, article.body) == ({"fee": "免费"}, "新")
    with pytest.raises(Refused) as refusal:
        operations.restore(article.number, 1, by=other.id, now=LATER)
    assert refusal.value.code == "wording_waits"
    operations.submit(again.number, by=author.id, now=LATER)
    with pytest.raises(Forbidden):
        operations.publish(again.number, by=author.id, now=LATER)
    operations.publish(again.number, by=other.id, now=LATER)
    assert article.body == "旧"
    newest = revisions.listed(article.number)[0]
    assert (newest.version, newest.kind_of_change, newest.restores) == (3, Change.RESTORED, 1)


def test_edited_once_more_it_is_restored_no_longer(author: Staff, other: Staff) -> None:
    article = reword(published(body="旧"), author, other, body="新")
    again = operations.restore(article.number, 1, by=author.id, now=LATER)
    operations.edit(again.number, wording(body="更新"), by=author.id, now=LATER)
    operations.submit(again.number, by=author.id, now=LATER)
    operations.publish(again.number, by=other.id, now=LATER)
    assert revisions.listed(article.number)[0].kind_of_change is Change.REWORDED


def test_an_unknown_revision_restores_nothing(author: Staff) -> None:
    with pytest.raises(NotFound):
        operations.restore(published().number, 2, by=author.id, now=LATER)


def test_restored_without_the_category_and_unit_that_are_gone(author: Staff, other: Staff) -> None:
    article = published(category="T010101", unit="C04", valid_from=date(2026, 1, 2))
    reword(article, author, other, category="T010102", unit="D14")
    db.session.execute(update(Unit).where(Unit.code == "C04").values(closed_at=NOW))
    db.session.execute(delete(Category).where(Category.code == "T010101"))
    db.session.commit()
    again = operations.restore(article.number, 1, by=author.id, now=LATER)
    assert again.category_code == "T010102"
    assert again.unit_id == factories.unit("D14").id
    assert again.valid_from == date(2026, 1, 2)


def test_a_changed_wording_that_was_published_says_so(author: Staff, other: Staff) -> None:
    article = published()
    changed = operations.edit(article.number, wording(body="新"), by=author.id, now=LATER)
    number = changed.number
    operations.submit(number, by=author.id, now=LATER)
    operations.publish(number, by=other.id, now=LATER)
    with pytest.raises(Refused) as refusal:
        operations.publish(number, by=other.id, now=LATER)
    assert refusal.value.code == "published_meanwhile"


def test_a_submitted_article_keeps_no_revision(author: Staff) -> None:
    article = submitted(author)
    assert db.session.scalars(select(Revision)).all() == []
    assert article.revision == 0
