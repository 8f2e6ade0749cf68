"""Phone numbers as people, forms and carriers write them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline import phone

unhurried = settings(deadline=None)
MOBILE = "+8613812341234"
OFFICE = "+863353012345"

SPELLINGS = [
    ("13812341234", MOBILE),
    ("138 1234 1234", MOBILE),
    ("138-1234-1234", MOBILE),
    ("138—1234—1234", MOBILE),
    ("013812341234", MOBILE),
    ("8613812341234", MOBILE),
    ("+86 138 1234 1234", MOBILE),
    ("0086 138 1234 1234", MOBILE),
    ("１３８１２３４１２３４", MOBILE),
    ("＋８６１３８１２３４１２３４", MOBILE),
    ("电话：13812341234", MOBILE),
    ("13812341234 ext 5", MOBILE),
    ("3012345", OFFICE),
    ("301 2345", OFFICE),
    ("0335-3012345", OFFICE),
    ("(0335)3012345", OFFICE),
    ("（0335）3012345", OFFICE),
    ("3353012345", OFFICE),
    ("+86 335 3012345", OFFICE),
    ("+86 0335 3012345", OFFICE),
    ("86-335-3012345", OFFICE),
    ("0086-335-3012345", OFFICE),
    ("tel:+86-335-3012345", OFFICE),
    ("0335-3012345转801", OFFICE),
    ("0335-3012345 分机 801", OFFICE),
    ("0335-3012345-801", OFFICE),
    ("3012345-801", OFFICE),
    ("8612345", "+863358612345"),
    ("010-62345678", "+861062345678"),
    ("400-810-6666", "+864008106666"),
    ("+1 415 555 2671", "+14155552671"),
    ("0014155552671", "+14155552671"),
    ("+852 9123 4567", "+85291234567"),
]

REFUSED = [
    ("", "empty"),
    ("  ", "empty"),
    ("1" * 61, "too_long"),
    ("abc", "not_a_number"),
    ("+", "not_a_number"),
    ("++8613812341234", "not_a_number"),
    ("1381234123", "not_a_number"),
    ("999999999999999", "not_a_number"),
    ("138😀12341234", "not_a_number"),
    ("12345", "short_code"),
    ("0335-12345", "short_code"),
    ("110", "short_code"),
    ("10086", "short_code"),
    ("95598", "short_code"),
    ("106901234567", "short_code"),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_one_spelling(text: str, expected: str) -> None:
    assert phone.normalise(text) == expected


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refused_with_a_code(text: str, code: str) -> None:
    with pytest.raises(phone.PhoneError) as refused:
        phone.normalise(text)
    assert refused.value.code == code


def test_landline_without_area_code_belongs_to_the_city() -> None:
    assert phone.normalise("62345678", area_code="010") == "+861062345678"
    with pytest.raises(phone.PhoneError):
        phone.normalise("62345678", area_code="Peking")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12345", "12345"),
        ("１２３４５", "12345"),
        ("0335-12345", "12345"),
        ("+8633512345", "12345"),
        ("12319", "12319"),
        ("10690123456", "10690123456"),
        ("13812341234", None),
        ("", None),
        ("abc", None),
    ],
)
def test_short_codes(text: str, digits: str | None) -> None:
    assert phone.short_code(text) == digits


@pytest.mark.parametrize(
    ("number", "national", "masked"),
    [
        (MOBILE, "13812341234", "138****1234"),
        (OFFICE, "03353012345", "0335****345"),
        ("+861062345678", "01062345678", "010****678"),
        ("+864008106666", "4008106666", "****66"),
        ("+14155552671", "+14155552671", "****71"),
        ("12345", "12345", "****"),
        ("", "", "****"),
    ],
)
def test_what_is_written_and_what_is_shown(number: str, national: str, masked: str) -> None:
    assert phone.national(number) == national
    assert phone.mask(number) == masked


@unhurried
@given(st.one_of(st.text(), st.text("0123456789０１２+-()#x转 ext.", max_size=30)))
def test_any_text_is_a_number_or_the_documented_error(text: str) -> None:
    phone.short_code(text)
    assert "*" in phone.mask(text)
    try:
        number = phone.normalise(text)
    except phone.PhoneError as refused:
        assert refused.code in {"empty", "too_long", "short_code", "not_a_number"}
    else:
        assert re.fullmatch(r"\+[0-9]{4,17}", number)
        assert phone.normalise(number) == number
        assert phone.normalise(phone.national(number)) == number


@unhurried
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_has_one_spelling(digits: str) -> None:
    spellings = {digits, "86" + digits, "+86" + digits, "0086" + digits, "0" + digits}
    assert {phone.normalise(spelling) for spelling in spellings} == {"+86" + digits}
    assert phone.mask(digits) == phone.mask("+86" + digits) == digits[:3] + "****" + digits[-4:]
