"""The demo's articles: complete, published by two people, found by what callers say."""

import pytest
from apiflask import APIFlask

from demo import articles
from hotline.extensions import db
from hotline.people.models import Unit, UnitKind
from hotline.tickets.models import Category
from kb import reading
from kb.forms import ListForm
from kb.rules import State
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


def test_callers_words_find_the_article(seeded: None, app: APIFlask) -> None:
    for question, title in QUESTIONS.items():
        assert title in reading.answers(question, 1)[0].article.title, question
