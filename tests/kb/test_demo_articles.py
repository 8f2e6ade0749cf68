"""The demo's articles: complete, published by two people, found by what callers say."""

import csv
from collections import Counter

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from demo import articles, directory
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.people.models import Unit, UnitKind
from hotline.tickets.models import Category
from kb import reading
from kb.forms import ListForm
from kb.models import Article, Revision
from kb.rules import Kind, State
from tests.factories import NOW
from tests.kb.articles import editor

QUESTIONS = {
    "今年不住了想把暖气停了": "供热报停",
    "房子过户要带什么": "二手房过户",
    "社保卡丢失": "社保卡",
    "外地人办暂住证": "居住证",
    "离职了公积金能取出来吗": "公积金",
    "孩子上小学是哪个片区": "小学入学",
    "交警贴了张条我不服": "违停罚单",
    "厨房有煤气味": "燃气味",
    "我家没水了": "停水",
    "狗证去哪里办": "养犬登记",
    "老板不发工资": "拖欠工资",
    "我反映的事多久回复": "12345",
}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the demo's tables."""
    with (directory.FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def seeded(app: APIFlask) -> None:
    """The demo's articles with the categories and units they name."""
    forms = [articles.read(path) for path in articles.files()]
    known = {code for (code,) in db.session.query(Unit.code)}
    for code in {form.unit for form in forms if form.unit} - known:
        db.session.add(Unit(code=code, name=code, kind=UnitKind.DEPARTMENT))
    for code in {form.category for form in forms if form.category}:
        db.session.add(Category(code=code, name=code, is_leaf=True))
    db.session.flush()
    articles.seed(NOW, editor().id, editor("editor2").id)


def test_most_articles_are_published(seeded: None, app: APIFlask) -> None:
    page = reading.public_page(ListForm(limit=200))
    assert len(articles.files()) >= 60
    assert len(page.items) >= 50
    assert {one.state for one in page.items} == {State.PUBLISHED}


def test_categories_and_units_are_the_demos() -> None:
    leaves, units = rows("categories.csv"), rows("units_86.csv")
    inner = {row["parent"] for row in leaves}
    codes = {row["code"] for row in leaves} - inner
    for path in articles.files():
        form = articles.read(path)
        assert form.category in codes, path.name
        assert form.unit in {row["code"] for row in units}, path.name


def test_titles_are_said_once() -> None:
    titles = [articles.read(path).title for path in articles.files()]
    assert len(set(titles)) == len(titles)


def test_every_domain_is_answered() -> None:
    counts = Counter((articles.read(path).category or "")[:3] for path in articles.files())
    assert len(counts) == 16
    assert min(counts.values()) >= 12


def test_item_guides_say_what_is_published_of_a_service() -> None:
    for path in articles.files():
        form = articles.read(path)
        said = {name for name, words in form.guide.model_dump().items() if words}
        assert bool(said) == (form.kind is Kind.ITEM_GUIDE), path.name
        if said:
            assert {"who", "fee", "promised_limit", "place", "phone"} <= said, path.name


def test_each_has_come_as_far_as_operations_would_leave_it(seeded: None, app: APIFlask) -> None:
    standing = select(Article).where(Article.replaces_id.is_(None))
    made = {one.title: one for one in db.session.scalars(standing)}
    kept = Counter(db.session.scalars(select(Revision.article_id)))
    traces = Counter(db.session.scalars(select(AuditEntry.subject)))
    for path in articles.files():
        one = made[articles.read(path).title]
        assert one.state == (articles.stands(path) or "published"), path.name
        assert kept[one.id] == one.revision, path.name
        assert (one.publisher_id is None) == (one.state != "published"), path.name
        assert traces[f"article:{one.number}"] >= 1, path.name
    assert {one.revision for one in made.values()} == {0, 1, 2}


def test_callers_words_find_the_article(seeded: None, app: APIFlask) -> None:
    for question, title in QUESTIONS.items():
        assert title in reading.answers(question, 1)[0].article.title, question
