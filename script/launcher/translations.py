"""Compiles the catalogues of every package; the compiled ones are not kept in git."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(root: Path) -> list[Path]:
    """Compile each `<package>/translations/**/*.po` that is newer than its `.mo`; which ones."""
    compiled = []
    for catalogue in sorted(root.glob("*/translations/*/LC_MESSAGES/*.po")):
        target = catalogue.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        _compile(catalogue, target)
        compiled.append(target)
    return compiled


def _compile(catalogue: Path, target: Path) -> None:
    """Written beside and renamed: a running server may read the old one meanwhile."""
    unfinished = target.with_suffix(".mo.new")
    with catalogue.open("rb") as source, unfinished.open("wb") as file:
        write_mo(file, read_po(source))
    unfinished.replace(target)
