"""Several at one article at once, on real connections: exactly one wins, nothing is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from hotline.access import Role
from hotline.errors import Refused
from hotline.extensions import db
from hotline.jobs import transaction
from kb import operations, revisions, scheduling
from kb.models import Article, Reminder, Revision
from kb.rules import ArticleRules, State
from tests import committed, factories
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, wording
from tests.kb.test_reminding import remind

LATER = NOW + timedelta(hours=1)
Work = Callable[[], object]


def outcome(work: Work) -> str:
    """What came of it: `done`, or the code of the refusal."""
    try:
        with transaction():
            work()
    except Refused as refusal:
        return refusal.code
    return "done"


def at_once(app: APIFlask, *works: Work) -> list[str]:
    """Do them at once, each on a connection of its own."""
    tries = [lambda one=one: outcome(one) for one in works]
    found = committed.together(app, tries)
    db.session.rollback()
    return found


def numbers(article_number: str) -> list[int]:
    """The versions of an article's revisions."""
    return sorted(one.version for one in revisions.listed(article_number))


def state(number: str) -> State | None:
    """Where the article stands; None when its row is gone."""
    return db.session.scalar(select(Article.state).where(Article.number == number))


def waiting_wording(author_id: int) -> tuple[str, str]:
    """A published article, and its changed wording that waits to be published."""
    article = published()
    changed = operations.edit(article.number, wording(body="新"), by=author_id, now=NOW)
    operations.submit(changed.number, by=author_id, now=NOW)
    db.session.commit()
    return article.number, changed.number


@pytest.mark.parametrize("is_wording", [False, True])
def test_of_many_who_publish_one_wins(committed_app: APIFlask, *, is_wording: bool) -> None:
    author = editor()
    others = [editor(f"other{n}").id for n in range(6)]
    if is_wording:
        stands, number = waiting_wording(author.id)
    else:
        number = stands = draft(author).number
        operations.submit(number, by=author.id, now=NOW)
        db.session.commit()

    def publish(by: int) -> Work:
        return lambda: operations.publish(number, by=by, now=LATER)

    found = at_once(committed_app, *map(publish, others))
    assert sorted(found, key=lambda one: one != "done")[0] == "done"
    assert found.count("done") == 1
    assert set(found) <= {"done", "wrong_state", "published_meanwhile"}
    assert numbers(stands) == ([1, 2] if is_wording else [1])
    assert state(stands) is State.PUBLISHED


@pytest.mark.parametrize("round_", range(4))
def test_publishing_against_giving_up(committed_app: APIFlask, round_: int) -> None:
    author, other = editor().id, editor("other").id
    number = operations.add(wording(), by=author, now=NOW).number
    operations.submit(number, by=author, now=NOW)
    db.session.commit()
    works: list[Work] = [
        lambda: operations.publish(number, by=other, now=LATER),
        lambda: operations.retire(number, by=author, now=LATER, seen=State.SUBMITTED),
    ]
    found = at_once(committed_app, *(works if round_ % 2 else works[::-1]))
    assert found.count("done") == 1
    assert set(found) - {"done"} <= {"wrong_state", "changed_meanwhile"}
    is_published = state(number) is State.PUBLISHED
    assert numbers(number) == ([1] if is_published else [])


@pytest.mark.parametrize("round_", range(4))
def test_the_clock_against_edit_retire_and_another_clock(
    committed_app: APIFlask, round_: int
) -> None:
    author, other = editor().id, editor("other").id
    number = operations.add(wording(), by=author, now=NOW).number
    operations.submit(number, by=author, now=NOW)
    operations.publish(number, by=other, now=NOW, at=NOW + timedelta(minutes=5))
    db.session.commit()
    against: list[Work] = [
        lambda: operations.edit(number, wording(body="改"), by=author, now=LATER, version=1),
        lambda: operations.retire(number, by=author, now=LATER, seen=State.SUBMITTED),
        lambda: operations.unschedule(number, by=other, now=LATER),
        lambda: operations.publish(number, by=other, now=LATER, is_at_once=True),
    ]
    clock: Work = lambda: scheduling.publish_one(number, now=LATER)  # noqa: E731
    found = at_once(committed_app, clock, clock, against[round_])
    assert found[:2] == ["done", "done"], "the clock refuses nothing, it does nothing"
    is_published = numbers(number) == [1]
    kept = db.session.scalars(select(Article).where(Article.number == number)).one()
    if is_published:
        assert kept.published_at == LATER and kept.publish_at is None
        assert kept.revision == 1
    else:
        assert kept.published_at is None and kept.publisher_id is None
        assert found[2] == "done"
    assert scheduling.due(LATER + timedelta(days=1)) == []


def test_two_who_edit_from_the_same_words(committed_app: APIFlask) -> None:
    author, other = editor().id, editor("other").id
    number, stands = operations.add(wording(), by=author, now=NOW).number, published().number

    def change(which: str, by: int, body: str) -> Work:
        said = wording(body=body)
        return lambda: operations.edit(which, said, by=by, now=LATER, version=1)

    found = at_once(committed_app, change(number, author, "一"), change(number, other, "二"))
    assert sorted(found) == ["changed_meanwhile", "done"]
    found = at_once(committed_app, change(stands, author, "一"), change(stands, other, "二"))
    assert sorted(found) == ["done", "wording_waits"]


def test_restoring_against_publishing_leaves_no_gap(committed_app: APIFlask) -> None:
    author, other = editor().id, editor("other").id
    stands, number = waiting_wording(author)
    works: list[Work] = [
        lambda: operations.publish(number, by=other, now=LATER),
        lambda: operations.restore(stands, 1, by=author, now=LATER),
    ]
    found = at_once(committed_app, *works)
    assert found[0] == "done" and found[1] in {"done", "wording_waits"}
    assert numbers(stands) == [1, 2]


def test_many_articles_published_by_two_clocks_at_once(committed_app: APIFlask) -> None:
    author, other = editor().id, editor("other").id
    for n in range(12):
        number = operations.add(wording(title=f"第{n}篇"), by=author, now=NOW).number
        operations.submit(number, by=author, now=NOW)
        operations.publish(number, by=other, now=NOW, at=NOW + timedelta(minutes=1))
    db.session.commit()

    def sweep() -> None:
        for number in scheduling.due(LATER):
            with transaction():
                scheduling.publish_one(number, now=LATER)

    committed.together(committed_app, [sweep, sweep])
    db.session.rollback()
    kept = db.session.execute(select(Revision.article_id, Revision.version)).all()
    assert sorted(version for _, version in kept) == [1] * 12
    assert len({article_id for article_id, _ in kept}) == 12


def test_two_who_remind_at_once_remind_once(committed_app: APIFlask) -> None:
    editor()
    factories.staff("d14", Role.HANDLER, unit_code="D14")
    for n in range(5):
        published(title=f"第{n}篇", unit="D14", review_days=1)
    day = (NOW + timedelta(days=3)).date()

    def work() -> int:
        with transaction():
            return remind(day, ArticleRules())

    assert sum(committed.together(committed_app, [work, work, work])) == 5
    db.session.rollback()
    assert len(db.session.scalars(select(Reminder.article_id)).all()) == 5
