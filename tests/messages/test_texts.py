"""The words of every text, pinned: a change of wording is a change of this file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from hotline.messages import readers, rules, texts

SNAPSHOTS = Path(__file__).with_name("snapshots")
VALUES: dict[str, Any] = {
    "number": "2611210000017",
    "code": "123456",
    "unit": "市住房和城乡建设局",
    "due": "11月25日 17:30",
    "until": "2026-12-10",
    "words": "路灯已修复。",
    "route": "市信访局，电话 0335-1234567",
    "link": "https://hotline.example/rate/x",
    "clock": "sign",
    "order": "2026-00017",
    "count": "3",
    "parts": ["2611210000025", "2611210000033"],
    "title": "路灯不亮怎么报修",
    "url": "https://hotline.example/answers/K000001",
}
KINDS = sorted(path.stem for path in (texts.FOLDER / texts.CHINESE).glob("*.txt"))
SIGNATURES = {texts.CHINESE: "【12345热线】", texts.ENGLISH: "【12345 Hotline】"}


def all_texts(locale: str, **changes: str) -> str:
    values = VALUES | changes
    return "".join(f"{kind}: {texts.render(kind, values, locale)}\n" for kind in KINDS)


@pytest.mark.parametrize("locale", [texts.CHINESE, texts.ENGLISH])
def test_the_words_are_these(locale: str) -> None:
    pinned = (SNAPSHOTS / f"{locale}.txt").read_text("utf-8")
    assert all_texts(locale) == pinned


@pytest.mark.parametrize("locale", [texts.CHINESE, texts.ENGLISH])
def test_the_words_without_what_may_lack(locale: str) -> None:
    pinned = (SNAPSHOTS / f"{locale}_bare.txt").read_text("utf-8")
    assert (
        all_texts(locale, code="", unit="", due="", until="", route="", link="", url="") == pinned
    )


def test_every_text_is_there_in_both_languages() -> None:
    assert sorted(path.stem for path in (texts.FOLDER / texts.ENGLISH).glob("*.txt")) == KINDS
    named = {telling.kind for telling in readers.TABLE.values()} | (set(rules.EXEMPT) - {"code"})
    assert named <= set(KINDS)


@pytest.mark.parametrize("locale", [texts.CHINESE, texts.ENGLISH])
def test_every_text_is_signed(locale: str) -> None:
    for line in all_texts(locale).splitlines():
        if ": " in line and line.split(": ")[0] in KINDS:
            assert line.split(": ", 1)[1].startswith(SIGNATURES[locale])


def test_a_receipt_fits_into_one_segment() -> None:
    assert rules.segments(texts.render("acknowledged", VALUES)) == 1


def test_words_of_people_are_never_a_template() -> None:
    said = texts.render("answered", VALUES | {"words": "{{ 7 * 7 }} {% x %} <b>"})
    assert said.endswith("{{ 7 * 7 }} {% x %} <b>")


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        texts.render("acknowledged", {})


def test_a_deadline_in_words() -> None:
    zone, at = ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert texts.moment(at, zone) == "11月25日 17:30"
    assert texts.moment(at, zone, texts.ENGLISH) == "Nov 25 17:30"
    assert texts.moment(None, zone) == ""
