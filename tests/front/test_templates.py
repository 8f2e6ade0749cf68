"""What no template may hold: the policy for content and the length of a screen."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path
    for path in ROOT.glob("*/**/templates/**/*.html")
    if not path.relative_to(ROOT).parts[0].startswith((".", "var"))
)
LONGEST = 150
CHINESE = "Chinese outside a catalogue"
# The stand-in carrier shares nothing with us, so it has no catalogue either.
ONE_LANGUAGE = {"phonebooth"}
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\bhx-on\b", re.I),
    "evaluated hx-vals or hx-headers": re.compile(
        r"hx-(vals|headers)\s*=\s*.(js|javascript):", re.I
    ),
    "trigger filter": re.compile(r"hx-trigger\s*=\s*(\"[^\"]*\[|'[^']*\[)", re.I),
    "foreign host": re.compile(r"(src|href)\s*=\s*[\"'](https?:)?//", re.I),
    "unescaped value": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    CHINESE: re.compile(r"[\u4e00-\u9fff]"),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_keeps_the_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = {name for name, pattern in FORBIDDEN.items() if pattern.search(text)}
    if path.relative_to(ROOT).parts[0] in ONE_LANGUAGE:
        found.discard(CHINESE)
    assert not found
    assert len(text.splitlines()) <= LONGEST


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 5


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("style attribute", '<p class="x" style="color:red">'),
        ("inline script", "<script>alert(1)</script>"),
        ("event attribute", '<a href="#" onclick="go()">'),
        ("trigger filter", "<input hx-trigger=\"keyup[key=='Enter'] from:body\">"),
        ("evaluated hx-vals or hx-headers", "<p hx-vals='js:{a: 1}'>"),
        ("foreign host", '<img src="//cdn.example/x.png">'),
        ("unescaped value", "{{ text | safe }}"),
    ],
)
def test_rule_notices(name: str, bad: str) -> None:
    assert FORBIDDEN[name].search(bad)
