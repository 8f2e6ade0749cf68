"""An article's life and what is shown of it: every pair of state and verb, dates, passages."""

from datetime import date

import pytest

from kb import ranking, rules
from kb.ranking import Piece
from kb.rules import State, Verb

# What an editor can read: in which state which verb leads where; a dot means refused.
PICTURE = """
            edit        submit      send_back   publish     unschedule  confirm     retire
draft       draft       submitted   .           .           .           .           retired
submitted   draft       .           draft       published   submitted   .           retired
published   published   .           .           .           .           published   retired
retired     draft       .           .           .           .           .           .
"""


def pictured() -> list[tuple[State, Verb, State | None]]:
    """The picture as triples."""
    head, *lines = (line.split() for line in PICTURE.strip().splitlines())
    return [
        (State(state), Verb(verb), None if to == "." else State(to))
        for state, *cells in lines
        for verb, to in zip(head, cells, strict=True)
    ]


@pytest.mark.parametrize(("state", "verb", "to"), pictured())
def test_every_verb_in_every_state(state: State, verb: Verb, to: State | None) -> None:
    assert rules.after(state, verb) is to
    assert (verb in rules.possible(state)) == (to is not None)


def test_the_picture_is_complete() -> None:
    assert len(pictured()) == len(State) * len(Verb)


def test_four_eyes() -> None:
    assert not rules.may_publish(author_id=7, publisher_id=7)
    assert rules.may_publish(author_id=7, publisher_id=8)
    assert rules.may_publish(author_id=None, publisher_id=8)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (None, None, True),
        (date(2026, 11, 18), date(2026, 11, 18), True),
        (date(2026, 11, 19), None, False),
        (None, date(2026, 11, 17), False),
    ],
)
def test_both_days_of_validity_are_included(
    *, start: date | None, end: date | None, holds: bool
) -> None:
    assert rules.is_in_force(start, end, date(2026, 11, 18)) is holds


def test_words_of_asking_do_not_count_unless_there_are_no_others() -> None:
    assert ranking.asked_words(["请问", "供热", "怎么", "报停", "供热"]) == ["供热", "报停"]
    assert ranking.asked_words(["怎么", "办"]) == ["办"]
    assert ranking.asked_words(["怎么", "什么"]) == ["怎么", "什么"]
    assert ranking.asked_words([]) == []


def test_a_title_that_holds_the_question_wins_over_a_text_that_repeats_it() -> None:
    words = ["供热", "报停"]
    in_title = ranking.score(words, title="供热报停怎么办理", keywords="", rank=0.1)
    in_keywords = ranking.score(words, title="取暖费", keywords="供热 报停", rank=0.1)
    in_text = ranking.score(words, title="取暖费", keywords="", rank=0.9)
    assert in_title > in_keywords > in_text


def test_a_short_title_that_asks_just_this_wins_over_a_long_one() -> None:
    short = ranking.score(["供热"], title="供热时间", keywords="", rank=0.1)
    long = ranking.score(["供热"], title="供热以外的各种服务热线电话", keywords="", rank=0.1)
    assert short > long


def test_the_passage_begins_with_the_sentence_that_says_most() -> None:
    text = "首先带身份证。供热报停要在供热开始前办理。逾期不办。"
    found = ranking.passage(text, ["供热", "报停"], length=15)
    assert found[0] == Piece("…")
    assert [piece.text for piece in found if piece.is_hit] == ["供热", "报停", "供热"]
    assert found[-1].text.endswith("…")


def test_a_hit_deep_in_a_long_sentence_is_shown() -> None:
    found = ranking.passage("一" * 300 + "报停" + "二" * 300, ["报停"], length=40)
    assert Piece("报停", is_hit=True) in found


def test_a_passage_without_a_hit_is_the_beginning() -> None:
    assert ranking.passage("第一句。第二句。", ["无关"], length=4) == [Piece("第一句。…")]
    assert ranking.passage("第一句。", []) == [Piece("第一句。")]
    assert ranking.passage(" \n", ["无关"]) == []
    assert ranking.passage("", ["无关"]) == []


def test_pieces_together_are_the_text() -> None:
    text = "供热(报停)供热费 Wifi"
    pieces = ranking.marked(text, ["供热", "供热费", "(报停)", "wifi"])
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_hit] == ["供热", "(报停)", "供热费", "Wifi"]
