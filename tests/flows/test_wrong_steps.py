"""Every verb of the API in every state where the table doesn't have it: refused, with what is
possible, and nothing changed."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext

from hotline import labels
from hotline.access import PERMISSIONS, Role
from hotline.tickets import states, turns
from hotline.tickets.states import State, Verb
from hotline.tickets.who import WHO
from tests.flows import machines, steps
from tests.flows.machines import CALLBACK, Api
from tests.flows.steps import REPLY, Hall

REASON = {"reason": "试一试"}
STAFF: tuple[tuple[str, str, dict[str, Any], Verb], ...] = (
    ("operator", "sort", machines.SORTING, Verb.SORT),
    ("operator", "answer", {"text": "好的"}, Verb.ANSWER),
    ("operator", "refuse", {"reason": "petition", "text": "不受理", "route": "12371"}, Verb.REFUSE),
    ("operator", "file", {"reason": "spam"}, Verb.FILE),
    ("operator", "transfer", {"service": "110"}, Verb.CALL_SERVICE),
    ("operator", "change", machines.SORTING | REASON, Verb.CHANGE),
    ("operator", "supplement", {"text": "补充"}, Verb.SUPPLEMENT),
    ("operator", "urge", {}, Verb.URGE),
    ("operator", "withdraw", REASON, Verb.WITHDRAW),
    ("operator", "reopen", REASON, Verb.REOPEN),
    ("dispatcher", "dispatch", {"lead": "C01"}, Verb.DISPATCH),
    ("reviewer", "review", {"accept": True}, Verb.ACCEPT),
    ("reviewer", "review", {"accept": False} | REASON, Verb.SEND_BACK),
    ("agent", "callbacks", CALLBACK, Verb.RECORD_CALLBACK),
)
UNIT: tuple[tuple[str, dict[str, Any], Verb], ...] = (
    ("sign", {}, Verb.SIGN),
    ("contact", {"result": "reached"}, Verb.CONTACT),
    ("progress", {"text": "在办"}, Verb.PROGRESS),
    ("return", {"reason": "other_unit", "basis": "三定方案"}, Verb.ASK_RETURN),
    ("reply", REPLY, Verb.REPLY),
)
ROLES = {
    "operator": Role.OPERATOR,
    "dispatcher": Role.DISPATCHER,
    "reviewer": Role.REVIEWER,
    "agent": Role.CALLBACK_AGENT,
    "handler": Role.HANDLER,
}
HELD = {
    State.PENDING_SIGNATURE,
    State.IN_PROGRESS,
    State.RETURN_REQUESTED,
    State.IN_REVIEW,
    State.AWAITING_CALLBACK,
    State.CLOSED,
}
"""States in which the unit still has the ticket, and so sees it."""


@pytest.fixture
def api(hall: Hall, client: FlaskClient) -> Api:
    return Api(hall, client)


def ended(verb: str, body: dict[str, Any]) -> Callable[[Api], str]:
    """Brings a new ticket to an end at intake."""

    def bring(api: Api) -> str:
        number: str = api.make()["number"]
        api.do("operator", number, verb, body)
        return number

    return bring


def merged(api: Api) -> str:
    number: str = api.make()["number"]
    api.do("dispatcher", number, "merge", {"into": api.make()["number"]})
    return number


def returned(api: Api) -> str:
    number = api.until("in_progress")
    api.do("handler", number, "return", {"reason": "other_unit", "basis": "三定方案"})
    return number


SPECIAL: dict[State, Callable[[Api], str]] = {
    State.ANSWERED: ended("answer", {"text": "已答复"}),
    State.REFUSED: ended("refuse", {"reason": "litigation", "text": "已起诉", "route": "12368"}),
    State.FILED: ended("file", {"reason": "silence"}),
    State.TRANSFERRED: ended("transfer", {"service": "119", "accepted_by": "接警员"}),
    State.WITHDRAWN: ended("withdraw", {"reason": "不用了"}),
    State.MERGED: merged,
    State.RETURN_REQUESTED: returned,
}


ON_THE_LEAD = {Verb.SUPPLEMENT, Verb.URGE, Verb.WITHDRAW, Verb.REOPEN}
"""What the citizen of a merged ticket does on its lead; the refusal says so."""


@pytest.mark.parametrize("state", list(State))
def test_a_wrong_step_is_refused_with_what_is_possible(api: Api, state: State) -> None:
    number = SPECIAL[state](api) if state in SPECIAL else api.until(state.value)
    before = steps.is_at(number, state).last_seq
    wrong = [one for one in STAFF if one[3] not in states.possible(state)]
    if state in HELD:
        wrong += [("handler", *one) for one in UNIT if one[2] not in states.possible(state)]
    assert wrong
    for who, path, body, verb in wrong:
        answer = api.post(who, f"/tickets/{number}/{path}", body)
        error = answer.get_json()["error"]
        if state is State.MERGED and verb in ON_THE_LEAD:
            assert (answer.status_code, error["code"]) == (409, "is_merged"), (verb, error)
            continue
        assert (answer.status_code, error["code"]) == (409, "wrong_state"), (verb, error)
        for named in (verb, *own(who, state)):
            assert in_chinese("verb", named.value) in error["message"]
        assert in_chinese("state", state.value) in error["message"]
        listed = error["message"].partition("您现在可以：")[2].partition("。")[0].split("、")
        assert set(listed) - {""} == {in_chinese("verb", one.value) for one in own(who, state)}
    assert steps.is_at(number, state).last_seq == before


@pytest.mark.parametrize("state", sorted(set(State) - HELD))
def test_a_unit_that_does_not_hold_it_sees_nothing(api: Api, state: State) -> None:
    number = SPECIAL[state](api) if state in SPECIAL else api.until(state.value)
    for path, body, verb in UNIT:
        answer = api.post("handler", f"/tickets/{number}/{path}", body)
        assert (answer.status_code, verb) == (404, verb)


def own(who: str, state: State) -> list[Verb]:
    """What the state allows and this role may do itself, parts of other units apart."""
    permissions = PERMISSIONS[ROLES[who]]
    others = turns.PARTS[0] | turns.PARTS[1]
    return [
        one
        for one in states.possible(state)
        if one not in others and WHO[one].permissions & permissions
    ]


def in_chinese(group: str, code: str) -> str:
    with force_locale("zh_CN"):
        return str(gettext(labels.msgid(group, code)))
