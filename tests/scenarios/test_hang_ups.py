"""Somebody hangs up at any step of a call, at either end: nobody and nothing is left behind.

The carrier tells of every second one only when it is asked: the switchboard looks for itself.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from apiflask import APIFlask

from phonebooth.faults import Direction, Fault, Kind
from phonebooth.legs import Leg
from tests.scenarios.exchange import CutOffError, Exchange, running
from tests.scenarios.people import Citizen, Operator
from tests.scenarios.playing import settle

AT_ONCE = 10
OFTEN, ELSE = 6, 2
"""So many requests and documents of one end are tried, and so many of each verb."""
SILENT_SECONDS = 31


@dataclass(frozen=True)
class Step:
    """The nth step of this name, at the citizen's end or at the operator's."""

    is_citizens: bool
    name: str
    nth: int


def whole_call(citizen: Citizen, operator: Operator) -> None:
    """Everything that can be in a talk, to its end."""
    leg = citizen.dials("0").leg
    citizen.exchange.until(lambda: leg.steps.get("Redirect"), "a round of waiting")
    call = operator.talks(citizen)
    operator.does("hold", call)
    citizen.hears("请稍候，不要挂机").is_joined(0)
    operator.does("resume", call)
    citizen.is_joined().will_press("5")
    operator.does("hang-up", call)
    citizen.hears("感谢您的评价").is_let_go()


def steps_of(x: Exchange) -> list[Step]:
    """The steps of a call that nobody cuts."""
    citizen, operator = Citizen.of(x), Operator.of(x)
    whole_call(citizen, operator)
    ends = [leg for leg in x.network.newest_first() if leg.far_end == operator.address]
    operators = sorted({one for leg in ends for one in leg.steps})
    return [*_steps(citizen.leg), *(Step(False, one, 1) for one in operators)]


def _steps(leg: Leg) -> Iterator[Step]:
    for name, many in leg.steps.items():
        most = OFTEN if name in ("request", "document") else ELSE
        yield from (Step(True, name, nth) for nth in range(1, min(many, most) + 1))


def cut(x: Exchange, step: Step, *, is_told: bool) -> bool:
    """A call that is cut at this step; answers whether it came so far."""
    citizen, operator, board = Citizen.of(x), Operator.of(x), x.booth.exchange.board
    address = citizen.number if step.is_citizens else operator.address
    what = {"direction": Direction.VOICE, "kind": Kind.HANG_UP, "phone": address}
    fault = Fault.model_validate({**what, "step": step.name, "nth": step.nth})
    fault_id = board.switch_on(fault)
    if not is_told:
        for phone in (citizen.number, operator.address):
            silent = {"direction": Direction.CALL_STATUS, "kind": Kind.DROP, "times": None}
            board.switch_on(Fault.model_validate({**silent, "phone": phone}))

    def is_cut() -> bool:
        return all(key != fault_id for key, _, _ in board.all())

    here = replace(x, is_pointless=is_cut)
    citizen.exchange = operator.exchange = here
    try:
        whole_call(citizen, operator)
    except CutOffError:
        pass
    except AssertionError:
        # The console's key came too late: it was refused.
        if not is_cut():
            raise
    finally:
        if citizen.legs:
            citizen.hangs_up()
    return is_cut()


@pytest.mark.parametrize("flavour", ["twilio", "somleng"])
def test_nothing_is_left_of_a_call_that_is_cut(
    committed_app: APIFlask, monkeypatch: pytest.MonkeyPatch, flavour: str
) -> None:
    with running(committed_app, flavour, monkeypatch) as exchange:
        steps = steps_of(exchange)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            begun = [pool.submit(_cut(exchange, one, nth)) for nth, one in enumerate(steps)]
        struck = {
            (one.is_citizens, one.name)
            for one, each in zip(steps, begun, strict=True)
            if each.result()
        }
        assert struck == {(one.is_citizens, one.name) for one in steps}
        exchange.clock.jump(SILENT_SECONDS)
        settle(exchange)


def _cut(x: Exchange, step: Step, nth: int) -> Callable[[], bool]:
    return lambda: cut(x, step, is_told=nth % 2 == 0)
