"""Who gets which call by itself: operators who are ready, one scenario after the other."""

from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from hotline import settings
from hotline.calls.models import CallEvent
from hotline.calls.rules import CallRules
from hotline.extensions import db
from phonebooth.behaviours import Answers
from tests.scenarios.exchange import Exchange, Seen
from tests.scenarios.fates import Fate
from tests.scenarios.people import Citizen, Operator
from tests.scenarios.playing import Scenario, comes_to

TALKED = Fate("ended", answered=True, by="citizen", kept=("call",))


def offered(caller: Citizen, operator: Operator) -> Seen:
    """The call, once it is offered to this operator."""
    x = caller.exchange

    def so() -> Seen | None:
        call = caller.call
        return call if call and call.offered_to == operator.staff_id else None

    return x.until(so, f"{caller.number} offered to {operator.login}")


def answered(caller: Citizen, operator: Operator) -> None:
    """It is offered to this operator, who answers; on a break from the end of the call on."""
    call = caller.call
    if not caller.exchange.is_twilio:
        call = offered(caller, operator)
        operator.answers(call)
    caller.is_joined()
    assert caller.waits("connected").staff_id == operator.staff_id
    operator.takes_a_break()


def has_missed(x: Exchange, call: Seen, times: int) -> bool:
    """Whether this call was offered in vain so often."""
    asked = select(func.count()).where(CallEvent.call_id == call.id, CallEvent.kind == "missed")
    with x.app.app_context():
        found = db.session.scalar(asked)
        db.session.rollback()
    return found == times


def limit_queue(x: Exchange, most: int) -> None:
    """So many may wait from now on."""
    with x.app.app_context():
        settings.change(CallRules, "most_waiting", most, by="test", now=x.clock.now())
        db.session.commit()
        settings.forget()


@comes_to(TALKED)
def missed(x: Exchange) -> Citizen:
    """Nobody answers an offer twice: a break for the one, the call for the next."""
    sleeper, awake = Operator.of(x, answers=Answers.BY_HAND), Operator.of(x)
    sleeper.is_ready()
    caller = Citizen.of(x).dials("0")
    for nth in (1, 2):
        call = offered(caller, sleeper)
        x.change(call, offered_at=x.clock.now() - timedelta(seconds=16))
        x.until(partial(has_missed, x, call, nth), "the end of the offer")
    sleeper.stands("break")
    awake.is_ready()
    answered(caller, awake)
    return caller.hangs_up()


@comes_to(Fate("callback_asked"), Fate("ended", "callback_asked"), TALKED)
def queue_full(x: Exchange) -> Citizen:
    """Nobody more may wait: a call back instead; who calls again before it is owed none."""
    limit_queue(x, 1)
    first, caller = Citizen.of(x).dials("0"), Citizen.of(x)
    first.waits()
    caller.dials("0", "1").hears("等候人数已满").hears("已登记回电").is_let_go()
    limit_queue(x, 50)
    first.hangs_up().waits("abandoned")
    caller.dials("0").waits()
    Operator.of(x).talks(caller)
    return caller.hangs_up()


@comes_to(Fate("abandoned", by="citizen"), TALKED)
def in_turn(x: Exchange) -> Citizen:
    """Danger first, then who was lost a moment ago, then who has waited longest."""
    ordinary, back, danger = (Citizen.of(x) for _ in range(3))
    back.dials("0").waits()
    back.hangs_up().waits("abandoned")
    ordinary.dials("0").waits()
    back.dials("0").waits()
    turn = [back, ordinary]
    if x.is_twilio:
        danger.dials("say:煤气泄漏了").waits()
        turn.insert(0, danger)
    for caller in turn:
        operator = Operator.of(x).is_ready()
        answered(caller, operator)
    for caller in turn:
        caller.hangs_up()
    return back


@comes_to(TALKED)
def passed_to_colleague(x: Exchange) -> Citizen:
    """One operator passes the call on to another who is ready."""
    caller, first = Citizen.of(x).dials("0"), Operator.of(x)
    call = first.talks(caller)
    second = Operator.of(x).is_ready()
    first.does("pass-on", call, target=f"operator:{second.login}")
    if x.is_twilio:
        x.until(lambda: any(leg.room for leg in x.network.live_at(second.address)), second.login)
    else:
        second.answers(offered(caller, second))
    caller.is_joined()
    first.stands("break")
    second.takes_a_break()
    return caller.hangs_up()


ONE_BY_ONE: list[Scenario] = [missed, queue_full, in_turn, passed_to_colleague]
