"""Callers who talk with the machine, and perhaps with somebody at last."""

from tests.scenarios.exchange import Exchange
from tests.scenarios.fates import Fate
from tests.scenarios.people import Citizen, Operator
from tests.scenarios.playing import comes_to

TALKED = Fate("ended", answered=True, by="citizen", kept=("call",))


@comes_to(Fate("ended", answered=True, by="citizen", result="answered", kept=("call",)))
def zero(x: Exchange) -> Citizen:
    """0 leads to a person, who writes down what came of it."""
    caller, operator = Citizen.of(x).dials("0"), Operator.of(x)
    call = operator.talks(caller)
    caller.hangs_up().waits("wrap_up")
    operator.does("finish", call, result="answered")
    return caller


@comes_to(Fate("ended", answered=True, by="operator", rating=5, kept=("call",)))
def english(x: Exchange) -> Citizen:
    """2 is English, also what the caller is asked at the end."""
    caller, operator = Citizen.of(x).dials("2"), Operator.of(x)
    call = operator.talks(caller)
    operator.does("hang-up", call)
    caller.hears("rate").presses("5")
    caller.hears("Goodbye").is_let_go()
    return caller


@comes_to(Fate("voicemail", tickets=1, kept=("message",)))
def message(x: Exchange) -> Citizen:
    """9 leaves a message, which is a ticket to be sorted."""
    caller = Citizen.of(x).dials("9", "say:文化路的路灯坏了，三天没有亮。")
    caller.is_let_go()
    assert caller.has_heard("留言已收到")
    return caller
