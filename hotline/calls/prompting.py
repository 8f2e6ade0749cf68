"""The words callers hear: one file a language, a recorded sound where there is one.

Decided here: how numbers, moments and waits are spoken, and which file is played. Not here: what
is said when (`menu`, the carrier's documents). An unknown key, or a value that is missing or too
many, is a programmer's PromptError.
"""

import string
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from hotline.messages import texts

CHINESE, ENGLISH = "zh_CN", "en"
LANGUAGES = (CHINESE, ENGLISH)
FOLDER = Path(__file__).with_name("prompts")
SOUND = ".mp3"
GROUP = 4


class PromptError(LookupError):
    """No such prompt, or not with these values."""


@dataclass(frozen=True)
class Spoken:
    """Words in a language; `key` where they are a prompt that may have been recorded."""

    language: str
    words: str
    key: str = ""


def say(key: str, language: str, **values: str) -> Spoken:
    """A prompt, filled in. Raises PromptError."""
    words = _words(language).get(key)
    if words is None:
        raise PromptError(f"{language}: no prompt {key}")
    wanted = placeholders(words)
    if wanted != set(values):
        raise PromptError(f"{language}: {key} wants {sorted(wanted)}, got {sorted(values)}")
    return Spoken(language, words.format(**values), "" if wanted else key)


def keys(language: str) -> frozenset[str]:
    """All prompts of a language."""
    return frozenset(_words(language))


def placeholders(words: str) -> set[str]:
    """What is to be filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def words_of(key: str, language: str) -> str:
    """A prompt's words as they stand in the file. Raises PromptError."""
    try:
        return _words(language)[key]
    except KeyError as missing:
        raise PromptError(f"{language}: no prompt {key}") from missing


def recording(language: str, key: str, own: Path) -> Path | None:
    """The sound to play instead of the words: the city's own (in the folder `own`), or ours."""
    if language not in LANGUAGES or key not in keys(language):
        return None
    candidates = (folder / language / f"{key}{SOUND}" for folder in (own, FOLDER))
    return next((path for path in candidates if path.is_file()), None)


def digit_by_digit(number: str) -> str:
    """A number as it is read out: each digit by itself, in groups."""
    groups = (number[first : first + GROUP] for first in range(0, len(number), GROUP))
    return ", ".join(" ".join(group) for group in groups)


def wait(seconds: int, language: str) -> str:
    """An expected wait, in whole minutes."""
    if seconds <= 60:
        return say("wait_short" if seconds < 60 else "wait_minute", language).words
    return say("wait_minutes", language, minutes=str(-(-seconds // 60))).words


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A day and an hour in the city."""
    return texts.moment(at, zone, language)


@cache
def _words(language: str) -> dict[str, str]:
    if language not in LANGUAGES:
        raise PromptError(f"no prompts in {language!r}")
    with (FOLDER / f"{language}.toml").open("rb") as file:
        found: dict[str, str] = tomllib.load(file)
    return found
