"""The files of the house as its rules read them, and how a rule judges what it found.

A rule collects place → what is wrong there, and hands it to `judge` with its exceptions. An
exception names its place and a reason; one that nothing needs any more is a failure too.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "hotline",
    "kb",
    "dispatch",
    "callbacks",
    "supervision",
    "webhooks",
    "demo",
    "phonebooth",
)
FOLDERS = (*PACKAGES, "script", "bench", "tests")
SHORTEST_REASON = 15

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return Path(self.path).stem

    @property
    def module(self) -> str:
        """The name under which it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in it, walked once."""
        return list(ast.walk(self.tree))

    def functions(self) -> Iterator[Function]:
        """Every function, methods and inner ones too."""
        return (node for node in self.nodes if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the dotted name of what is called."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)


def application() -> list[Source]:
    """The Python files of the application."""
    return [*sources(*PACKAGES), source("wsgi.py")]


def everything() -> list[Source]:
    """All Python files but released migrations, which are generated and stay as they were."""
    return [*sources(*FOLDERS), source("wsgi.py"), source("migrations/env.py")]


def sources(*folders: str) -> list[Source]:
    """The Python files below these folders."""
    return [source(str(path.relative_to(ROOT))) for path in files(*folders, ending=".py")]


@cache
def source(path: str) -> Source:
    """The file at this path."""
    text = (ROOT / path).read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text))


def files(*folders: str, ending: str) -> list[Path]:
    """Files below these folders; without what others wrote."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{ending}")
        if not {"vendor", "node_modules", "__pycache__"} & set(path.parts)
    )


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression; parts that are no names are left out."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def judge(found: Mapping[str, str], exceptions: Mapping[str, str]) -> None:
    """Fail unless what was found is excused, every excuse has a reason and is still needed."""
    __tracebackhide__ = True
    wrong = [f"{place}: {what}" for place, what in found.items() if place not in exceptions]
    wrong += [f"{place}: the exception is not needed" for place in exceptions.keys() - found]
    wrong += [
        f"{place}: the exception has no reason"
        for place, reason in exceptions.items()
        if len(reason) < SHORTEST_REASON
    ]
    if wrong:
        pytest.fail("\n" + "\n".join(sorted(wrong)))
