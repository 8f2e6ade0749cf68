"""What an operator can do with a talk; and calls that a machine makes."""

from datetime import datetime

from hotline import jobs
from hotline.calls import dialling
from hotline.calls.flows import Reply, Then, Turn
from hotline.calls.models import Call
from hotline.calls.prompting import CHINESE, Spoken
from phonebooth.behaviours import Answers, Behaviour
from tests.scenarios.exchange import Exchange
from tests.scenarios.fates import Fate
from tests.scenarios.people import Citizen, Operator
from tests.scenarios.playing import comes_to

TALKED = Fate("ended", answered=True, by="citizen", kept=("call",))
ASKED = Fate("ended", "survey", answered=True)


class OneQuestion:
    """A machine that asks one thing: 1 to 5 is thanked for, 0 wants a person."""

    def step(self, call: Call, turn: Turn) -> Reply:
        """Ask; again when nothing sensible was said; then leave."""
        if turn.is_first or turn.heard.keys == "" and turn.tries == 0:
            return self._say("您满意吗？", Then.ASK, 1)
        if turn.heard.keys == "0":
            return self._say("为您转接。", Then.PERSON)
        return self._say(f"您按了{turn.heard.keys}。", Then.HANG_UP)

    def may_ring(self, call: Call, now: datetime) -> bool:
        """At any time."""
        return True

    def _say(self, words: str, then: Then, tries: int = 0) -> Reply:
        return Reply((Spoken(CHINESE, words),), then, "asked", tries)


def duty_phone(x: Exchange) -> str:
    """A number that somebody on duty answers."""
    number = f"+86335360{next(x.numbers):04d}"
    x.meet(number)
    x.network.behaviours.set(number, Behaviour(answers=Answers.ITSELF))
    return number


def survey(citizen: Citizen) -> None:
    """The machine calls this citizen."""
    x = citizen.exchange
    known = x.app.extensions.get("call_flows", {})
    x.app.extensions["call_flows"] = {**known, "scenario": OneQuestion()}
    with x.app.app_context(), jobs.transaction():
        dialling.survey("scenario", "1", citizen.number, ticket_id=None, now=x.clock.now())


@comes_to(TALKED)
def held(x: Exchange) -> Citizen:
    """On hold the caller hears music, and comes back to the operator."""
    caller, operator = Citizen.of(x).dials("0"), Operator.of(x)
    call = operator.talks(caller)
    operator.does("hold", call)
    caller.hears("请稍候，不要挂机").is_joined(0)
    operator.does("resume", call)
    return caller.is_joined().hangs_up()


@comes_to(Fate("ended", answered=True, by="operator", rating=4, kept=("call",)))
def phone_put_down(x: Exchange) -> Citizen:
    """The operator puts the receiver down: the caller is asked how it was, on either carrier."""
    caller, operator = Citizen.of(x).dials("0"), Operator.of(x)
    call = operator.talks(caller)
    caller.will_press("4")
    operator.does("hang-up", call)
    caller.hears("请为本次服务评价")
    return caller.hears("感谢您的评价").is_let_go()


@comes_to(TALKED)
def passed_to_duty(x: Exchange) -> Citizen:
    """The call is passed on to somebody on duty; the operator writes it up meanwhile."""
    caller, operator, number = Citizen.of(x).dials("0"), Operator.of(x), duty_phone(x)
    call = operator.talks(caller)
    operator.does("pass-on", call, number=number)
    x.until(lambda: any(leg.room for leg in x.network.live_at(number)), "the duty phone")
    operator.stands("break")
    return caller.is_joined().hangs_up()


@comes_to(TALKED)
def three_way(x: Exchange) -> Citizen:
    """A third person is called in and let go again; where that can't be, it is said."""
    caller, operator, number = Citizen.of(x).dials("0"), Operator.of(x), duty_phone(x)
    call = operator.talks(caller)
    if not x.is_twilio:
        refused = operator.does("call-in", call, number=number, status=409)
        assert refused["error"]["code"] == "no_conference"
        return caller.hangs_up()
    operator.does("call-in", call, number=number)
    caller.is_joined(2)
    with x.network.lock:
        third = x.network.live_at(number)[0]
    x.network.hang_up(third)
    return caller.is_joined(1).hangs_up()


@comes_to(ASKED)
def asked_by_machine(x: Exchange) -> Citizen:
    """Who answers is asked, and thanked."""
    citizen = Citizen.of(x).behaves(Answers.ITSELF, replies=["4"])
    survey(citizen)
    return citizen.is_called().hears("您按了4").is_let_go()


@comes_to(Fate("ended", "survey", answered=True, by="citizen", kept=("call",)))
def asked_wants_person(x: Exchange) -> Citizen:
    """0 leads from the machine to a person."""
    citizen = Citizen.of(x).behaves(Answers.ITSELF, replies=["0"])
    survey(citizen)
    citizen.is_called().hears("为您转接")
    Operator.of(x).talks(citizen)
    return citizen.hangs_up()


@comes_to(Fate("ended", "survey", result="not_reached"))
def asked_not_reached(x: Exchange) -> Citizen:
    """Nobody answers the machine."""
    citizen = Citizen.of(x).behaves(Answers.BUSY)
    survey(citizen)
    x.until(lambda: x.calls_of(citizen.number), "the machine's call")
    return citizen
