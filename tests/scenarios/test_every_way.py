"""Every scenario with either kind of carrier, undisturbed and disturbed in each way."""

from collections.abc import Callable
from functools import partial

import pytest
from apiflask import APIFlask

from phonebooth.faults import Fault, Kind
from tests.phonebooth import published
from tests.scenarios import callers, owed_calls, talks
from tests.scenarios.distribution import ONE_BY_ONE
from tests.scenarios.exchange import Exchange, running
from tests.scenarios.fates import counted
from tests.scenarios.playing import Scenario, each_request, first_request, play

ROOMS = (callers, owed_calls, talks)
AT_ONCE = [one for room in ROOMS for one in vars(room).values() if isinstance(one, Scenario)]
FEW = 15
ALIKE: dict[str, float] = {
    "outgoing": 4,
    "abandoned": 1,
    "short": 2,
    "asked_back": 3,
    "messages": 1,
}
FIGURES: dict[str, dict[str, float]] = {
    "twilio": ALIKE
    | {
        "incoming": 38,
        "queued": 25,
        "answered": 21,
        "connection": 21,
        "in_time": 21,
        "one_call": 20,
    },
    "somleng": ALIKE
    | {
        "incoming": 37,
        "queued": 24,
        "answered": 20,
        "connection": 20,
        "in_time": 20,
        "one_call": 19,
    },
}
"""Counted by hand from the scenarios. One caller only where speech is understood: `in_turn`."""
DISTURBED: dict[str, Callable[[], list[Fault]]] = {
    "undisturbed": list,
    "repeated": partial(each_request, Kind.REPEAT),
    "late": lambda: [
        *each_request(Kind.DELAY, seconds=0.2),
        *each_request(Kind.REORDER, seconds=0.4, probability=0.5),
    ],
}
"""Late are all of them; every second one is overtaken by others as well."""


@pytest.mark.parametrize("way", DISTURBED)
@pytest.mark.parametrize("flavour", ["twilio", "somleng"])
def test_however_the_carrier_tells_it(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch, flavour: str, way: str
) -> None:
    with running(committed_app, flavour, monkeypatch) as exchange:
        callers.open_lines(exchange)
        for fault in DISTURBED[way]():
            exchange.booth.exchange.board.switch_on(fault)
        play(exchange, AT_ONCE, ONE_BY_ONE)
        assert counted(exchange) == FIGURES[flavour]


@pytest.mark.parametrize("flavour", ["twilio", "somleng"])
def test_whatever_the_carrier_answers(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch, flavour: str
) -> None:
    with running(committed_app, flavour, monkeypatch, carrier_timeout=2.0) as exchange:
        callers.open_lines(exchange)
        exchange.rest_fault = _in_turn(exchange)
        # Fewer at a time: what is late because of the others would be taken for a failed carrier.
        *earlier, last = [AT_ONCE[begin : begin + FEW] for begin in range(0, len(AT_ONCE), FEW)]
        for few in earlier:
            play(exchange, few)
        play(exchange, last, ONE_BY_ONE)
        assert counted(exchange) == FIGURES[flavour]


@pytest.mark.parametrize("flavour", ["twilio", "somleng"])
def test_what_is_asked_of_the_carrier_is_as_it_was_published(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch, flavour: str
) -> None:
    if not published.DOCUMENT.exists():
        pytest.skip("the carrier's OpenAPI document is not here")
    with running(committed_app, flavour, monkeypatch) as exchange:
        play(exchange, [callers.english, talks.held, talks.asked_by_machine])


def _in_turn(exchange: Exchange) -> Callable[[str], Fault]:
    return lambda address: first_request(next(exchange.numbers), address)
