"""Which tests one process does alone: what is dear to make is made once a run, not in each process.

The groups are told by where a test stands. The marks of pytest-xdist would say the same, but it
passes them on in the names of the tests, which pytest no longer lets it change.
"""

import os
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

TOGETHER = {
    "tests/browser/test_every_page.py": "every page",
    "tests/demo/": "demo",
    **{
        f"tests/house/test_{rules}.py": "tree"
        for rules in ("catalogues", "commits", "imports", "names", "settings_told", "sizes", "time")
    },
}
"""One town, in which a page that one role saw is not drawn for the next; one demo; one reading of
all files."""


def group_of(nodeid: str) -> str:
    """What a process takes as a whole: a group, or this test alone."""
    return next((group for path, group in TOGETHER.items() if nodeid.startswith(path)), nodeid)


class Spreading(LoadGroupScheduling):  # type: ignore[misc]
    """One test after the other to whoever is free; a group to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spreading | None:
    """Ours, where groups are asked for."""
    return Spreading(config, log) if config.getvalue("dist") == "loadgroup" else None


def only_here(what: str, config: pytest.Config, folder: Path) -> None:
    """Fail when another process of this run makes the same: its group was torn apart."""
    if getattr(config.option, "loadgroup", False) and "PYTEST_XDIST_WORKER" in os.environ:
        try:
            (folder.parent / f"only-{what}").touch(exist_ok=False)
        except FileExistsError:
            pytest.fail(f"two processes of this run make {what}")
