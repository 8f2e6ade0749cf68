"""What changed between two texts and two wordings: nothing lost, nothing invented, in time."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb import differences
from kb.differences import Mark, Stretch
from kb.rules import Kind
from kb.wording import KEPT, Wording, as_json, from_json

TEXTS = some.text(alphabet="甲乙丙。！；\n a1", max_size=60)
SAME, GONE, NEW = Mark.SAME, Mark.GONE, Mark.NEW


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("甲。", "甲。", [(SAME, "甲。")]),
        ("", "甲。", [(NEW, "甲。")]),
        ("甲。", "", [(GONE, "甲。")]),
        (
            "甲。乙。丙。",
            "甲。丁。丙。",
            [(SAME, "甲。"), (GONE, "乙。"), (NEW, "丁。"), (SAME, "丙。")],
        ),
        ("甲。乙。", "甲。乙。丙。", [(SAME, "甲。乙。"), (NEW, "丙。")]),
        ("一\n二\n", "一\n三\n", [(SAME, "一\n"), (GONE, "二\n"), (NEW, "三\n")]),
        ("甲。甲。", "甲。", [(SAME, "甲。"), (GONE, "甲。")]),
    ],
)
def test_sentence_by_sentence(old: str, new: str, found: list[tuple[Mark, str]]) -> None:
    assert differences.stretches(old, new) == [Stretch(*one) for one in found]


@given(old=TEXTS, new=TEXTS)
def test_both_texts_can_be_read_from_it(old: str, new: str) -> None:
    found = differences.stretches(old, new)
    assert "".join(one.text for one in found if one.mark is not NEW) == old
    assert "".join(one.text for one in found if one.mark is not GONE) == new
    assert all(one.text for one in found)
    assert all(one.mark is not two.mark for one, two in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲。" * 25_000, "乙。" * 25_000),
        ("甲。乙。" * 12_000, "乙。甲。" * 12_000),
        ("\n".join(map(str, range(9_000))), "\n".join(map(str, range(9_000, 0, -1)))),
        ("甲" * 50_000, "乙" + "甲" * 49_999),
    ],
)
def test_the_longest_texts_are_compared_at_once(old: str, new: str) -> None:
    began = time.monotonic()
    found = differences.stretches(old, new)
    assert "".join(one.text for one in found if one.mark is not NEW) == old
    assert time.monotonic() - began < 5


def test_only_what_changed_is_told_field_by_field() -> None:
    old = Wording("标题", "甲。", guide={"fee": "免费", "who": "居民"}, is_public=False)
    new = Wording("标题", "乙。", guide={"fee": "10元"}, is_public=True, review_days=90)
    found = {one.field: (one.before, one.after) for one in differences.between(old, new)}
    assert found == {
        "body": ("甲。", "乙。"),
        "is_public": ("no", "yes"),
        "guide.who": ("居民", ""),
        "guide.fee": ("免费", "10元"),
        "review_days": ("", "90"),
    }
    assert differences.between(old, old) == []


WORDINGS = some.builds(
    Wording,
    title=TEXTS,
    body=TEXTS,
    kind=some.sampled_from(Kind),
    category=some.none() | some.just("T010101"),
    valid_from=some.none() | some.dates(),
    valid_until=some.none() | some.dates(),
    guide=some.dictionaries(some.sampled_from(["who", "fee"]), TEXTS),
    review_days=some.none() | some.integers(1, 3_650),
)


@given(wording=WORDINGS)
def test_what_a_revision_keeps_comes_back_as_it_was(wording: Wording) -> None:
    assert from_json(as_json(wording)) == wording


def test_what_an_older_revision_did_not_know_is_empty() -> None:
    kept = {"kind": "qa", "title": "标题", "body": "甲", "valid_from": "2026-01-02", "unit": None}
    found = from_json(kept)
    assert (found.questions, found.languages, found.guide) == ("", "zh", {})
    assert (found.valid_from, found.unit) == (date(2026, 1, 2), None)
    assert "publish_at" not in KEPT
