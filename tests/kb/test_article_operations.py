"""The verbs of an article on a real database: four eyes, changed wordings, traces."""

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from hotline.audit import AuditEntry
from hotline.errors import Forbidden, Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.people.models import Staff
from kb import operations, queries
from kb.models import Article
from kb.rules import State
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


def row(number: str) -> Article | None:
    """The row as the database has it."""
    db.session.expire_all()
    return db.session.scalars(select(Article).where(Article.number == number)).one_or_none()


def test_from_draft_to_published_to_retired(author: Staff, other: Staff) -> None:
    article = submitted(author)
    assert article.number.startswith("K") and len(article.number) >= 7
    operations.publish(article.number, by=other.id, now=LATER)
    assert (article.state, article.published_at) == (State.PUBLISHED, LATER)
    assert (article.author_id, article.publisher_id) == (author.id, other.id)
    operations.retire(article.number, by=author.id, now=LATER)
    assert article.state is State.RETIRED
    kinds = db.session.scalars(
        select(AuditEntry.kind)
        .where(AuditEntry.subject == f"article:{article.number}")
        .order_by(AuditEntry.id)
    ).all()
    assert kinds == ["article_added", "article_submitted", "article_published", "article_retired"]


def test_the_author_cannot_publish(author: Staff) -> None:
    article = submitted(author)
    with pytest.raises(Forbidden) as refusal:
        operations.publish(article.number, by=author.id, now=LATER)
    assert refusal.value.code == "four_eyes"


def test_who_changed_the_words_last_is_their_author(author: Staff, other: Staff) -> None:
    article = submitted(author)
    operations.edit(article.number, wording(body="改过"), by=other.id, now=LATER)
    operations.submit(article.number, by=other.id, now=LATER)
    with pytest.raises(Forbidden):
        operations.publish(article.number, by=other.id, now=LATER)
    operations.publish(article.number, by=author.id, now=LATER)
    assert article.version == 2


def test_the_database_itself_keeps_four_eyes(author: Staff) -> None:
    article = draft(author)
    article.publisher_id = author.id
    with pytest.raises(IntegrityError, match="four_eyes"):
        db.session.flush()


def test_a_draft_cannot_be_published_unseen(author: Staff, other: Staff) -> None:
    with pytest.raises(Refused) as refusal:
        operations.publish(draft(author).number, by=other.id, now=LATER)
    assert refusal.value.code == "wrong_state"


def test_a_published_article_stands_until_its_changed_wording_is_published(
    author: Staff, other: Staff
) -> None:
    article = published(keywords="暖气")
    changed = operations.edit(article.number, wording(title="新标题"), by=author.id, now=LATER)
    assert changed.number != article.number and changed.replaces_id == article.id
    assert (article.title, article.state) == ("供热报停怎么办理", State.PUBLISHED)
    operations.submit(changed.number, by=author.id, now=LATER)
    with pytest.raises(Forbidden):
        operations.publish(changed.number, by=author.id, now=LATER)
    stands = operations.publish(changed.number, by=other.id, now=LATER)
    db.session.commit()
    assert row(changed.number) is None
    assert (stands.number, stands.title, stands.keywords) == (article.number, "新标题", "")
    assert (stands.version, stands.author_id, stands.publisher_id) == (2, author.id, other.id)
    found = queries.suggest("新标题", limit=5, today=date(2026, 11, 18))
    assert [one.article.number for one in found] == [article.number]


def test_only_one_changed_wording_at_a_time(author: Staff, other: Staff) -> None:
    article = published()
    changed = operations.edit(article.number, wording(body="一"), by=author.id, now=LATER)
    with pytest.raises(Refused) as refusal:
        operations.edit(article.number, wording(body="二"), by=other.id, now=LATER)
    assert refusal.value.code == "wording_waits"
    with pytest.raises(Refused) as refusal:
        operations.retire(article.number, by=other.id, now=LATER)
    assert refusal.value.code == "wording_waits"
    assert operations.retire(changed.number, by=other.id, now=LATER) is article
    assert row(changed.number) is None
    operations.edit(article.number, wording(body="二"), by=other.id, now=LATER)


def test_a_retired_article_comes_back_as_a_draft(author: Staff, other: Staff) -> None:
    article = published()
    operations.retire(article.number, by=author.id, now=LATER)
    again = operations.edit(article.number, wording(), by=author.id, now=LATER)
    assert again is article and article.state is State.DRAFT


def test_words_made_from_an_older_version_are_refused(author: Staff, other: Staff) -> None:
    article = draft(author)
    operations.edit(article.number, wording(body="二"), by=other.id, now=LATER, version=1)
    with pytest.raises(Refused) as refusal:
        operations.edit(article.number, wording(body="三"), by=author.id, now=LATER, version=1)
    assert refusal.value.code == "changed_meanwhile"
    assert article.body == "二"


def test_what_was_read_before_the_lock_does_not_count(author: Staff) -> None:
    article = draft(author)
    assert article.version == 1
    newer = update(Article).where(Article.id == article.id).values(version=2)
    db.session.execute(newer.execution_options(synchronize_session=False))
    with pytest.raises(Refused):
        operations.edit(article.number, wording(), by=author.id, now=LATER, version=1)


@pytest.mark.parametrize(
    ("changes", "field"), [({"category": "T999999"}, "category"), ({"unit": "X99"}, "unit")]
)
def test_unknown_codes_name_their_field(author: Staff, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        operations.add(wording(**changes), by=author.id, now=NOW)
    assert refusal.value.field == field


def test_a_group_of_categories_is_no_category(author: Staff) -> None:
    with pytest.raises(Invalid):
        operations.add(wording(category="T0101"), by=author.id, now=NOW)


def test_an_unknown_number_is_not_found(author: Staff) -> None:
    with pytest.raises(NotFound):
        operations.submit("K999999", by=author.id, now=NOW)


def test_dates_the_wrong_way_round_are_refused_by_the_database(author: Staff) -> None:
    bad = wording(valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1))
    with pytest.raises(IntegrityError, match="valid_dates"):
        operations.add(bad, by=author.id, now=NOW)
