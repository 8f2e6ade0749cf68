"""How long a thing may be, so that it is read in one go.

Templates are measured in `tests/front/test_templates.py`, complexity by ruff.
"""

import ast
from collections.abc import Iterable

from tests.house import tree
from tests.house.tree import Function, Source

LONGEST_FILE = 300
LONGEST_TEST_FILE = 400
LONGEST_SCRIPT = 200
LONGEST_FUNCTION = 40
MOST_POSITIONAL = 5

# Place → reason. Split what is too long before writing here.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
MANY_PARAMETERS: dict[str, str] = {}
LONG_SCRIPTS: dict[str, str] = {}


def test_a_file_has_at_most_300_lines_a_test_file_400() -> None:
    found = {
        one.path: f"{_length(one.text)} lines"
        for one in tree.everything()
        if _length(one.text) > (LONGEST_TEST_FILE if _is_test(one) else LONGEST_FILE)
    }
    tree.judge(found, LONG_FILES)


def test_a_function_has_at_most_40_lines() -> None:
    tree.judge(_too_long(tree.everything()), LONG_FUNCTIONS)


def test_a_function_takes_at_most_5_values_by_position() -> None:
    tree.judge(_too_many(tree.everything()), MANY_PARAMETERS)


def test_a_script_for_browsers_has_at_most_200_lines() -> None:
    found = {
        str(path.relative_to(tree.ROOT)): f"{length} lines"
        for path in tree.files(*tree.PACKAGES, ending=".js")
        if (length := _length(path.read_text(encoding="utf-8"))) > LONGEST_SCRIPT
    }
    tree.judge(found, LONG_SCRIPTS)


def test_the_rules_notice() -> None:
    body = "\n".join(["    pass"] * LONGEST_FUNCTION)
    text = f"def f(self, a, b, c, d, e, *, g):\n{body}\n\ndef h(a, b, c, d, e, /, f):\n    pass\n"
    bad = Source("bad.py", text, ast.parse(text))
    assert _too_long([bad]) == {"bad.py:f": "41 lines"}
    assert _too_many([bad]) == {"bad.py:h": "6 positional parameters"}


def _too_long(sources: Iterable[Source]) -> dict[str, str]:
    return {
        f"{one.path}:{function.name}": f"{lines} lines"
        for one in sources
        for function in one.functions()
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }


def _too_many(sources: Iterable[Source]) -> dict[str, str]:
    return {
        f"{one.path}:{function.name}": f"{count} positional parameters"
        for one in sources
        for function in one.functions()
        if (count := _positional(function)) > MOST_POSITIONAL and not _is_test_case(one, function)
    }


def _is_test_case(one: Source, function: Function) -> bool:
    """pytest passes fixtures by name, however many there are."""
    return _is_test(one) and function.name.startswith("test_")


def _positional(function: Function) -> int:
    given = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in given if name not in ("self", "cls")])


def _is_test(one: Source) -> bool:
    return one.path.startswith("tests/")


def _length(text: str) -> int:
    return len(text.splitlines())
