"""What each wish allows."""

import pytest

from hotline import labels
from hotline.citizens.rules import ContactWish, may_call, may_text


@pytest.mark.parametrize(
    ("wish", "call", "text"),
    [
        (None, "yes", "yes"),
        (ContactWish.PHONE, "yes", "yes"),
        (ContactWish.SMS, "no", "yes"),
        (ContactWish.NONE, "no", "no"),
    ],
)
def test_what_a_wish_allows(wish: ContactWish | None, call: str, text: str) -> None:
    assert may_call(wish) is (call == "yes")
    assert may_text(wish) is (text == "yes")


def test_every_wish_has_its_word() -> None:
    assert {wish.value for wish in ContactWish} == set(labels.CONTACT_WISH)
