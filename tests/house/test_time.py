"""Time comes from one place and always knows its zone."""

import ast
from collections.abc import Iterable

from tests.house import tree
from tests.house.tree import Source

ASKING = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
)
CLOCKS = {
    "hotline/clock.py": "this is the source",
    "phonebooth/clock.py": "the stand-in carrier has its own clock, as a carrier would",
}
# The database's own clock: only where hosts with clocks of their own must agree.
DATABASE_CLOCKS = {
    "hotline/relay.py": "several hosts take from one table; its clock says what is due",
    "hotline/processes.py": "hosts with different clocks are compared with each other",
}
NAIVE: dict[str, str] = {}
LAUNCHER = "script/launcher/"


def test_only_the_clock_says_what_time_it_is() -> None:
    tree.judge(_asking(tree.application(), ASKING), CLOCKS)


def test_the_database_is_asked_for_the_time_only_where_hosts_must_agree() -> None:
    found = _asking(tree.application(), ("func.now", "func.current_timestamp"))
    tree.judge(found, DATABASE_CLOCKS)


def test_tests_and_tools_know_the_zone_too() -> None:
    naive = ("datetime.utcnow", "datetime.today", "date.today", "datetime.utcfromtimestamp")
    found = _asking(tree.everything(), naive)
    found |= {
        f"{one.path}:{call.lineno}": "datetime.now without a zone"
        for one in tree.everything()
        for call, name in one.calls()
        if name.endswith("datetime.now") and not call.args and not call.keywords
    }
    tree.judge(found, NAIVE)


def test_the_rule_notices() -> None:
    text = "import datetime\nx = datetime.datetime.now(UTC)\ny = time.monotonic()\n"
    assert _asking([Source("bad.py", text, ast.parse(text))], ASKING) == {
        "bad.py": "line 2: datetime.datetime.now"
    }


def _asking(sources: Iterable[Source], names: tuple[str, ...]) -> dict[str, str]:
    dotted = tuple(f".{name}" for name in names)
    return {
        one.path: f"line {call.lineno}: {name}"
        for one in sources
        for call, name in one.calls()
        if name in names or name.endswith(dotted)
    }
