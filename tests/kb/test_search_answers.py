"""What is found: other words for it, sounds, slips of the hand, filters, use, odd questions."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask

from hotline.extensions import db
from kb import reading
from kb.models import Article
from kb.search import answering, finding
from kb.use.models import Count
from tests.factories import NOW
from tests.kb.articles import published
from tests.kb.indexing import TODAY, Held, held, titles, words

TITLES = {
    "供热报停怎么办理": "每年十月底前到营业厅申请供热报停。",
    "住房公积金提取条件": "购房、租房、退休可以提取住房公积金。",
    "身份证丢失补办": "到任一派出所申请补领。",
    "燃气灶打不着火怎么办": "先换电池，再拨打燃气公司电话。",
    "公交卡余额退款": "到客服网点办理退款。",
    "海滨浴场开放时间": "每天六点到十九点开放。",
}


@pytest.fixture
def index(app: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    monkeypatch.setitem(app.extensions, finding.SHELF, None)
    made = held(app, tmp_path / "kb-index")
    for title, body in TITLES.items():
        published(title=title, body=body, is_public=True)
    made.turn()
    yield made


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("我想问一下暖气不用了怎么停", "供热报停怎么办理"),
        ("煤气灶点不着", "燃气灶打不着火怎么办"),
        ("gongjijin", "住房公积金提取条件"),
        ("gongjijintiq", "住房公积金提取条件"),
        ("gjj", "住房公积金提取条件"),
        ("gjj提取", "住房公积金提取条件"),
        ("sfz", "身份证丢失补办"),
        ("身份正补办", "身份证丢失补办"),
        ("工积金", "住房公积金提取条件"),
        ("海滨浴厂", "海滨浴场开放时间"),
        ("住房公積金提取條件", "住房公积金提取条件"),
        ("公共汽车卡退钱", "公交卡余额退款"),
        ("派出所", "身份证丢失补办"),
    ],
)
def test_it_is_found_however_it_is_asked(index: Held, asked: str, title: str) -> None:
    assert titles(asked)[:1] == [title]


@pytest.mark.parametrize(
    "asked",
    ["", "，。！？", "\x00", "\ud800", "😀", " ", "title_words:* AND (", "' OR 1=1 --", "~^[]{}\\"],
)
def test_odd_questions_break_nothing(index: Held, asked: str) -> None:
    assert titles(asked) == []
    assert index.is_read


@pytest.mark.parametrize("asked", ["供热报停", "a b ", "问", "gjj"])
def test_long_questions_are_bounded(index: Held, asked: str) -> None:
    answering.suggest(asked * 2_500, limit=5, today=TODAY)
    assert index.is_read


def test_the_decisive_sentence_is_marked_in_the_words_it_is_written_in(index: Held) -> None:
    [hit, *_] = reading.answers("暖气报停", 3)
    assert [piece.text for piece in hit.title if piece.is_hit] == ["供热", "报停"]
    assert {piece.text for piece in hit.passage if piece.is_hit} >= {"供热", "报停"}


def test_what_was_typed_by_sound_is_marked_as_it_is_written(index: Held) -> None:
    [hit, *_] = reading.answers("gjj", 3)
    assert [piece.text for piece in hit.title if piece.is_hit] == ["公积金"]


def test_it_is_narrowed_by_category(index: Held) -> None:
    inside = published(title="供热报停", category="T010102")
    index.turn()
    assert titles("供热报停", category="T0101") == [inside.title]
    assert titles("供热报停", category="T0999") == []


def test_dates_count_on_the_day_of_the_question(index: Held) -> None:
    for number in range(60):
        published(title=f"消防演练通知{number}", valid_until=TODAY - timedelta(days=1))
    right = published(title="消防演练通知", valid_from=TODAY, valid_until=TODAY)
    index.turn()
    assert titles("消防演练通知", limit=3) == [right.title]


def test_what_helps_goes_up_and_what_does_not_goes_down(index: Held) -> None:
    body = "出示证件即可领取。"
    poor, good = (published(title="老年卡领取", body=body) for _ in range(2))
    db.session.add(Count(article_id=good.id, answered=40, helpful=20))
    db.session.add(Count(article_id=poor.id, unhelpful=20, complained=5))
    db.session.commit()
    index.turn()
    found = answering.suggest("老年卡领取", limit=2, today=TODAY)
    assert [one.article.id for one in found] == [good.id, poor.id]


def test_of_two_alike_the_younger_comes_first(index: Held) -> None:
    now = NOW
    old = published(title="防汛值班电话", now=now - timedelta(days=900))
    new = published(title="防汛值班电话", now=now)
    index.writer._compared_at = -1e9
    index.turn()
    found = answering.suggest("防汛值班电话", limit=2, today=TODAY)
    assert [one.article.id for one in found] == [new.id, old.id]


def test_other_ways_to_ask_and_own_synonyms_find_it(index: Held) -> None:
    article = published(title="不动产首次登记", body="见办事指南。")
    article.questions, article.synonyms = "新房怎么办本", "大产权"
    article.updated_at = NOW + timedelta(seconds=1)
    db.session.commit()
    index.turn()
    assert titles("新房办本")[:1] == ["不动产首次登记"]
    assert titles("大产权")[:1] == ["不动产首次登记"]


def test_a_long_body_is_found_by_its_beginning_and_does_no_harm(index: Held) -> None:
    article: Article = published(title="规划文本", body="湿地公园建设。" + "很长的正文" * 9_000)
    index.turn()
    assert titles("湿地公园")[:1] == [article.title]
    assert words("湿地公园", article)
