"""The parts of the search that touch nothing: cutting, synonyms, sound, order, check sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import ranking
from kb.search import asking, cutting, spelling, synonyms, weighing
from kb.search.cutting import Cutter
from kb.search.synonyms import Synonyms
from kb.search.weights import USUAL

READ = ("gong", "ji", "jin", "ti", "qu", "gong", "nuan", "xi", "an", "xian")
SIGNS = dict(zip("公积金提取供暖西安线", READ, strict=True))
KNOWN = frozenset(SIGNS.values())
CUTTER = Cutter(["不动产登记中心"])


@given(st.text(max_size=200))
def test_any_text_is_folded_and_cut_and_folding_again_changes_nothing(text: str) -> None:
    folded = cutting.folded(text)
    plain = cutting.spaced(folded)
    assert cutting.spaced(plain) == plain
    assert all(word.strip() for word in CUTTER.words(plain))
    assert all(len(one) in (1, 2) for one in cutting.pairs(folded))
    folded.encode()


@pytest.mark.parametrize(
    ("written", "folded"),
    [("暖氣費", "暖气费"), ("ＥＴＣ", "etc"), ("臺灣", "台湾"), ("a\ud800b", "ab"), ("", "")],
)
def test_what_counts_as_the_same(written: str, folded: str) -> None:
    assert cutting.folded(written) == folded


def test_terms_of_the_house_are_one_word() -> None:
    assert "不动产登记中心" in CUTTER.words("去不动产登记中心办理")
    assert "不动产登记中心" not in Cutter().words("去不动产登记中心办理")


def test_pairs_stay_within_their_run_and_leave_lone_letters_out() -> None:
    assert cutting.pairs("停水，a2区") == ["停", "水", "停水", "2", "区", "a2", "2区"]


def test_a_long_text_is_bounded() -> None:
    assert len(cutting.folded("水" * 5_000_000)) == cutting.LONGEST_TEXT


def test_every_word_of_a_group_stands_for_the_others_one_step() -> None:
    known = Synonyms([["甲甲", "乙乙"], ["乙乙", "丙丙"], ["丙丙", "甲甲"], ["丁", "丁"]])
    assert known.of("问甲甲") == {"甲甲": ["乙乙", "丙丙"]}
    assert known.of("没有") == {}
    assert Synonyms([]).of("甲") == {}


@given(st.lists(st.lists(st.sampled_from("水电气暖房车"), max_size=5), max_size=8))
def test_groups_in_circles_do_no_harm(groups: list[list[str]]) -> None:
    known = Synonyms(groups)
    for word, others in known.of("水电气暖房车").items():
        assert word not in others
        assert len(others) <= synonyms.MOST


def test_the_house_has_its_groups_each_word_once_a_group() -> None:
    groups = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    assert len(groups) >= 150
    assert all(len(set(group)) == len(group) for group in groups)
    assert all(len(word) > 1 for group in groups for word in group)
    assert (
        "供热" in synonyms.usual().of("暖气费")["暖气费"]
        or "供热费" in synonyms.usual().of("暖气费")["暖气费"]
    )


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("gongjijin", [("gong", "ji", "jin"), ("gong", "ji", "ji", "n")]),
        ("gongjij", [("gong", "ji", "j")]),
        ("xian", [("xian",), ("xi", "an")]),
        ("zzz", []),
        ("g", []),
        ("g" * 500, []),
    ],
)
def test_letters_are_taken_apart(letters: str, ways: list[tuple[str, ...]]) -> None:
    assert spelling.spellings(letters, KNOWN) == ways


@given(st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=8))
def test_whatever_was_put_together_can_be_taken_apart(syllables: list[str]) -> None:
    letters = "".join(syllables)
    ways = spelling.spellings(letters, KNOWN)
    assert len(ways) <= spelling.MOST_SPELLINGS
    assert ways
    assert all("".join(way) == letters for way in ways)


@pytest.mark.parametrize(
    ("wanted", "is_initials", "found"),
    [
        (("gong", "ji", "jin"), False, "公积金"),
        (("ji", "ji"), False, "积金"),
        (("g", "j", "j"), True, "公积金"),
        (("g", "n"), True, "供暖"),
        (("xi",), False, "西"),
        (("ti", "ti"), False, ""),
        (("x",) * 99, True, ""),
    ],
)
def test_the_stretch_that_sounds_so(
    wanted: tuple[str, ...], *, is_initials: bool, found: str
) -> None:
    text = "公积金提取，供暖，西安线"
    assert spelling.sounding_like(text, wanted, SIGNS, by_initials=is_initials) == found


def test_a_synonym_stands_in_for_a_word_that_the_title_does_not_have() -> None:
    meant = {"暖气": ["供暖", "供热"]}
    assert weighing.said(["暖气", "报停"], meant, "供热报停怎么办") == ["供热", "报停"]
    assert weighing.said(["暖气"], meant, "停水") == ["暖气"]


def test_use_moves_a_score_a_little() -> None:
    assert weighing.factor(0, 0) == 1.0
    assert 1.0 < weighing.factor(1, 0) < weighing.factor(1_000, 0) < 1.0 + weighing.FARTHEST
    assert 1.0 - weighing.FARTHEST < weighing.factor(0, 1_000) < weighing.factor(2, 3) < 1.0


def test_a_young_article_gains_and_an_old_one_does_not_lose() -> None:
    fresh = [weighing.freshness(1_000_000 - age, 1_000_000, USUAL) for age in (0, 180, 4_000)]
    assert fresh[0] == USUAL.fresh
    assert fresh[1] == pytest.approx(USUAL.fresh / 2)
    assert 0 <= fresh[2] < 0.001
    assert weighing.freshness(0, 1_000_000, USUAL) == 0.0


def test_the_passage_is_the_one_that_says_it_in_other_words() -> None:
    text = "本办法自发布之日起施行。供热报停应在十月底前申请。其他事项另行通知。"
    pieces = ranking.passage(text, ["暖气", "报停", "供热"])
    assert [piece.text for piece in pieces if piece.is_hit] == ["供热", "报停"]


def test_asking_words_are_no_matter() -> None:
    assert {"怎么", "请问", "的"} <= asking._ASKING
    assert "办理" not in asking._ASKING
