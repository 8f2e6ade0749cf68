"""Callers who don't wait: they are called back, and nobody is forgotten."""

from dataclasses import replace
from datetime import timedelta

from phonebooth.behaviours import Answers
from tests.scenarios.exchange import Exchange, Seen
from tests.scenarios.fates import Fate
from tests.scenarios.people import Citizen, Operator
from tests.scenarios.playing import comes_to

ASKED = Fate("callback_asked")
REACHED = Fate(
    "ended", "callback_asked", answered=True, by="operator", result="answered", kept=("call",)
)
NOT_REACHED = Fate("ended", "callback_asked", by="system", result="not_reached")


def owed_to(citizen: Citizen, nth: int = 1) -> Seen:
    """The call that this citizen is owed; due now."""
    x = citizen.exchange

    def owed() -> Seen | None:
        found = [one for one in x.calls_of(citizen.number) if one.purpose]
        return found[nth - 1] if len(found) == nth and found[-1].state == "waiting" else None

    call = x.until(owed, f"the {nth}. call owed to {citizen.number}")
    x.change(call, not_before=x.clock.now())
    return call


def ask_back(citizen: Citizen) -> None:
    """Wait for a minute, then rather be called."""
    call = citizen.dials("0").waits()
    now = citizen.exchange.clock.now()
    citizen.exchange.change(call, queued_at=now - timedelta(seconds=61))
    citizen.hears("如不便等候，请按1").presses("1")
    citizen.hears("已登记回电").is_let_go()


def call_back(citizen: Citizen, call: Seen) -> Operator:
    """An operator makes the call that is owed."""
    operator = Operator.of(citizen.exchange)
    operator.picks(call).answers(call)
    return operator


def talk(citizen: Citizen, call: Seen) -> None:
    """It is answered, ended by the operator, and written up."""
    operator = call_back(citizen.behaves(Answers.ITSELF), call)
    citizen.is_called().is_joined()
    operator.does("hang-up", call)
    operator.does("finish", call, result="answered")
    citizen.is_let_go()


@comes_to(ASKED, REACHED)
def called_back(x: Exchange) -> Citizen:
    """Who asked for it is called back, and keeps the place."""
    citizen = Citizen.of(x)
    ask_back(citizen)
    talk(citizen, owed_to(citizen))
    return citizen


@comes_to(ASKED, NOT_REACHED, REACHED)
def called_back_twice(x: Exchange) -> Citizen:
    """Who doesn't answer is called again later."""
    citizen = Citizen.of(x)
    ask_back(citizen)
    call_back(citizen.behaves(Answers.OFF), owed_to(citizen))
    talk(citizen, owed_to(citizen, 2))
    return citizen


@comes_to(
    Fate("abandoned", by="citizen"),
    replace(REACHED, purpose="abandoned"),
)
def abandoned(x: Exchange) -> Citizen:
    """Who gave up waiting is called."""
    citizen = Citizen.of(x).dials("0")
    call = citizen.waits()
    x.change(call, queued_at=x.clock.now() - timedelta(seconds=40))
    citizen.hangs_up().waits("abandoned")
    talk(citizen, owed_to(citizen))
    return citizen
