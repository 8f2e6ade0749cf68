"""Who may import whom.

import-linter reads the contracts in `pyproject.toml`; here stands what it can't see: wsgi, the
tests' side, imports inside functions, and modules that stay pure.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from importlinter import cli

from tests.house import tree
from tests.house.tree import Source

# A package imports only those named beside it. `hotline` is split into rooms by import-linter.
LADDER: dict[str, set[str]] = {
    "hotline": set(),
    "kb": {"hotline"},
    "dispatch": {"hotline"},
    "callbacks": {"hotline", "dispatch"},
    "supervision": {"hotline", "kb", "dispatch", "callbacks"},
    "webhooks": {"hotline", "dispatch", "callbacks"},
    "demo": {"hotline", "kb", "dispatch", "callbacks", "supervision", "webhooks"},
    "phonebooth": set(),
}
# Only these may know the composition root.
MAY_IMPORT_WSGI = ("tests.", "bench.", "script.")

# Modules that decide and touch nothing → what they may use beside the standard library and
# each other. Whatever is named rules, states, clocks, limits or scores belongs here.
PURE: dict[str, set[str]] = {
    "hotline.attachments.rules": set(),
    "hotline.calendar_words": set(),
    "hotline.call_words": set(),
    "hotline.clock": set(),
    "hotline.config": set(),
    "hotline.desk_words": set(),
    "hotline.environment": set(),
    "hotline.errors": set(),
    "hotline.event_words": set(),
    "hotline.hours": set(),
    "hotline.knowledge_words": set(),
    "hotline.labels": set(),
    "hotline.phone": {"phonenumbers"},
    "hotline.second_level_words": set(),
    "hotline.supervision_words": set(),
    "hotline.tokens": {"rjieba"},
    "hotline.vardir": set(),
    "hotline.voice_words": set(),
    "hotline.words": set(),
    "hotline.worktable": set(),
    "dispatch.time_rules": set(),
    "hotline.worktime": set(),
    "hotline.calendar.calendars": set(),
    "hotline.calendar.rules": set(),
    "hotline.calls.figures": set(),
    "hotline.calls.kinds": set(),
    "hotline.calls.menu": set(),
    "hotline.calls.rules": set(),
    "hotline.calls.states": set(),
    "hotline.citizens.rules": set(),
    "hotline.messages.inbound": set(),
    "hotline.messages.rules": set(),
    "hotline.notices.rules": set(),
    "hotline.people.rules": set(),
    "hotline.tickets.again": set(),
    "hotline.tickets.clock_table": set(),
    "hotline.tickets.clocks": set(),
    "hotline.tickets.emergency": set(),
    "hotline.tickets.kinds": set(),
    "hotline.tickets.limits": set(),
    "hotline.tickets.merging_rules": set(),
    "hotline.tickets.splitting_rules": set(),
    "hotline.tickets.mode_rules": set(),
    "hotline.tickets.numbers": set(),
    "hotline.tickets.places": set(),
    "hotline.tickets.recalendar_rules": set(),
    "hotline.tickets.rulebook": set(),
    "hotline.tickets.states": set(),
    "hotline.tickets.view": set(),
    "callbacks.rules": set(),
    "callbacks.voice_flow": set(),
    "dispatch.routing": set(),
    "dispatch.changing_rules": set(),
    "dispatch.joint_rules": set(),
    "dispatch.rules": set(),
    "dispatch.second_level_rules": set(),
    "kb.rules": set(),
    "kb.use.rules": set(),
    "supervision.rules": set(),
}
# Impure module a pure one may still import → why.
STILL_PURE = {
    "hotline.access": "roles and permissions are plain enums; nothing of a request is asked",
}
PURE_NAMES = {"rules", "states", "clocks", "limits", "scores"}

INNER_IMPORTS: dict[str, str] = {
    "kb/search/readings.py:32": "its dictionaries take 60 MB that the indexer alone needs",
}
DYNAMIC_IMPORTS = {
    "hotline/jobs.py": "a worker turns a job's path back into its function",
}
RUNS_ON_IMPORT = {
    "hotline/messages/readers.py": "registration last: a reader that no table of texts names",
    "phonebooth/__main__.py": "what `python -m phonebooth` runs",
}


def test_the_contracts_hold() -> None:
    config = str(tree.ROOT / "pyproject.toml")
    assert cli.lint_imports(config_filename=config) == cli.EXIT_STATUS_SUCCESS


def test_every_package_has_its_place_on_the_ladder() -> None:
    assert LADDER.keys() == set(tree.PACKAGES)


def test_a_package_imports_only_those_below_it() -> None:
    found = {
        f"{one.path}: {name}": "not below it"
        for one in tree.sources(*tree.PACKAGES)
        for name in _imported(one)
        if name.partition(".")[0] in LADDER.keys() - _reachable(one.module)
    }
    tree.judge(found, {})


def test_nobody_imports_the_composition_root() -> None:
    found = {
        one.path: "imports wsgi"
        for one in tree.everything()
        if any(name.partition(".")[0] == "wsgi" for name in _imported(one))
        and not one.module.startswith(MAY_IMPORT_WSGI)
    }
    tree.judge(found, {})


def test_the_application_never_imports_its_tests_or_tools() -> None:
    found = {
        one.path: name
        for one in tree.application()
        for name in _imported(one)
        if name.partition(".")[0] in ("tests", "script", "bench", "migrations")
    }
    tree.judge(found, {})


def test_imports_stand_at_the_top_and_are_absolute() -> None:
    tree.judge(_misplaced(tree.everything()), INNER_IMPORTS)


def test_modules_are_named_where_they_are_imported() -> None:
    found = {
        one.path: name
        for one in tree.application()
        for _, name in one.calls()
        if name in ("importlib.import_module", "import_module", "__import__")
    }
    tree.judge(found, DYNAMIC_IMPORTS)


def test_every_module_with_a_pure_name_is_on_the_list() -> None:
    named = {
        one.module
        for one in tree.sources(*tree.PACKAGES)
        if one.name in PURE_NAMES and not one.module.startswith("phonebooth.")
    }
    assert named - PURE.keys() == set()


def test_pure_modules_import_only_the_standard_library_and_each_other() -> None:
    allowed = PURE.keys() | STILL_PURE.keys()
    found = {
        f"{one.path}: {name}": "not pure"
        for one in tree.sources(*tree.PACKAGES)
        if one.module in PURE
        for name in _modules(one)
        if name not in allowed and name.partition(".")[0] not in PURE[one.module] | _STDLIB
    }
    tree.judge(found, {})


def test_nothing_runs_on_import() -> None:
    found = {
        one.path: ast.unparse(node)[:60]
        for one in tree.application()
        for node in one.tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    }
    tree.judge(found, RUNS_ON_IMPORT)


def test_the_rules_notice() -> None:
    text = "from . import a\ndef f():\n    import b\nif TYPE_CHECKING:\n    import c\n"
    bad = Source("bad.py", text, ast.parse(text))
    assert _misplaced([bad]) == {"bad.py:1": "a relative import", "bad.py:3": "inside f"}
    assert set(_imported(bad)) == {"", "b", "c"}


_STDLIB = set(sys.stdlib_module_names)


def _reachable(module: str) -> set[str]:
    package = module.partition(".")[0]
    return {package} | LADDER[package]


def _imported(one: Source) -> Iterator[str]:
    """Every module named in an import, wherever it stands."""
    for node in one.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _modules(one: Source) -> Iterator[str]:
    """As `_imported`, with `from package import module` told as `package.module`."""
    for node in one.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            ours = [name for name in full if name.replace(".", "/") in _paths()]
            yield from ours or [node.module or ""]


@cache
def _paths() -> frozenset[str]:
    return frozenset(one.path.removesuffix(".py") for one in tree.sources(*tree.PACKAGES))


def _misplaced(sources: Iterable[Source]) -> dict[str, str]:
    found = {}
    for one in sources:
        for node in one.nodes:
            if isinstance(node, ast.ImportFrom) and node.level:
                found[f"{one.path}:{node.lineno}"] = "a relative import"
        for function in one.functions():
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    found[f"{one.path}:{node.lineno}"] = f"inside {function.name}"
    return found
