"""Which announcements can be taken and which concern a place, as tables a clerk can read."""

from datetime import timedelta

import pytest

from hotline.notices import rules
from hotline.notices.rules import Fit, Phase
from tests.factories import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("begins", "ends", "fault"),
    [
        (HOUR, 5 * HOUR, None),
        (-HOUR, HOUR, None),
        (HOUR, HOUR, "ends_before_it_begins"),
        (2 * HOUR, HOUR, "ends_before_it_begins"),
        (HOUR, HOUR + 30 * DAY, None),
        (HOUR, 2 * HOUR + 30 * DAY, "too_long"),
        (-2 * HOUR, -HOUR, "over_already"),
        (-8 * DAY, HOUR, "over_already"),
        (61 * DAY, 62 * DAY, "too_far_ahead"),
    ],
)
def test_a_span(begins: timedelta, ends: timedelta, fault: str | None) -> None:
    assert rules.span_fault(NOW + begins, NOW + ends, NOW) == fault


@pytest.mark.parametrize(
    ("begins", "ends", "phase"),
    [(-HOUR, HOUR, Phase.CURRENT), (HOUR, DAY, Phase.COMING), (-DAY, -HOUR, Phase.PAST)],
)
def test_a_phase(begins: timedelta, ends: timedelta, phase: Phase) -> None:
    assert rules.phase(NOW + begins, NOW + ends, NOW) is phase
    assert rules.phase(NOW, NOW + HOUR, NOW) is Phase.CURRENT
    assert rules.phase(NOW - HOUR, NOW, NOW) is Phase.PAST


def test_words_of_an_area() -> None:
    assert rules.words_of("文化路、民族路,玉带湾小区 文化路;\n建设大街") == [
        "文化路",
        "民族路",
        "玉带湾小区",
        "建设大街",
    ]
    assert rules.words_of(" ,、") == []


@pytest.mark.parametrize(
    ("words", "districts", "fault"),
    [
        (["文化路"], [], None),
        ([], ["C01"], None),
        ([], [], "no_area"),
        (["路"], ["C01"], "word_too_short"),
        (["长" * 41], [], "area_too_long"),
        ([f"文化路{n}" for n in range(61)], [], "area_too_long"),
    ],
)
def test_an_area(words: list[str], districts: list[str], fault: str | None) -> None:
    assert rules.area_fault(words, districts) == fault


@pytest.mark.parametrize(
    ("words", "districts", "district", "place", "fit"),
    [
        (["文化路"], ["C01"], "C01", "海港区文化路12号", Fit.PLACE),
        (["文化路"], ["C01"], None, "文化路12号", Fit.PLACE),
        (["文化路"], [], "C04", "文化路12号", Fit.PLACE),
        (["文化路"], ["C01"], "C01", "民族路", Fit.NEAR),
        (["文化路"], ["C01"], "C04", "文化路", None),
        ([], ["C01"], "C01", "民族路", Fit.DISTRICT),
        ([], ["C01"], "C04", "民族路", None),
        ([], ["C01"], None, "民族路", None),
        (["文化路"], ["C01"], "C01", "", Fit.NEAR),
    ],
)
def test_how_an_area_concerns_a_place(
    words: list[str], districts: list[str], district: str | None, place: str, fit: Fit | None
) -> None:
    assert rules.fit(words, districts, district, place) is fit
