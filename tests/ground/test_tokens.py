"""Cutting text into words: never raises, and what was indexed is found again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import tokens

SENTENCES = st.text(
    alphabet=st.sampled_from(
        "秦皇岛市公积金提取供热报停不动产登记证Ａa1２.-_@/:'\\&|!()<>* \x00\ud800，。"
    ),
    max_size=60,
)


def test_a_sentence_becomes_the_words_people_search_for() -> None:
    found = tokens.words("我想咨询秦皇岛市公积金提取，需要什么材料？")
    assert {"秦皇岛", "公积金", "提取", "材料"} <= set(found)
    assert not {"，", "？", " "} & set(found)


def test_full_width_and_capitals_are_folded_and_numbers_stay() -> None:
    assert tokens.words("ＳＩＭ卡１２３４５") == ["sim", "卡", "12345"]


@pytest.mark.parametrize("text", ["", " \n\t", "，。！", "\x00", "\ud800", "😀😀", "_-.'&|!"])
def test_nothing_searchable_makes_an_empty_index_and_query(text: str) -> None:
    assert tokens.words(text) == []
    assert tokens.for_index(text) == tokens.for_query(text) == tokens.any_of([text]) == ""


def test_query_operators_in_the_text_are_only_text() -> None:
    query = tokens.for_query("a' | !b & (c <-> d):*")
    assert query == "'a' & 'b' & 'c' & 'd'"


def test_any_of_takes_words_once_and_in_order() -> None:
    assert tokens.any_of(["供热", "报停", "供热"]) == "'供热' | '报停'"


def test_a_text_of_five_megabytes_stays_within_the_limits() -> None:
    index = tokens.for_index("".join(f"词{n}x{n * n:x} " for n in range(400_000)))
    assert len(index.encode()) < 1_000_000
    assert len(index.split(" ")) <= tokens.MOST_WORDS
    assert max(len(word) for word in tokens.for_index("a" * 100_000).split(" ")) == 64


def test_an_endless_query_is_cut() -> None:
    assert tokens.for_query(" ".join(str(n) for n in range(10_000))).count("&") < 40


@given(st.one_of(st.text(), SENTENCES))
def test_any_text_can_be_cut_indexed_and_asked_for(text: str) -> None:
    index = tokens.for_index(text)
    assert "\x00" not in index
    assert re.fullmatch(r"([^\W_]+( [^\W_]+)*)?", index)
    assert re.fullmatch(r"('[^\W_]+'( & '[^\W_]+')*)?", tokens.for_query(text))


@given(st.one_of(st.text(max_size=80), SENTENCES))
def test_every_indexed_word_is_found_by_a_query_for_it(text: str) -> None:
    indexed = set(tokens.for_index(text).split(" "))
    for word in tokens.words(text):
        asked = {part.strip("'") for part in tokens.for_query(word).split(" & ")}
        assert asked <= indexed
