"""Callers who talk with the machine, and perhaps with somebody at last."""

from datetime import timedelta

from hotline.calls import lines
from hotline.calls.kinds import Mode, Skill
from hotline.calls.lines import Description
from hotline.extensions import db
from phonebooth.behaviours import Answers, Behaviour
from tests import factories
from tests.scenarios.exchange import Exchange
from tests.scenarios.fates import Fate
from tests.scenarios.people import Citizen, Operator
from tests.scenarios.playing import comes_to

TALKED = Fate("ended", answered=True, by="citizen", kept=("call",))
SERVED = Fate("ended", tickets=1)
GONE = Fate("abandoned", by="citizen")
ENTERPRISES, SUB_CENTRE, BUSY_CENTRE = "12315", "12369", "12329"
CENTRES = {SUB_CENTRE: "+863353700001", BUSY_CENTRE: "+863353700002"}


def open_lines(x: Exchange) -> None:
    """The lines that were merged into 12345: one with its own words, two with their own centres."""
    own = Description(
        "市场监管", Mode.MERGED, "您好，这里是12315。", skill=Skill.ENTERPRISE, rank=5
    )
    with x.app.app_context():
        lines.put(ENTERPRISES, own, by="test", now=x.clock.now())
        for number, centre in CENTRES.items():
            said = Description(f"分中心{number}", Mode.SUB_CENTRE, transfer_to=centre)
            lines.put(number, said, by="test", now=x.clock.now())
        db.session.commit()
    answers = {SUB_CENTRE: Answers.ITSELF, BUSY_CENTRE: Answers.BUSY}
    for number, how in answers.items():
        x.network.behaviours.set(CENTRES[number], Behaviour(answers=how))


def is_served_by_anyone(caller: Citizen) -> Citizen:
    """An operator takes the call, and the caller ends it."""
    Operator.of(caller.exchange).talks(caller)
    return caller.hangs_up()


@comes_to(Fate("ended", answered=True, by="citizen", result="answered", kept=("call",)))
def zero(x: Exchange) -> Citizen:
    """0 leads to a person, who writes down what came of it."""
    caller, operator = Citizen.of(x).dials("0"), Operator.of(x)
    call = operator.talks(caller)
    caller.hangs_up().waits("wrap_up")
    operator.does("finish", call, result="answered")
    return caller


@comes_to(TALKED)
def silence(x: Exchange) -> Citizen:
    """Who presses nothing gets a person."""
    return is_served_by_anyone(Citizen.of(x).dials().hears("正在为您转接人工服务"))


@comes_to(TALKED)
def garbage(x: Exchange) -> Citizen:
    """Keys that mean nothing are asked for once more, then a person takes over."""
    caller = Citizen.of(x).dials("*", "#").hears("没有听清您的选择")
    return is_served_by_anyone(caller)


@comes_to(TALKED)
def forty_digits(x: Exchange) -> Citizen:
    """A child plays with the keypad."""
    caller = Citizen.of(x).dials("1" * 40, "9" * 40, "7" * 40)
    return is_served_by_anyone(caller.hears("您输入的编号有误"))


@comes_to(Fate("ended", answered=True, by="operator", rating=5, kept=("call",)))
def english(x: Exchange) -> Citizen:
    """2 is English, also what the caller is asked at the end."""
    caller, operator = Citizen.of(x).dials("2"), Operator.of(x)
    call = operator.talks(caller)
    caller.will_press("5")
    operator.does("hang-up", call)
    caller.hears("rate")
    caller.hears("Goodbye").is_let_go()
    return caller


@comes_to(SERVED)
def progress_own_phone(x: Exchange) -> Citizen:
    """The phone that a ticket was made with hears its progress by its number."""
    caller = Citizen.of(x)
    with x.app.app_context():
        number = factories.taken(phone=caller.number, now=x.clock.now()).ticket.number
    caller.dials("1", f"{number}#").hears("查询完毕请挂机")
    return caller.hangs_up()


@comes_to(SERVED)
def progress_code(x: Exchange) -> Citizen:
    """Another phone needs the query code; a wrong one is asked for again."""
    caller = Citizen.of(x)
    with x.app.app_context():
        taken = factories.taken(now=x.clock.now())
        number, right = taken.ticket.number, taken.query_code
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    caller.dials("1", f"{number}#", wrong, right).hears("查询完毕请挂机")
    return caller.hangs_up()


@comes_to(TALKED)
def wrong_codes(x: Exchange) -> Citizen:
    """Whoever guesses gets a person."""
    caller = Citizen.of(x)
    with x.app.app_context():
        taken = factories.taken(now=x.clock.now())
        number, right = taken.ticket.number, int(taken.query_code)
    guesses = [f"{(right + one) % 1_000_000:06d}" for one in (1, 2)]
    return is_served_by_anyone(caller.dials("1", f"{number}#", *guesses).hears("次数过多"))


@comes_to(Fate("voicemail", tickets=1, kept=("message",)))
def message(x: Exchange) -> Citizen:
    """9 leaves a message, which is a ticket to be sorted."""
    caller = Citizen.of(x).dials("9", "say:文化路的路灯坏了，三天没有亮。")
    caller.is_let_go()
    assert caller.has_heard("留言已收到")
    return caller


@comes_to(TALKED)
def withheld(x: Exchange) -> Citizen:
    """Who withholds the number is served, and is not offered to be called back."""
    caller = Citizen.of(x).dials("0", is_anonymous=True)
    call = caller.waits()
    assert call.phone_index is None
    x.change(call, queued_at=x.clock.now() - timedelta(seconds=90))
    caller.hears("请按9留言")
    assert not caller.has_heard("回电")
    return is_served_by_anyone(caller)


@comes_to(TALKED)
def unknown_line(x: Exchange) -> Citizen:
    """A number of ours that nobody has described is answered as 12345."""
    caller = Citizen.of(x).dials("0", line="+8633599999").hears("欢迎拨打12345")
    return is_served_by_anyone(caller)


@comes_to(TALKED)
def merged_line(x: Exchange) -> Citizen:
    """A merged line says its own words; who is served there needs somebody who knows."""
    caller = Citizen.of(x).dials("0", line=ENTERPRISES).hears("这里是12315")
    call = caller.waits()
    Operator.of(x, Skill.ENTERPRISE).picks(call).answers(call)
    return caller.is_joined().hangs_up()


@comes_to(Fate("ended"))
def sub_centre(x: Exchange) -> Citizen:
    """A line with a centre of its own is passed there, and served there."""
    caller = Citizen.of(x).dials(line=SUB_CENTRE).hears("正在为您转接分中心").is_joined()
    return caller.hangs_up()


@comes_to(TALKED)
def sub_centre_busy(x: Exchange) -> Citizen:
    """Where that centre doesn't answer, we do."""
    return is_served_by_anyone(Citizen.of(x).dials(line=BUSY_CENTRE).hears("对方暂时无人接听"))


@comes_to(GONE, GONE, GONE, TALKED)
def abuse_in_danger(x: Exchange) -> Citizen:
    """Who has called too often is refused; words of danger are heard all the same.

    Where the carrier understands no speech, the fourth call is not too many for this one.
    """
    caller = Citizen.of(x)
    for _ in range(3):
        caller.dials().hears("人工服务请按0").hangs_up().waits("abandoned")
    if x.is_twilio:
        caller.dials("say:救命，家里着火了").hears("过于频繁").hears("正在优先接通")
    else:
        first = x.calls_of(caller.number)[0]
        x.change(first, created_at=x.clock.now() - timedelta(hours=2))
        caller.dials("0")
    return is_served_by_anyone(caller)


@comes_to(GONE, GONE, GONE, Fate("refused"))
def abuse(x: Exchange) -> Citizen:
    """Who has called too often hears why, and is let go."""
    caller = Citizen.of(x)
    for _ in range(3):
        caller.dials().hears("人工服务请按0").hangs_up().waits("abandoned")
    return caller.dials().hears("请一小时后再拨").is_let_go()
