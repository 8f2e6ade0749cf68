"""Approved for a time to come: by other eyes, until an edit, published by the clock."""

from datetime import datetime, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from hotline.audit import AuditEntry
from hotline.errors import Forbidden, Refused
from hotline.extensions import db
from hotline.people.models import Staff
from kb import jobs, operations, queries, revisions, scheduling
from kb.models import Article
from kb.rules import State
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, submitted, wording

SOON = NOW + timedelta(hours=2)
THEN = NOW + timedelta(hours=3)


@pytest.fixture
def author(app: APIFlask) -> Staff:
    """Who writes."""
    return editor()


@pytest.fixture
def other(app: APIFlask) -> Staff:
    """Who reads it a second time."""
    return editor("editor2")


@pytest.fixture
def approved(author: Staff, other: Staff) -> Article:
    """An article that was read and waits for its time."""
    article = submitted(author, title="定时发布的知识")
    operations.publish(article.number, by=other.id, now=NOW, at=SOON)
    db.session.commit()
    return article


def sweep() -> None:
    """What the clock does every few seconds, at the time when it should."""
    with time_machine.travel(THEN, tick=False):
        jobs.publish_due()
    db.session.expire_all()


def test_it_waits_for_its_time(approved: Article, other: Staff) -> None:
    assert (approved.state, approved.publisher_id) == (State.SUBMITTED, other.id)
    with time_machine.travel(SOON - timedelta(seconds=1), tick=False):
        jobs.publish_due()
    assert approved.state is State.SUBMITTED
    assert queries.suggest("定时发布", limit=5, today=NOW.date()) == []
    sweep()
    assert (approved.state, approved.published_at) == (State.PUBLISHED, THEN)
    assert (approved.publisher_id, approved.publish_at, approved.revision) == (other.id, None, 1)
    assert revisions.listed(approved.number)[0].publisher_id == other.id
    traces = select(AuditEntry).where(AuditEntry.subject == f"article:{approved.number}")
    last = db.session.scalars(traces.order_by(AuditEntry.id)).all()[-1]
    assert (last.actor, last.kind) == ("clock", "article_published")
    assert last.facts["approved_by"] == other.id


def test_one_that_fails_holds_back_no_other(
    approved: Article, author: Staff, other: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = submitted(author, title="后面的")
    operations.publish(second.number, by=other.id, now=NOW, at=SOON + timedelta(minutes=1))
    db.session.commit()
    broken, publish_one = approved.number, scheduling.publish_one

    def fails(number: str, *, now: datetime) -> Article | None:
        if number == broken:
            raise OperationalError("UPDATE", {}, Exception("away"))
        return publish_one(number, now=now)

    monkeypatch.setattr(scheduling, "publish_one", fails)
    sweep()
    assert (approved.state, second.state) == (State.SUBMITTED, State.PUBLISHED)
    monkeypatch.undo()
    sweep()
    assert approved.state is State.PUBLISHED


def test_done_twice_it_is_published_once(approved: Article) -> None:
    sweep()
    sweep()
    assert len(revisions.listed(approved.number)) == 1
    assert scheduling.publish_one(approved.number, now=THEN) is None
    assert scheduling.publish_one("K999999", now=THEN) is None


def test_the_time_its_author_wished_counts(author: Staff, other: Staff) -> None:
    article = submitted(author, publish_at=SOON)
    operations.publish(article.number, by=other.id, now=NOW)
    assert (article.state, article.publish_at) == (State.SUBMITTED, SOON)
    late = submitted(author, publish_at=NOW - timedelta(days=1), title="晚了")
    assert operations.publish(late.number, by=other.id, now=NOW).state is State.PUBLISHED
    at_once = submitted(author, publish_at=SOON, title="立即")
    stands = operations.publish(at_once.number, by=other.id, now=NOW, is_at_once=True)
    assert (stands.state, stands.publish_at) == (State.PUBLISHED, None)


def test_the_author_approves_nothing(author: Staff) -> None:
    article = submitted(author)
    with pytest.raises(Forbidden):
        operations.publish(article.number, by=author.id, now=NOW, at=SOON)


def test_approved_once_is_enough(approved: Article) -> None:
    third = editor("editor3")
    with pytest.raises(Refused) as refusal:
        operations.publish(approved.number, by=third.id, now=NOW)
    assert refusal.value.code == "approved_already"
    stands = operations.publish(approved.number, by=third.id, now=NOW, is_at_once=True)
    assert (stands.state, stands.publisher_id) == (State.PUBLISHED, third.id)


def test_an_edit_makes_an_approval_void(approved: Article, author: Staff) -> None:
    operations.edit(approved.number, wording(body="改了"), by=author.id, now=NOW)
    operations.submit(approved.number, by=author.id, now=NOW)
    db.session.commit()
    sweep()
    assert (approved.state, approved.publisher_id) == (State.SUBMITTED, None)


def test_an_approval_can_be_taken_back(approved: Article, other: Staff, author: Staff) -> None:
    operations.unschedule(approved.number, by=other.id, now=NOW)
    db.session.commit()
    sweep()
    assert (approved.state, approved.publisher_id) == (State.SUBMITTED, None)
    with pytest.raises(Refused) as refusal:
        operations.unschedule(approved.number, by=other.id, now=NOW)
    assert refusal.value.code == "not_approved"


@pytest.mark.parametrize("verb", ["retire", "send_back"])
def test_given_up_or_sent_back_it_is_not_published(
    approved: Article, other: Staff, verb: str
) -> None:
    if verb == "retire":
        operations.retire(approved.number, by=other.id, now=NOW)
    else:
        operations.send_back(approved.number, by=other.id, now=NOW, remark="电话不对")
    db.session.commit()
    sweep()
    assert approved.state is (State.RETIRED if verb == "retire" else State.DRAFT)
    assert (approved.publisher_id, approved.published_at) == (None, None)


def test_what_was_sent_back_says_why_until_it_is_submitted_again(
    author: Staff, other: Staff
) -> None:
    article = submitted(author)
    operations.send_back(article.number, by=other.id, now=NOW, remark="电话不对")
    assert (article.state, article.remark) == (State.DRAFT, "电话不对")
    with pytest.raises(Refused):
        operations.send_back(article.number, by=other.id, now=NOW, remark="再看")
    operations.submit(article.number, by=author.id, now=NOW)
    assert article.remark == ""


def test_a_changed_wording_is_laid_over_its_article_in_time(author: Staff, other: Staff) -> None:
    article = published()
    changed = operations.edit(article.number, wording(body="新"), by=author.id, now=NOW)
    operations.submit(changed.number, by=author.id, now=NOW)
    operations.publish(changed.number, by=other.id, now=NOW, at=SOON)
    db.session.commit()
    assert article.body != "新"
    sweep()
    assert (article.body, article.revision, article.state) == ("新", 2, State.PUBLISHED)
    gone = db.session.scalars(select(Article).where(Article.replaces_id == article.id)).all()
    assert gone == []


def test_words_that_were_not_read_are_not_published(author: Staff, other: Staff) -> None:
    article = submitted(author)
    operations.edit(article.number, wording(body="偷换"), by=author.id, now=NOW)
    operations.submit(article.number, by=author.id, now=NOW)
    with pytest.raises(Refused) as refusal:
        operations.publish(article.number, by=other.id, now=NOW, version=1)
    assert refusal.value.code == "changed_meanwhile"
    assert operations.publish(article.number, by=other.id, now=NOW, version=2).body == "偷换"


def test_the_database_knows_no_approval_without_a_time(author: Staff, other: Staff) -> None:
    article = submitted(author)
    article.publisher_id = other.id
    with pytest.raises(IntegrityError, match="approved_for_a_time"):
        db.session.flush()


def test_a_draft_is_not_approved(author: Staff, other: Staff) -> None:
    with pytest.raises(Refused):
        operations.publish(draft(author).number, by=other.id, now=NOW, at=SOON)
