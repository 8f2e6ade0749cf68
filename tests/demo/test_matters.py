"""What the demo tells: complete, of every kind, in words of its own, and nothing twice."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from demo import courses, matters, stories
from demo.stories import Story
from hotline.portal import outlines
from hotline.tickets.kinds import Channel, RequestType
from kb.forms import LONGEST_BODY

REAL = Path("../shared/data/real")
GAP = re.compile(r"[，。、；]{2}|^[，。、；]|，$|\{\w+\}")
ALIKE = 0.9
LONGEST_FILE = 300
LONGEST_TITLE, LONGEST_MATTER = 40, 600
FEWEST_MATTERS = 110


@cache
def told() -> list[Story]:
    return [*stories.stories(), *courses.stories()]


def pairs(text: str) -> Counter[str]:
    """The pairs of neighbouring characters, each as often as it stands there."""
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def test_there_are_about_three_hundred_of_more_than_a_hundred_matters() -> None:
    names = {case.name.rpartition("-")[0] for case in matters.cases()}
    assert len(names) >= FEWEST_MATTERS
    assert 290 <= len(told()) <= 350
    assert len({story.name for story in told()}) == len(told())


def test_no_case_leaves_a_gap_in_the_words() -> None:
    """What a case leaves empty must not be told by its course."""
    gaps = [text for story in told() for text in words_of(story.steps) if GAP.search(text)]
    assert gaps == []


def words_of(told: Any) -> Iterator[str]:
    """Every text in it, however deep."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for one in told.values():
            yield from words_of(one)
    elif isinstance(told, Sequence):
        for one in told:
            yield from words_of(one)
    elif is_dataclass(told):
        yield from words_of(vars(told))


def test_every_code_is_known_and_every_domain_is_there() -> None:
    with (matters.DATA / "units_86.csv").open(encoding="utf-8") as file:
        units = {row["code"] for row in csv.DictReader(file)}
    for case in matters.cases():
        assert case.category in matters.leaves(), case.name
        assert {case.unit, case.told.get("wrong", case.unit)} <= units, case.name
        assert case.told["type"] in set(RequestType), case.name
        assert case.told.get("channel", Channel.PHONE) in set(Channel), case.name
    assert {case.category[:3] for case in matters.cases()} == {f"S{n:02}" for n in range(1, 17)}


def test_every_course_is_gone_and_every_step_known() -> None:
    used = {case.told.get("course", courses.USUAL) for case in matters.cases()}
    assert used <= set(courses.courses())
    assert {step for course in courses.courses().values() for step in course} <= set(courses.STEPS)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ('name = "x"\n', "body"),
        ('name = "x"\nfoo = 1\n', "foo"),
    ],
)
def test_an_incomplete_matter_is_refused(tmp_path: Path, change: str, named: str) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(f"[[matter]]\n{change}", encoding="utf-8")
    with pytest.raises(ValueError, match=named):
        list(matters.read(wrong))


def test_a_case_says_nothing_that_nobody_reads(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    head = 'name = "x"\ncategory = "S010101"\ntype = "help"\ntitle = "t"\nbody = "b"\n'
    wrong.write_text(f"[[matter]]\n{head}cases = [{{ colour = 1 }}]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="colour"):
        list(matters.read(wrong))


def test_words_have_their_length_and_no_gap_is_left() -> None:
    for story in told():
        words = [str(story.matter.get("title", "")), story.matter["body"]]
        given = [one for step in story.steps for one in step.given.values()]
        assert not any("{" in one for one in [*words, *given] if isinstance(one, str)), story.name
        assert len(words[0]) <= LONGEST_TITLE, story.name
        assert 15 <= len(words[1]) <= LONGEST_MATTER, story.name
    for path in [*matters.FOLDER.glob("*.toml"), *stories.FOLDER.glob("*.toml")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE, path.name


def test_no_two_matters_are_the_same() -> None:
    known = [(one.name, len(one.matter["body"]), pairs(one.matter["body"])) for one in told()]
    known.sort(key=lambda one: one[1])
    for at, (name, length, own) in enumerate(known):
        for other, longer, theirs in known[at + 1 :]:
            if 2 * length < ALIKE * (length + longer):
                break
            assert 2 * (own & theirs).total() < ALIKE * (length + longer - 2), (name, other)


def test_pins_lie_in_the_district_that_is_told() -> None:
    pinned = [one.matter["place"] for one in told() if "lat" in (one.matter.get("place") or {})]
    assert len(pinned) > len(told()) / 2
    drawn = {name: code for name, code in matters.DISTRICTS.items() if code not in ("C08", "C09")}
    for place in pinned:
        name = outlines.district_at(place["lat"], place["lng"])
        assert name, place
        is_drawn = place["district"] in drawn.values()
        assert not is_drawn or place["district"] == matters.district_of(name), place


def test_nobodys_real_words_are_told() -> None:
    if not REAL.is_dir():
        pytest.skip("citizens' real messages are not on this machine")
    own = {_plain(story.matter["body"]) for story in told()}
    own |= {_plain(str(story.matter.get("title", "-"))) for story in told()}
    assert not own & set(_real())


def _real() -> Iterator[str]:
    for path in REAL.glob("*.csv.gz"):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (_plain(str(words)) for words in row.values() if words)


def _plain(text: str) -> str:
    return "".join(text.split())


def test_articles_fit_their_form() -> None:
    for path in (matters.DATA / "articles").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert 200 < len(text) < LONGEST_BODY, path.name
