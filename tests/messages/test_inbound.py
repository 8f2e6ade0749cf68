"""What texts say, as a table, and any text at all."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.messages import inbound
from hotline.messages.inbound import Intent
from hotline.tickets.numbers import check_digit

NUMBER = "261121000001" + check_digit("261121000001")
OTHER = "261121000002" + check_digit("261121000002")


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        " Stop. ",
        "退订",
        "退订！",
        "TD",
        "td",
        "ＴＤ",
        "T",
        "n",
        "回复TD",
        "取消订阅",
    ],
)
def test_words_that_stop(text: str) -> None:
    assert inbound.classify(text).intent is Intent.OPT_OUT


@pytest.mark.parametrize("text", ["退订之后还收到广告", "please stop it", "TD 3号楼停电", "NO"])
def test_words_that_only_look_like_it(text: str) -> None:
    assert inbound.classify(text).intent is Intent.WORDS


@pytest.mark.parametrize("text", ["START", "恢复", "恢复短信。"])
def test_words_that_start_again(text: str) -> None:
    assert inbound.classify(text).intent is Intent.OPT_IN


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        (f"查 {NUMBER}", NUMBER, None),
        (f"查{NUMBER}", NUMBER, None),
        (f"查+{NUMBER}", NUMBER, None),
        (f"查询：{NUMBER}。", NUMBER, None),
        (f"查询编号{NUMBER}", NUMBER, None),
        (f"进度 {NUMBER}", NUMBER, None),
        (f"cx{NUMBER}", NUMBER, None),
        (f"Status {NUMBER}", NUMBER, None),
        (NUMBER, NUMBER, None),
        (f"“{NUMBER}”", NUMBER, None),
        (f"查 {NUMBER} 123456", NUMBER, "123456"),
        (f"查{NUMBER}，查询码 123456", NUMBER, "123456"),
        (f"查{NUMBER}123456", NUMBER, "123456"),
        (f"{NUMBER} 123456", NUMBER, "123456"),
        ("查 123", "123", None),
        ("查１２３４", "1234", None),
    ],
)
def test_asking_for_progress(text: str, number: str, code: str | None) -> None:
    read = inbound.classify(text)
    assert (read.intent, read.number, read.code) == (Intent.LOOK_UP, number, code)


@pytest.mark.parametrize("text", ["查", "查询", "进度？", "查编号"])
def test_asking_without_a_number(text: str) -> None:
    assert inbound.classify(text).intent is Intent.HOW_TO_LOOK_UP


@pytest.mark.parametrize(
    "text", ["查一下我家水表", "12345", "查 12 号楼漏水", f"{NUMBER} 还没修好", "1234567890124"]
)
def test_words_that_ask_for_no_progress(text: str) -> None:
    assert inbound.classify(text).intent is Intent.WORDS


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("1", 1),
        ("５", 5),
        ("⑤", 5),
        ("五", 5),
        ("伍", 5),
        (" 3。", 3),
        ("“2”", 2),
        ("4！！", 4),
        ("5分", 5),
        ("回复5", 5),
        ("选 3", 3),
        ("1\ufe0f\u20e3", 1),
        ("5 😀", 5),
    ],
)
def test_a_digit_alone(text: str, digit: int) -> None:
    read = inbound.classify(text)
    assert (read.intent, read.digit) == (Intent.DIGIT, digit)
    assert inbound.digit_of(text) == digit


@pytest.mark.parametrize("text", ["6", "0", "12", "5个人受伤", "3楼", "十", "-5", "1/5", "5,4"])
def test_what_is_no_rating(text: str) -> None:
    assert inbound.digit_of(text) is None


def test_quoted_numbers() -> None:
    read = inbound.classify(f"关于{NUMBER}和{OTHER}、{NUMBER}：还没修好")
    assert read.intent is Intent.WORDS
    assert read.numbers == (NUMBER, OTHER)
    assert inbound.classify(f"关于{NUMBER[:-1]}{(int(NUMBER[-1]) + 1) % 10}的").numbers == ()


@pytest.mark.parametrize("text", ["", " \n ", "😀😀", "。。。", "\x00\x01", "\ufffd", "\ud800"])
def test_nothing_that_could_be_handled(text: str) -> None:
    assert inbound.classify(text).intent is Intent.NOTHING


def test_what_no_database_holds_is_gone() -> None:
    raw = "路\x00灯\x1b[31m坏\ud800了\r\n两\u202e盏\r三\ufeff盏\t"
    assert inbound.clean(raw) == "路灯[31m坏了\n两盏\n三盏\t"


def test_a_very_long_text_is_cut() -> None:
    cleaned = inbound.clean("水" * 50_000)
    assert len(cleaned) == inbound.LONGEST
    assert cleaned.endswith("…")


@pytest.mark.parametrize(
    ("text", "is_english"),
    [
        ("The street lamp is broken", True),
        ("路灯坏了", False),
        ("abc路灯坏了", False),
        ("ok", False),
    ],
)
def test_who_writes_english(text: str, is_english: object) -> None:
    assert inbound.is_english(text) is is_english


@given(st.text(alphabet=st.characters(), max_size=400))
@example("查" + " " * 10_000 + "x")
@example("." * 10_000 + "a" + "." * 10_000)
def test_any_text_can_be_read(text: str) -> None:
    read = inbound.classify(text)
    assert read.text == read.text.strip()
    assert len(read.text) <= inbound.LONGEST
    read.text.encode("utf-8")
    assert not any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in read.text)
    assert read.digit is None or 1 <= read.digit <= 5
    assert (read.number is not None) == (read.intent is Intent.LOOK_UP)
