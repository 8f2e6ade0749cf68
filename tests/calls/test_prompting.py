"""The words callers hear: both languages whole, and every use of them right."""

import ast
from pathlib import Path

import pytest

from hotline.calls import prompting
from hotline.calls.prompting import CHINESE, ENGLISH, LANGUAGES, PromptError
from tests.house import tree

SPEAKERS = {"say", "goodbye"}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    assert prompting.keys(CHINESE) == prompting.keys(ENGLISH)
    for key in prompting.keys(CHINESE):
        zh, en = (prompting.words_of(key, one) for one in LANGUAGES)
        assert prompting.placeholders(zh) == prompting.placeholders(en), key
        assert zh.strip() == zh
        assert en.strip() == en


def test_english_prompts_are_english_and_chinese_ones_chinese() -> None:
    for key in prompting.keys(ENGLISH):
        assert prompting.words_of(key, ENGLISH).isascii(), key
        if key != "menu_english":
            assert not prompting.words_of(key, CHINESE).isascii(), key


def test_every_prompt_that_is_said_exists_and_each_one_is_said() -> None:
    named = _named()
    assert prompting.keys(CHINESE) <= named, prompting.keys(CHINESE) - named
    unknown = {key for key, source in _said() if key not in prompting.keys(CHINESE)}
    assert unknown == set()


def test_unknown_keys_and_values_are_errors() -> None:
    with pytest.raises(PromptError):
        prompting.say("nothing", CHINESE)
    with pytest.raises(PromptError):
        prompting.say("progress", CHINESE, number="1")
    with pytest.raises(PromptError):
        prompting.say("menu", CHINESE, more="1")
    with pytest.raises(PromptError):
        prompting.say("menu", "fr")
    with pytest.raises(PromptError):
        prompting.words_of("nothing", ENGLISH)


def test_numbers_are_read_digit_by_digit() -> None:
    assert prompting.digit_by_digit("2611180000017") == "2 6 1 1, 1 8 0 0, 0 0 0 1, 7"
    assert prompting.digit_by_digit("") == ""


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (30, "不到1分钟", "less than a minute"),
        (60, "约1分钟", "about a minute"),
        (90, "约2分钟", "about 2 minutes"),
        (150, "约3分钟", "about 3 minutes"),
    ],
)
def test_waits_are_told_in_minutes(seconds: int, zh: str, en: str) -> None:
    assert prompting.wait(seconds, CHINESE) == zh
    assert prompting.wait(seconds, ENGLISH) == en


def test_a_recorded_sound_wins(tmp_path: Path) -> None:
    assert prompting.recording(CHINESE, "menu", tmp_path) is None
    (tmp_path / CHINESE).mkdir()
    sound = tmp_path / CHINESE / "menu.mp3"
    sound.write_bytes(b"ID3")
    assert prompting.recording(CHINESE, "menu", tmp_path) == sound
    assert prompting.recording(ENGLISH, "menu", tmp_path) is None
    assert prompting.recording("..", "menu", tmp_path) is None
    assert prompting.recording(CHINESE, "../zh_CN/menu", tmp_path) is None


def test_what_is_filled_in_is_never_played() -> None:
    assert prompting.say("menu", CHINESE).key == "menu"
    assert prompting.say("progress_due", CHINESE, due="x").key == ""


def _said() -> list[tuple[str, str]]:
    """Keys given as words to `say` and the like, with the module."""
    found = []
    for source in tree.everything():
        if not source.path.startswith(("webhooks/voice", "hotline/calls/", "callbacks/")):
            continue
        for node in source.nodes:
            if isinstance(node, ast.Call) and _name(node) in SPEAKERS:
                words = [one for one in node.args if isinstance(one, ast.Constant)]
                found += [(str(one.value), source.path) for one in words[:1]]
    return found


def _named() -> set[str]:
    """Every string in the modules that speak; a key may be chosen from several."""
    folders = ("webhooks/voice", "hotline/calls/", "callbacks/voice_")
    nodes = [x for one in tree.everything() if one.path.startswith(folders) for x in one.nodes]
    plain = {x.value for x in nodes if isinstance(x, ast.Constant) and isinstance(x.value, str)}
    notices = {
        f"{one}_{end}" for one in ("notice", "notice_coming") for end in ("area", "district")
    }
    return plain | notices


def _name(node: ast.Call) -> str:
    called = node.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
