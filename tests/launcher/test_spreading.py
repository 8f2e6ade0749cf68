"""Groups of tests that one process does alone."""

from pathlib import Path

import pytest

from tests import spreading

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", spreading.TOGETHER)
def test_each_group_is_told_by_files_that_are_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_a_group_is_one_and_any_other_test_by_itself() -> None:
    scheduler = object.__new__(spreading.Spreading)
    demo = {scheduler._split_scope(f"tests/demo/{one}") for one in ("test_a.py::a", "b.py::b[@]")}
    assert demo == {"demo"}
    assert scheduler._split_scope("tests/flows/test_a.py::a[x]") == "tests/flows/test_a.py::a[x]"
