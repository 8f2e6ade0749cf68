"""Who commits: a request in one place, everything else in a few that are written here.

An operation never does: whoever calls it decides what belongs together.
"""

import ast
from collections.abc import Iterable

from tests.house import tree
from tests.house.tree import Source

COMMITS = {
    "hotline/http.py": "the only commit of a request",
    "hotline/jobs.py": "the only commit of relay, worker and clock work",
    "hotline/scheduler.py": "writes down for when an entry ran, in the clock's own thread",
    "hotline/processes.py": "the heartbeat of a process, in a thread of its own",
    "hotline/commands.py": "a command line is a request of its own: the counters' proof",
    "hotline/tickets/importing.py": "a long file is stored in batches, good rows at once",
    "kb/importing.py": "a folder of articles is stored article by article",
    "kb/search/building.py": "the index's own writer, no transaction of the database",
    "dispatch/cli.py": "a command line is a request of its own: a city's catalogue",
}
PURE_OF_REQUESTS = ("operations", "rules", "states", "clocks", "limits", "queries", "models")
OF_A_REQUEST = ("flask.request", "flask.session", "flask.g")


def test_only_these_commit() -> None:
    tree.judge(_committing(tree.application()), COMMITS)


def test_operations_and_queries_know_no_request() -> None:
    found = {
        one.path: ", ".join(sorted(_names(one) & set(OF_A_REQUEST)))
        for one in tree.sources(*tree.PACKAGES)
        if one.name in PURE_OF_REQUESTS and _names(one) & set(OF_A_REQUEST)
    }
    tree.judge(found, {})


def test_operations_are_told_the_time() -> None:
    found = {
        f"{one.path}:{call.lineno}": "asks the clock"
        for one in tree.sources(*tree.PACKAGES)
        if one.name == "operations"
        for call, name in one.calls()
        if name == "clock.now"
    }
    tree.judge(found, {})


def test_the_rule_notices() -> None:
    text = "db.session.commit()\nsession.commit()\nconnection.begin()\n"
    assert _committing([Source("bad.py", text, ast.parse(text))]) == {"bad.py": "lines 1, 2"}


def _committing(sources: Iterable[Source]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one in sources:
        for call, name in one.calls():
            if name.endswith(".commit"):
                found.setdefault(one.path, []).append(str(call.lineno))
    return {path: f"lines {', '.join(lines)}" for path, lines in found.items()}


def _names(one: Source) -> set[str]:
    return {
        f"{node.module}.{alias.name}"
        for node in one.nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
