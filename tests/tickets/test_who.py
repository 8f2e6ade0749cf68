"""Who may do what, as a clerk reads it: every state, every verb, every role.

Where a verb is possible stands in the picture of `test_states`; here stands who may do it.
`citizen`: with number and code. `itself`: the hotline does it without anybody's doing.
"""

import pytest
from apiflask import APIFlask

from hotline.access import Role
from hotline.tickets import states, who
from hotline.tickets.states import State, Verb
from tests.house import walking
from tests.tickets.test_states import PICTURE

WHO_MAY = """
who                                               does what
------------------------------------------------  -----------------------------------------------
operator shift_leader dispatcher citizen          received supplemented urged withdrawn objected
operator shift_leader dispatcher                  sorted answered refused filed transferred
operator shift_leader dispatcher                  service_called service_accepted
operator shift_leader dispatcher                  reopened noted changed

dispatcher                                        dispatched merged unmerged split assist_added
dispatcher itself                                 assist_ended lead_changed

handler unit_head unit_dispatcher                 signed handler_named contacted progressed asked
handler unit_head unit_dispatcher                 return_asked extension_asked suspension_asked
handler unit_head unit_dispatcher                 handed_down sub_signed sub_returned sub_replied
handler unit_head unit_dispatcher                 taken_back reply_submitted reply_declined replied
handler unit_head unit_dispatcher                 assist_signed assist_replied order_answered
handler unit_head unit_dispatcher itself          resumed

reviewer head                                     return_upheld return_refused accepted sent_back
reviewer head                                     extension_granted extension_refused promised
reviewer head                                     suspension_granted suspension_refused
reviewer head                                     refusal_kept
reviewer head itself                              redone closed
callback_agent citizen itself                     callback_recorded

supervisor head                                   supervised order_insisted order_accepted
supervisor head itself                            card_voided
itself                                            carded parts_done lead_answered
administrator itself                              deadline_moved

operator shift_leader dispatcher callback_agent   attached
handler unit_head unit_dispatcher citizen         attached
"""


def _read() -> dict[Verb, set[str]]:
    told: dict[Verb, set[str]] = {}
    for line in WHO_MAY.splitlines()[3:]:
        for verb in line[50:].split():
            told.setdefault(Verb(verb), set()).update(line[:50].split())
    return told


PEOPLE = _read()
WORDS = {
    "answer": "answered",
    "answer-question": "supplemented",
    "approve": "replied",
    "ask": "asked",
    "assist": "assist_added",
    "assist/<code>/end": "assist_ended",
    "assist/reply": "assist_replied",
    "attachments": "attached",
    "callbacks": "callback_recorded",
    "callbacks/call": "callback_recorded",
    "cards/<int:card_id>/void": "card_voided",
    "change": "changed",
    "contact": "contacted",
    "decline": "reply_declined",
    "dispatch": "dispatched",
    "extend": "extension_asked",
    "extensions/<int:extension_id>": "extension_granted extension_refused",
    "file": "filed",
    "handdown": "handed_down",
    "handler": "handler_named",
    "merge": "merged",
    "object": "objected",
    "objections/<int:objection_id>": "refusal_kept",
    "note": "noted",
    "orders/<int:order_id>": "order_accepted order_insisted",
    "orders/<int:order_id>/answer": "order_answered",
    "progress": "progressed",
    "promise": "promised",
    "refuse": "refused",
    "reopen": "reopened",
    "reply": "replied",
    "resume": "resumed",
    "return": "return_asked",
    "returns/<int:return_id>": "return_upheld return_refused",
    "review": "accepted sent_back",
    "service-declined": "service_called",
    "sign": "signed",
    "sort": "sorted",
    "split": "split",
    "supervise": "supervised",
    "supplement": "supplemented",
    "suspend": "suspension_asked",
    "suspensions/<int:suspension_id>": "suspension_granted suspension_refused",
    "takeback": "taken_back",
    "transfer": "transferred",
    "unmerge": "unmerged",
    "urge": "urged",
    "withdraw": "withdrawn",
}
"""The last words of a route's address → the verbs it carries out."""
BESIDE = {"attachments/<key>/mark", "uncover"}
"""What is done to something else than the ticket."""


@pytest.mark.parametrize("verb", Verb, ids=lambda one: one.value)
def test_each_verb_is_done_by_those_written_here(verb: Verb) -> None:
    found = who.WHO[verb]
    doing = {role.value for role in found.roles}
    doing |= {"citizen"} if found.is_citizens else set()
    doing |= {"itself"} if found.is_by_itself else set()
    assert doing == PEOPLE[verb]


def test_every_state_verb_and_role_is_as_the_two_pictures_say() -> None:
    """14 states, all verbs, 13 roles: what is in neither picture is possible to nobody."""
    told = {
        (state, verb, role)
        for state, verb in PICTURE
        for role in Role
        if role.value in PEOPLE[verb] and verb not in states.BY_ITSELF
    }
    found = {
        (state, verb, role)
        for state in State
        for verb in states.possible(state)
        for role in who.WHO[verb].roles
    }
    assert found == told
    assert not {role for _, _, role in found} & {Role.INSPECTOR, Role.EDITOR}


def test_nothing_on_the_way_is_done_by_nobody() -> None:
    assert set(who.WHO) == set(Verb)
    assert set(PEOPLE) == set(Verb)


def test_each_route_asks_for_the_permission_of_its_verb(app: APIFlask) -> None:
    wrong = []
    for one in walking.routes(app):
        _, found, word = one.rule.partition("/tickets/<number>/")
        if one.method != "POST" or not found or one.permission is None:
            continue
        wrong += [
            f"{one.name} asks for {one.permission}, but is {verb}"
            for verb in WORDS.get(word, "").split()
            if one.permission not in who.WHO[Verb(verb)].permissions
        ]
        if word not in WORDS and word not in BESIDE:
            wrong.append(f"{one.name} is in no picture")
    assert wrong == []
