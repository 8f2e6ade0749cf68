"""Finding answers in PostgreSQL: order, dates, odd questions."""

from datetime import date

import pytest
from apiflask import APIFlask

from kb import queries
from kb.queries import Wanted
from kb.rules import Kind
from tests.kb.articles import draft, editor, published, submitted

TODAY = date(2026, 11, 18)


def numbers(question: str, *, public_only: bool = False) -> list[str]:
    """The numbers of the answers, best first."""
    found = queries.suggest(question, limit=10, today=TODAY, public_only=public_only)
    return [one.article.number for one in found]


def test_the_title_that_asks_the_same_comes_first(app: APIFlask) -> None:
    other = published(title="热费怎么缴", body="供热 报停 供热 报停 供热 报停")
    right = published(title="供热报停怎么办理", body="到营业厅。")
    assert numbers("我想问一下供热报停") == [right.number, other.number]


def test_keywords_are_other_words_for_it(app: APIFlask) -> None:
    article = published(keywords="暖气 停暖")
    assert numbers("暖气不想要了") == [article.number]


def test_half_width_full_width_and_capitals_are_one(app: APIFlask) -> None:
    article = published(title="办理ＥＴＣ", body="在网点。")
    assert numbers("etc") == numbers("ＥＴＣ") == [article.number]


def test_only_what_is_published_and_in_force_answers(app: APIFlask) -> None:
    author = editor()
    draft(author)
    submitted(author)
    published(valid_until=date(2026, 11, 17))
    published(valid_from=date(2026, 11, 19))
    right = published(valid_from=TODAY, valid_until=TODAY)
    assert numbers("供热报停") == [right.number]


def test_citizens_get_public_ones_only(app: APIFlask) -> None:
    published()
    right = published(is_public=True)
    assert numbers("供热报停", public_only=True) == [right.number]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "，。！",
        "\x00",
        "😀",
        "' | !x & (",
        "a:* <-> b",
        "问" * 10_000,
        "a b " * 5_000,
        "\ud800",
    ],
)
def test_odd_questions_find_nothing_and_break_nothing(app: APIFlask, question: str) -> None:
    published()
    assert numbers(question) == []


def test_lists_go_on_behind_the_last_one_seen(app: APIFlask) -> None:
    made = [published(title=f"第{n}篇").number for n in range(5)]
    wanted = Wanted(today=TODAY)
    first = [one.number for one in queries.listed(wanted, limit=3)]
    rest = [one.number for one in queries.listed(wanted, limit=3, after=first[-1])]
    assert first + rest == made[::-1]
    assert queries.listed(wanted, limit=3, after="K999999") == []


def test_lists_are_filtered(app: APIFlask) -> None:
    guide = published(kind=Kind.ITEM_GUIDE, category="T010102", title="停水查询")
    published(title="供热报停")
    assert queries.listed(Wanted(kind=Kind.ITEM_GUIDE), limit=9) == [guide]
    assert queries.listed(Wanted(category="T0101"), limit=9) == [guide]
    assert queries.listed(Wanted(category="T%"), limit=9) == []
    assert queries.listed(Wanted(q="停水"), limit=9) == [guide]
    assert queries.listed(Wanted(q="，"), limit=9) == []
