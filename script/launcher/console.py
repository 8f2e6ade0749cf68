"""What the launcher says to the person who started it."""

import contextlib
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


def say(text: str) -> None:
    """One message at once; a console that was closed meanwhile stops nothing."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


def text(name: str, **values: object) -> str:
    """A text of the folder texts with its values filled in."""
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8").format(**values)
