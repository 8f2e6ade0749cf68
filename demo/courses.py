"""A case as a story: who reported how, and the steps of its course with everybody's words.

Decided here: what each step of `data/courses.toml` does, who does it, and how citizens are
called and reached. Not here: the words (`data/matters`), how long steps take (`pacing`).
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial
from itertools import islice
from typing import Any

from demo import days, matters, pacing, people, places
from demo.matters import Case
from demo.stories import CITIZEN, Step, Story
from demo.walking import Walk, drawn
from hotline.tickets.kinds import Channel

USUAL = "closed"
BY_CITIZEN = frozenset({"sms", "web", "wechat", "app", "mailbox"})
SAMPLED = frozenset({"consultation", "suggestion"})
"""Types of which only a sample is called afterwards."""
UNSORTED = frozenset({"new", "answered", "refused", "filed", "transferred"})
"""Courses on which nobody sorts what came in."""
CHANNELS = (
    *("phone",) * 31,
    *("web",) * 5,
    *("wechat",) * 4,
    *("app",) * 4,
    *("sms",) * 2,
    *("agent",) * 2,
    *("mailbox", "walk_in"),
)
RATINGS = (*(5,) * 13, *(4,) * 5, 3, 3)
CONTACT_BEFORE = timedelta(minutes=25)
FIRST_NAME, FIRST_PHONE, STRIDE = 300, 19903351003, 7
FOR_UNIT = "群众反映：{}诉求人要求保密，需要补充情况的请通过热线联系。"
Make = Callable[[Case], Step]


def stories() -> list[Story]:
    """Every case of `data/matters` as a story."""
    found = matters.cases()
    whos = list(dict.fromkeys(_who(one) for one in found))
    names = list(islice(people.names(), FIRST_NAME, FIRST_NAME + len(whos)))
    known = {who: _person(number, names[number]) for number, who in enumerate(whos)}
    return [_story(one, known[_who(one)]) for one in found]


@cache
def courses() -> Mapping[str, tuple[str, ...]]:
    """The steps of each course, by its name."""
    text = (matters.DATA / "courses.toml").read_text(encoding="utf-8")
    return {name: tuple(steps.split()) for name, steps in tomllib.loads(text).items()}


def _story(case: Case, person: Mapping[str, Any]) -> Story:
    course = case.told.get("course", USUAL)
    channel = _channel(case)
    is_by_citizen = channel in BY_CITIZEN
    names = courses()[course]
    if case.told["type"] in SAMPLED:
        names = tuple("call_if_asked" if name == "call" else name for name in names)
    if is_by_citizen and course not in UNSORTED:
        names = ("sort", *names)
    steps = [STEPS[name](case) for name in names]
    matter = _matter(case, channel, person, is_sorted=course not in UNSORTED)
    by = CITIZEN if is_by_citizen else _operator(case)
    if spelled := case.told.get("at"):
        return Story(case.name, by, matter, steps, partial(days.moments, _list(spelled)))
    ago = case.told.get("ago", 3 + drawn(case.name, "ago", 56))
    pauses = [pacing.pause(case, name, channel) for name in names]
    return Story(case.name, by, matter, steps, Walk(case.name, ago, pauses, case.told.get("hour")))


def _channel(case: Case) -> str:
    """As told; whose times are told calls, unless told; all others as it is drawn."""
    if "channel" in case.told or "at" in case.told:
        return str(case.told.get("channel", Channel.PHONE))
    return CHANNELS[drawn(case.name, "channel", len(CHANNELS))]


def _matter(
    case: Case, channel: str, person: Mapping[str, Any], *, is_sorted: bool
) -> dict[str, Any]:
    told = case.told
    citizen = dict(person)
    if "wish" in told:
        citizen["contact_wish"] = told["wish"]
    if "agent" in told:
        citizen["on_behalf_of"] = told["agent"]
    if channel == Channel.SMS:
        return {"channel": channel, "body": case.words("body"), "citizen": citizen}
    matter = {"channel": channel, "citizen": citizen} | {
        name: told[name] for name in ("urgency", "confidential") if name in told
    }
    if "upstream" in told:
        matter["upstream"] = told["upstream"] | {"number": f"HB-DEMO-{case.name}"}
    matter |= {"title": case.words("title"), "body": case.words("body")}
    if told["place"]:
        place = {"text": told["place"], "district": case.district}
        matter["place"] = places.pinned(place, case.name, has_pin=channel in BY_CITIZEN)
    if channel not in BY_CITIZEN:
        matter |= _sorting(case) if is_sorted else {"request_type": told["type"]}
    return matter


def _sorting(case: Case) -> dict[str, Any]:
    return {"request_type": case.told["type"], "category": case.category}


def _person(number: int, name: str) -> dict[str, Any]:
    return {"name": name, "phone": str(FIRST_PHONE + STRIDE * number)}


def _who(case: Case) -> str:
    return str(case.told.get("who") or case.name)


def _list(spelled: str) -> list[str]:
    return [one.strip() for one in spelled.split(",")]


def _operator(case: Case) -> str:
    return f"operator{1 + drawn(case.name, 'operator', 6)}"


def _sort(case: Case) -> Step:
    more = {"urgency": case.told["urgency"]} if "urgency" in case.told else {}
    if case.told["place"]:
        more["place"] = {"text": case.told["place"], "district": case.district}
    return Step("sort", _operator(case), _sorting(case) | more)


def _dispatch(case: Case, *, is_wrong: bool = False) -> Step:
    given = {"lead": case.told["wrong"] if is_wrong else case.unit}
    if "unit_text" in case.told:
        given["unit_text"] = case.words("unit_text")
    elif case.is_confidential:
        given["unit_text"] = FOR_UNIT.format(case.words("body"))
    return Step("dispatch", "dispatcher1", given)


def _unit(case: Case, do: str, **given: Any) -> Step:
    return Step(do, case.unit.lower(), given)


def _contact(case: Case, result: str = "reached") -> Step:
    noted = {"note": case.words("contact")} if "contact" in case.told else {}
    return _unit(case, "contact", result=result, **(noted if result == "reached" else {}))


def _return(case: Case, *, is_second: bool = False) -> Step:
    by = case.unit if is_second else case.told.get("wrong", case.unit)
    words = case.told.get("reason", "other_unit")
    return Step("return", by.lower(), {"reason": words, "basis": case.words("objection")})


def _ruling(case: Case, *, is_upheld: bool) -> Step:
    return Step("decide_return", "reviewer1", {"uphold": is_upheld, "note": case.words("ruling")})


def _reply(case: Case, words: str = "reply") -> Step:
    given: dict[str, Any] = {
        "completion": case.told.get("completion", "solved"),
        "text": case.words(words),
        "basis": case.words("basis"),
    }
    if not case.is_confidential:
        given |= {"contacted_at": CONTACT_BEFORE, "contact_result": "reached"}
    if case.told.get("promised"):
        given["promised_on"] = case.told["promised"]
    by = people.replying(case.unit)
    return Step("reply", by, given)


def _review(case: Case, *, is_accepted: bool) -> Step:
    more = {} if is_accepted else {"reason": case.words("remark")}
    return Step("review", "reviewer1", {"accept": is_accepted, **more})


def _call(case: Case, do: str = "callback") -> Step:
    satisfied = case.told.get("sat") or RATINGS[drawn(case.name, "sat", len(RATINGS))]
    given = {"outcome": "reached", "responded": True, "solved": "yes", "satisfied": satisfied}
    if satisfied == 3:
        given["solved"] = "partly"
    if "pleased" in case.told:
        given["reason"] = case.words("pleased")
    return Step(do, "callback1", _as_asked(case, given))


def _call_bad(case: Case, words: str = "why") -> Step:
    given = {"outcome": "reached", "responded": True, "solved": "no", "satisfied": 2}
    return Step("callback", "callback1", _as_asked(case, given) | {"reason": case.words(words)})


def _as_asked(case: Case, given: dict[str, Any]) -> dict[str, Any]:
    """Whether it is solved is not asked before the day for which it is promised."""
    is_promised = bool(case.told.get("promised"))
    return {name: one for name, one in given.items() if name != "solved" or not is_promised}


def _missed(case: Case, outcome: str | None = None) -> Step:
    return Step(
        "callback", "callback1", {"outcome": outcome or case.told.get("outcome", "no_answer")}
    )


def _decide(case: Case, *, is_reasonable: bool) -> Step:
    given = {"reasonable": is_reasonable, "note": case.words("decision")}
    return Step("decide", "head1", given)


def _desk(case: Case, do: str, **words: str) -> Step:
    return Step(do, _operator(case), {name: case.words(of) for name, of in words.items()})


def _answer(case: Case) -> Step:
    step = _desk(case, "answer", text="answer")
    article = {"article": case.told["article"]} if "article" in case.told else {}
    return Step(step.do, step.by, {**step.given, **article})


def _refuse(case: Case) -> Step:
    words = {"reason": case.told["reason"], "text": case.words("refusal")}
    return Step("refuse", _operator(case), words | {"route": case.words("route")})


def _transfer(case: Case) -> Step:
    given = {"service": case.told["service"], "accepted_by": case.words("accepted_by")}
    return Step("transfer", _operator(case), given)


def _citizen(case: Case, do: str, **words: str) -> Step:
    return Step(do, CITIZEN, {name: case.words(of) for name, of in words.items()})


STEPS: Mapping[str, Make] = {
    "sort": _sort,
    "dispatch": _dispatch,
    "dispatch_wrong": partial(_dispatch, is_wrong=True),
    "sign": partial(_unit, do="sign"),
    "contact": _contact,
    "miss_contact": partial(_contact, result="no_answer"),
    "progress": lambda case: _unit(case, "progress", text=case.words("progress")),
    "return": _return,
    "return_second": partial(_return, is_second=True),
    "uphold": partial(_ruling, is_upheld=True),
    "hold": partial(_ruling, is_upheld=False),
    "reply": _reply,
    "reply_weak": partial(_reply, words="weak"),
    "reply_last": partial(_reply, words="again"),
    "accept": partial(_review, is_accepted=True),
    "send_back": partial(_review, is_accepted=False),
    "call": _call,
    "call_if_asked": partial(_call, do="callback_if_asked"),
    "call_bad": _call_bad,
    "call_worse": partial(_call_bad, words="regret"),
    "miss": _missed,
    "call_off": partial(_missed, outcome="refused"),
    "dismiss": partial(_decide, is_reasonable=False),
    "order": partial(_decide, is_reasonable=True),
    "text": lambda case: Step("text", CITIZEN, {"body": str(case.told.get("sat", 5))}),
    "text_bad": lambda case: Step("text", CITIZEN, {"body": "2"}),
    "urge": partial(_citizen, do="urge"),
    "supplement": partial(_citizen, do="supplement", text="supplement"),
    "withdraw": partial(_citizen, do="withdraw", reason="withdrawal"),
    "reopen": partial(_desk, do="reopen", reason="reopening"),
    "answer": _answer,
    "refuse": _refuse,
    "file": lambda case: Step("file", _operator(case), {"reason": case.told["filing"]}),
    "note": partial(_desk, do="note", text="note"),
    "note_end": partial(_desk, do="note", text="again"),
    "transfer": _transfer,
    "merge": lambda case: Step("merge", "dispatcher1", {"into": case.told["into"]}),
}
"""What each step of a course is, and who does it."""
