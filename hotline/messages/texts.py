"""The words of our texts: files rendered with what they are about.

Decided here: that a text is a file `templates/texts/<locale>/<kind>.txt`, and how a day is
written in one. Not here: which kind is sent when (`readers`), the words themselves (files).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from hotline.messages.inbound import is_english

CHINESE = "zh_CN"
ENGLISH = "en"
FOLDER = Path(__file__).with_name("templates") / "texts"


def render(kind: str, values: Mapping[str, Any], locale: str = CHINESE) -> str:
    """The text of this kind. Raises jinja2's UndefinedError for a value that is missing."""
    return _environment().get_template(f"{locale}/{kind}.txt").render(values).strip()


def moment(at: datetime | None, zone: ZoneInfo, locale: str = CHINESE) -> str:
    """A deadline as a text says it in words: day, month, hour and minute in the city's zone."""
    if at is None:
        return ""
    parts = (format_skeleton(one, at, tzinfo=zone, locale=locale) for one in ("MMMd", "Hm"))
    return " ".join(parts)


def locale_for(words: str) -> str:
    """English for who writes in Latin letters only, Chinese for everybody else."""
    return ENGLISH if is_english(words) else CHINESE


@cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False
    )
