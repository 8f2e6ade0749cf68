"""Words of danger, in both languages."""

import pytest

from hotline.tickets.emergency import words_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("楼道里有煤气味，快来人", ["煤气味"]),
        ("不是火灾，是烟", ["火灾"]),
        ("There is a GAS LEAK in the hallway!", ["gas leak"]),
        ("Please hurry, the kitchen is on fire", ["on fire"]),
        ("My neighbour is trapped in the lift", ["trapped"]),
        ("Where do I renew a firearms licence?", []),
        ("The heating is off, the flat is cold", []),
        ("暖气不热", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words_in(text) == found
