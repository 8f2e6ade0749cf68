"""How many tickets wait in a state, for the navigation; from the counter, never counted."""

from collections.abc import Callable

from hotline import counters
from hotline.tickets.operations import COUNTER
from hotline.tickets.states import State


def waiting_in(*states: State) -> Callable[[], int]:
    """A badge: the tickets in these states together."""
    return lambda: sum(counters.shown(COUNTER).get(state.value, 0) for state in states)
