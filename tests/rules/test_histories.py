"""Random histories: whatever people do, in whatever order, what must hold holds.

Each history is at least fifty steps long: tickets come in, everybody does what they may and what
they may not, and time passes through make-up days and holidays. After each step everything in
`truths` is looked at.
"""

import os
from contextlib import ExitStack
from datetime import timedelta
from typing import ClassVar

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as live

from tests.conftest import isolated
from tests.rules import truths
from tests.rules.deeds import DEEDS, Chance
from tests.rules.town import Town, telling_only_rooms
from tests.rules.truths import Handling

STEPS = 52
EXAMPLES = 5
"""More of them by hand: HISTORIES=200 finds what five do not."""
TICKETS = 4
SPANS = (
    timedelta(minutes=20),
    timedelta(hours=2),
    timedelta(hours=9),
    timedelta(days=1, hours=3),
    timedelta(days=4),
)


class Histories(RuleBasedStateMachine):
    """A town, and what is done in it."""

    app: ClassVar[APIFlask]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.open.enter_context(isolated(self.app))
        self.open.enter_context(telling_only_rooms(self.app))
        self.town = Town()
        self.town.settle()
        self.seen: dict[str, Handling | None] = {}
        self.looks: dict[str, object] = {}
        self.town.take_in("+8613900000000")

    @rule(data=st.data())
    def something_is_done(self, data: st.DataObject) -> None:
        """Somebody does something that makes sense in the ticket's state, or nearly so."""
        number = data.draw(st.sampled_from(self.town.numbers))
        state = self.town.ticket(number).state
        deed = data.draw(st.sampled_from([one for one in DEEDS if state in one.states]))
        chance = Chance(self.town, number, lambda most: data.draw(st.integers(0, most - 1)))
        note(f"{self.town.now} {state} {deed.tried(chance)}")

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        """And the hotline's jobs run."""
        self.town.now += span
        self.town.sweep()
        note(f"{self.town.now} swept")

    @precondition(lambda self: len(self.town.numbers) < TICKETS)
    @rule()
    def another_citizen_calls(self) -> None:
        """One ticket more."""
        self.town.take_in(f"+86139{len(self.town.numbers):08}")

    @invariant()
    def everything_holds(self) -> None:
        """Nothing is wrong with any ticket, and the counters count."""
        faults, looks = truths.counted(), self.town.looks()
        for number, looked in looks.items():
            if self.looks.get(number) != looked:
                faults += truths.faults(self.town, number)
                faults += truths.jumps(self.town, number, self.seen.get(number))
                self.seen[number] = truths.handling(self.town, number)
        self.looks = looks
        assert faults == []

    def teardown(self) -> None:
        """Nothing of it stays."""
        self.open.close()


@pytest.mark.timeout(0 if "HISTORIES" in os.environ else 300)
def test_whatever_is_done_everything_holds(built_app: APIFlask) -> None:
    Histories.app = built_app
    live(
        Histories,
        settings=settings(
            max_examples=int(os.environ.get("HISTORIES", EXAMPLES)),
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="HISTORIES" not in os.environ,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
