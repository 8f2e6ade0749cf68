"""What keys and words mean; whatever is typed or said, something follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls import menu
from hotline.calls.menu import Heard, Wish
from hotline.tickets.numbers import number_for
from tests.factories import NOW

NUMBER = number_for(7, NOW.date())


@pytest.mark.parametrize(
    ("keys", "speech", "tries", "wish"),
    [
        ("", "", 0, Wish.PERSON),
        ("0", "", 0, Wish.PERSON),
        ("1", "", 0, Wish.PROGRESS),
        ("2", "", 0, Wish.ENGLISH),
        ("9", "", 0, Wish.MESSAGE),
        ("7", "", 0, Wish.AGAIN),
        ("7", "", 1, Wish.PERSON),
        ("*", "", 0, Wish.AGAIN),
        ("1" * 40, "", 0, Wish.AGAIN),
        ("１", "", 0, Wish.PERSON),
        ("", "人工", 0, Wish.PERSON),
        ("", "转人工客服。", 0, Wish.PERSON),
        ("", "我要查进度", 0, Wish.PROGRESS),
        ("", "留言", 0, Wish.MESSAGE),
        ("", "English please", 0, Wish.ENGLISH),
        ("", "ＥＮＧＬＩＳＨ", 0, Wish.ENGLISH),
        ("", "今天天气不错", 0, Wish.AGAIN),
        ("", "今天天气不错", 1, Wish.PERSON),
        ("", "我家着火了", 0, Wish.EMERGENCY),
        ("1", "救命", 0, Wish.EMERGENCY),
    ],
)
def test_the_menu(keys: str, speech: str, tries: int, wish: Wish) -> None:
    assert menu.at_menu(Heard.of(keys, speech), tries).wish is wish


@pytest.mark.parametrize(
    ("keys", "tries", "wish"),
    [
        (NUMBER, 0, Wish.LOOK_UP),
        (NUMBER + "#", 0, Wish.LOOK_UP),
        (NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10), 0, Wish.AGAIN),
        ("0", 0, Wish.PERSON),
        ("0#", 0, Wish.PERSON),
        ("", 0, Wish.AGAIN),
        ("", 1, Wish.PERSON),
        ("1" * 40, 0, Wish.AGAIN),
    ],
)
def test_a_number(keys: str, tries: int, wish: Wish) -> None:
    decision = menu.at_number(Heard.of(keys), tries)
    assert decision.wish is wish
    assert decision.number == (NUMBER if wish is Wish.LOOK_UP else "")


@pytest.mark.parametrize(
    ("keys", "wish"),
    [
        ("123456", Wish.LOOK_UP),
        ("12345", Wish.AGAIN),
        ("0", Wish.PERSON),
        ("1234567", Wish.AGAIN),
        ("*23456", Wish.AGAIN),
    ],
)
def test_a_code(keys: str, wish: Wish) -> None:
    assert menu.at_code(Heard.of(keys), 0).wish is wish


@pytest.mark.parametrize(
    ("keys", "speech", "may_back", "may_message", "wish"),
    [
        ("", "", True, False, Wish.STAY),
        ("1", "", True, False, Wish.CALL_BACK),
        ("1", "", False, False, Wish.STAY),
        ("9", "", True, False, Wish.STAY),
        ("9", "", False, True, Wish.MESSAGE),
        ("", "留言", False, True, Wish.MESSAGE),
        ("", "有人溺水", False, False, Wish.EMERGENCY),
        ("5", "喂喂", True, True, Wish.STAY),
    ],
)
def test_waiting(*, keys: str, speech: str, may_back: bool, may_message: bool, wish: Wish) -> None:
    heard = Heard.of(keys, speech)
    found = menu.while_waiting(heard, may_ask_back=may_back, may_leave_message=may_message)
    assert found.wish is wish


@pytest.mark.parametrize(
    ("keys", "tries", "may_back", "wish"),
    [
        ("1", 0, True, Wish.CALL_BACK),
        ("1", 0, False, Wish.AGAIN),
        ("9", 0, False, Wish.MESSAGE),
        ("", 0, True, Wish.AGAIN),
        ("", 1, True, Wish.LEAVE),
    ],
)
def test_the_queue_is_full(*, keys: str, tries: int, may_back: bool, wish: Wish) -> None:
    assert menu.when_full(Heard.of(keys), tries, may_ask_back=may_back).wish is wish


@pytest.mark.parametrize(
    ("keys", "wish"),
    [("0", Wish.PERSON), ("1", Wish.PROGRESS), ("", Wish.LEAVE), ("7", Wish.LEAVE)],
)
def test_after_the_progress(keys: str, wish: Wish) -> None:
    assert menu.after_progress(Heard.of(keys)).wish is wish


@pytest.mark.parametrize(("keys", "wish"), [("1", Wish.RATE), ("5", Wish.RATE), ("6", Wish.LEAVE)])
def test_a_rating(keys: str, wish: Wish) -> None:
    assert menu.at_rating(Heard.of(keys)).wish is wish


@given(keys=st.text(max_size=60), speech=st.text(max_size=600), tries=st.integers(0, 9))
def test_anything_leads_somewhere(keys: str, speech: str, tries: int) -> None:
    heard = Heard.of(keys, speech)
    assert len(heard.keys) <= menu.LONGEST_KEYS
    found = [
        menu.at_menu(heard, tries),
        menu.at_number(heard, tries),
        menu.at_code(heard, tries),
        menu.after_progress(heard),
        menu.while_waiting(heard, may_ask_back=True, may_leave_message=True),
        menu.when_full(heard, tries, may_ask_back=True),
        menu.at_refusal(heard),
        menu.at_rating(heard),
    ]
    if heard.is_emergency:
        assert all(one.wish is Wish.EMERGENCY for one in found[:-1])
    if tries >= menu.MOST_TRIES - 1:
        assert Wish.AGAIN not in {one.wish for one in found}
