"""Scenarios are functions with what must come of them written above; here they are played."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from phonebooth.faults import Direction, Fault, Kind
from tests.committed import pause
from tests.scenarios.exchange import WITH_FEW, Exchange
from tests.scenarios.fates import Fate, fates, offered_twice, unsettled
from tests.scenarios.people import Citizen

Play = Callable[[Exchange], Citizen]
TO_THE_HOTLINE = (Direction.VOICE, Direction.CALL_STATUS, Direction.RECORDING_STATUS)
SETTLES_WITHIN = 60.0


@dataclass(frozen=True)
class Scenario:
    """How it goes, and what becomes of the citizen's calls."""

    play: Play
    ends: tuple[Fate, ...]

    @property
    def name(self) -> str:
        """As its function is called."""
        return self.play.__name__

    def expected(self, *, is_twilio: bool) -> list[Fate]:
        """What must come of it at a carrier of this kind."""
        if is_twilio:
            return list(self.ends)
        return [one.without_recorded_talks() for one in self.ends]


def comes_to(*ends: Fate) -> Callable[[Play], Scenario]:
    """What becomes of the calls of the citizen whom the function answers."""
    return lambda play: Scenario(play, ends)


def play(exchange: Exchange, at_once: Sequence[Scenario], then: Sequence[Scenario] = ()) -> None:
    """Some at once, others one by one, until nothing is under way; then what came of them."""
    exchange.pace = 1.0
    with ThreadPoolExecutor(len(at_once)) as pool:
        begun = [(one, pool.submit(one.play, exchange)) for one in at_once]
    failed = {one.name: repr(each.exception()) for one, each in begun if each.exception()}
    assert failed == {}, "\n".join(f"{name}: {why}" for name, why in failed.items())
    citizens = {one: each.result() for one, each in begun}
    exchange.pace = WITH_FEW
    citizens |= {one: one.play(exchange) for one in then}
    settle(exchange)
    came_of_it = {one.name: fates(exchange, citizen) for one, citizen in citizens.items()}
    written = {one.name: one.expected(is_twilio=exchange.is_twilio) for one in citizens}
    wrong = {name: (came_of_it[name], written[name]) for name in written}
    wrong = {name: each for name, each in wrong.items() if each[0] != each[1]}
    assert wrong == {}, wrong


def settle(exchange: Exchange) -> None:
    """Until nothing is under way, seen twice in a row; nothing was offered twice."""
    calm = 0
    for _ in range(int(SETTLES_WITHIN / 0.2)):
        left = unsettled(exchange)
        calm = 0 if left else calm + 1
        if calm == 2:
            break
        pause(0.2)
    assert left == [], left
    assert offered_twice(exchange) == []


def each_request(kind: Kind, **how: float) -> list[Fault]:
    """Every request of the carrier is struck."""
    faults = [{"direction": one, "kind": kind, "times": None, **how} for one in TO_THE_HOTLINE]
    return [Fault.model_validate(one) for one in faults]


def first_request(nth: int, address: str) -> Fault:
    """The first request of ours about this end is struck, in one way after the other."""
    ways = (
        {"kind": Kind.TIME_OUT, "seconds": 2.5},
        {"kind": Kind.ANSWER, "status": 429, "retry_after": 1},
        {"kind": Kind.ANSWER, "status": 500},
        {"kind": Kind.DROP},
        {"kind": Kind.CUT},
    )
    way = ways[nth % len(ways)]
    return Fault.model_validate({"direction": Direction.REST, "phone": address, **way})
