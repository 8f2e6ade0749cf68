"""When an article wants something, whose it is, and how what is typed is taken apart."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb import guide, rules
from kb.rules import ArticleRules, Step, Window

TODAY = date(2026, 11, 18)
NUMBERS = ArticleRules(expiring_days=30, overdue_days=14)


def steps(day: date, numbers: ArticleRules = NUMBERS) -> set[Step]:
    """What an article with this day is reminded of today."""
    return {one for one, window in rules.windows(TODAY, numbers).items() if _is_in(day, window)}


def _is_in(day: date, window: Window) -> bool:
    return day <= window.until and (window.since is None or window.since <= day)


@pytest.mark.parametrize(
    ("day", "review", "validity"),
    [
        ("2026-12-19", None, None),
        ("2026-12-18", None, Step.EXPIRING),
        ("2026-11-19", None, Step.EXPIRING),
        ("2026-11-18", Step.REVIEW_DUE, Step.EXPIRING),
        ("2026-11-17", Step.REVIEW_DUE, Step.EXPIRED),
        ("2026-11-05", Step.REVIEW_DUE, Step.EXPIRED),
        ("2026-11-04", Step.REVIEW_OVERDUE, Step.EXPIRED),
        ("2020-01-01", Step.REVIEW_OVERDUE, Step.EXPIRED),
    ],
)
def test_what_is_due_on_which_day(day: str, review: Step | None, validity: Step | None) -> None:
    found = steps(date.fromisoformat(day))
    assert found & rules.REVIEWS == ({review} if review else set())
    assert found - rules.REVIEWS == ({validity} if validity else set())


@given(
    day=some.dates(date(2020, 1, 1), date(2030, 1, 1)),
    soon=some.integers(1, 400),
    late=some.integers(1, 400),
)
def test_a_day_that_has_come_is_due_for_exactly_one_step_of_each_kind(
    day: date, soon: int, late: int
) -> None:
    found = steps(day, ArticleRules(soon, late))
    assert len(found & rules.REVIEWS) == (day <= TODAY)
    assert len(found - rules.REVIEWS) == (day <= TODAY + timedelta(days=soon))


@pytest.mark.parametrize("numbers", [(0, 14), (30, 0), (-1, 1)])
def test_numbers_of_days_are_at_least_one(numbers: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ArticleRules(*numbers)


def test_the_next_review_is_counted_from_today() -> None:
    assert rules.next_review(None, TODAY) is None
    assert rules.next_review(90, TODAY) == date(2027, 2, 16)


@pytest.mark.parametrize(
    ("unit_id", "own", "may"),
    [
        (7, None, True),
        (None, None, True),
        (7, {7}, True),
        (8, {7}, False),
        (None, {7}, False),
        (7, set(), False),
    ],
)
def test_whose_article_it_is(*, unit_id: int | None, own: set[int] | None, may: bool) -> None:
    assert rules.may_touch(unit_id, own) is may


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("暖气 供暖", ["暖气", "供暖"]),
        ("暖气，供暖、供热; 取暖；热力,热", ["暖气", "供暖", "供热", "取暖", "热力", "热"]),
        ("， 、", []),
    ],
)
def test_words_one_after_the_other(typed: str, found: list[str]) -> None:
    assert rules.entries(typed) == found


def test_a_guide_keeps_what_says_something_in_its_order() -> None:
    given = {"fee": " 免费 \n\n", "who": "居民\n 法人 ", "phone": " \n", "made_up": "x"}
    kept = guide.kept(given)
    assert list(kept.items()) == [("who", "居民\n法人"), ("fee", "免费")]
    assert guide.text(kept) == "居民\n法人\n免费"
    assert guide.entries(kept["who"]) == ["居民", "法人"]
    assert guide.kept(kept) == kept
