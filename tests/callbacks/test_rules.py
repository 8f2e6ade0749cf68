"""Who is asked, what counts as dissatisfied, what follows: the tables, written a second time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import rules
from callbacks.rules import Consequence, Rating, Solved, Subject, Way
from hotline.citizens.rules import ContactWish
from hotline.tickets.kinds import CallbackRule, Channel, Completion, RequestType

RATINGS = st.builds(
    Rating,
    responded=st.none() | st.booleans(),
    solved=st.none() | st.sampled_from(Solved),
    satisfied=st.none() | st.integers(1, 5),
)


def subject(**changes: object) -> Subject:
    """A complaint by phone that was solved, from somebody with a mobile phone."""
    given_: dict[str, object] = {
        "request_type": RequestType.COMPLAINT,
        "round": 1,
        "completion": Completion.SOLVED,
        "channel": Channel.PHONE,
        "wish": None,
        "has_phone": True,
        "is_textable": True,
    }
    return Subject(**(given_ | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rating", "is_dissatisfied"),
    [
        (Rating(True, Solved.YES, 5), False),
        (Rating(True, Solved.PARTLY, 3), False),
        (Rating(satisfied=3), False),
        (Rating(satisfied=2), True),
        (Rating(True, Solved.YES, 1), True),
        (Rating(True, Solved.NO, 5), True),
        (Rating(False, Solved.YES, 5), True),
        (Rating(), False),
    ],
)
def test_dissatisfied_is_two_or_less_not_solved_or_nobody_in_touch(
    rating: Rating,
    is_dissatisfied: bool,  # noqa: FBT001
) -> None:
    assert rules.is_dissatisfied(rating) is is_dissatisfied


BAD = Rating(satisfied=1)
CLOSE, REDO, DECISION = Consequence.CLOSE, Consequence.REDO, Consequence.DECISION


@pytest.mark.parametrize(
    ("completion", "first", "second", "third"),
    [
        (Completion.SOLVED, REDO, DECISION, CLOSE),
        (Completion.PARTLY_SOLVED, REDO, DECISION, CLOSE),
        (Completion.EXPLAINED, DECISION, DECISION, CLOSE),
        (Completion.PLANNED, DECISION, DECISION, CLOSE),
        (Completion.NO_LEGAL_BASIS, DECISION, DECISION, CLOSE),
        (Completion.NOT_A_DUTY, DECISION, DECISION, CLOSE),
        (Completion.WITHDRAWN, DECISION, DECISION, CLOSE),
        (Completion.UNREACHABLE, DECISION, DECISION, CLOSE),
        (None, DECISION, DECISION, CLOSE),
    ],
)
def test_what_follows_from_dissatisfaction(
    completion: Completion | None, first: Consequence, second: Consequence, third: Consequence
) -> None:
    found = [rules.consequence(BAD, redone=n, completion=completion) for n in range(3)]
    assert found == [first, second, third]


@given(RATINGS, st.integers(0, 9), st.none() | st.sampled_from(Completion))
def test_a_satisfied_answer_always_closes(
    rating: Rating, redone: int, completion: Completion | None
) -> None:
    found = rules.consequence(rating, redone=redone, completion=completion)
    assert rules.is_dissatisfied(rating) or found is CLOSE
    assert redone == 0 or found is not REDO


@given(RATINGS)
def test_what_suffices_says_something(rating: Rating) -> None:
    assert not (rules.may_conclude(rating) and rating.says_nothing)


@pytest.mark.parametrize(
    ("of_type", "round_", "completion", "rule"),
    [
        (CallbackRule.FULL, 1, Completion.SOLVED, CallbackRule.FULL),
        (CallbackRule.SAMPLE, 1, Completion.SOLVED, CallbackRule.SAMPLE),
        (CallbackRule.SAMPLE, 2, Completion.SOLVED, CallbackRule.FULL),
        (CallbackRule.SAMPLE, 1, Completion.WITHDRAWN, CallbackRule.FULL),
        (CallbackRule.SAMPLE, 1, Completion.UNREACHABLE, CallbackRule.FULL),
        (CallbackRule.NONE, 2, Completion.WITHDRAWN, CallbackRule.NONE),
    ],
)
def test_who_is_asked(
    of_type: CallbackRule, round_: int, completion: Completion, rule: CallbackRule
) -> None:
    assert rules.rule_for(subject(round=round_, completion=completion), of_type) is rule


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({}, Way.CALL),
        ({"channel": Channel.SMS}, Way.TEXT),
        ({"channel": Channel.SMS, "wish": ContactWish.PHONE}, Way.CALL),
        ({"channel": Channel.SMS, "is_textable": False}, Way.CALL),
        ({"channel": Channel.SMS, "completion": Completion.WITHDRAWN}, Way.CALL),
        ({"wish": ContactWish.SMS}, Way.TEXT),
        ({"wish": ContactWish.SMS, "completion": Completion.UNREACHABLE}, Way.TEXT),
        ({"wish": ContactWish.SMS, "is_textable": False}, Way.CALL),
        ({"wish": ContactWish.NONE}, Way.NONE),
        ({"has_phone": False}, Way.NONE),
        ({"has_phone": False, "wish": ContactWish.SMS}, Way.NONE),
    ],
)
def test_how_a_citizen_is_asked_first(changes: dict[str, object], way: Way) -> None:
    assert rules.first_way(subject(**changes)) is way


def test_a_draw_can_be_repeated_and_has_its_share() -> None:
    numbers = [f"2611{n:09d}" for n in range(20_000)]
    drawn = {one for one in numbers if rules.is_drawn("seed", one, 10)}
    assert drawn == {one for one in numbers if rules.is_drawn("seed", one, 10)}
    assert 0.09 < len(drawn) / len(numbers) < 0.11
    assert drawn != {one for one in numbers if rules.is_drawn("another", one, 10)}


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_keeps_who_was_drawn(seed: str, number: str, a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert not rules.is_drawn(seed, number, low) or rules.is_drawn(seed, number, high)
    assert not rules.is_drawn(seed, number, 0)
    assert rules.is_drawn(seed, number, 100)
