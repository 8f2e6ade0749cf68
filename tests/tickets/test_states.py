"""The life of a ticket as a clerk reads it, compared with the table the program goes by."""

import pytest

from hotline.errors import WrongState
from hotline.tickets import states
from hotline.tickets.kinds import Role
from hotline.tickets.states import FINAL, State, Verb

# Where a verb leads from a state; "stays" is written where it leads nowhere else. What isn't
# written is not possible.
LIFE = """
state              verb               leads to
-----------------  -----------------  -----------------
received           sorted             pending_dispatch
received           answered           answered
received           refused            refused
received           filed              filed
received           transferred        transferred
received           merged             merged
received           withdrawn          withdrawn
received           changed            stays

pending_dispatch   dispatched         pending_signature
pending_dispatch   split              in_progress
pending_dispatch   merged             merged
pending_dispatch   withdrawn          withdrawn
pending_dispatch   changed            stays

pending_signature  signed             in_progress
pending_signature  return_asked       return_requested
pending_signature  merged             merged
pending_signature  withdrawn          withdrawn
pending_signature  changed            stays

in_progress        contacted          stays
in_progress        progressed         stays
in_progress        return_asked       return_requested
in_progress        replied            in_review
in_progress        parts_done         closed
in_progress        merged             merged
in_progress        withdrawn          withdrawn
in_progress        changed            stays

return_requested   return_upheld      pending_dispatch
return_requested   return_refused     in_progress
return_requested   withdrawn          withdrawn

in_review          accepted           awaiting_callback
in_review          sent_back          in_progress

awaiting_callback  callback_recorded  stays
awaiting_callback  redone             pending_signature
awaiting_callback  closed             closed

closed             callback_recorded  stays
closed             redone             pending_signature
closed             reopened           pending_dispatch

merged             lead_changed       stays
merged             lead_answered      stays
merged             callback_recorded  stays
merged             unmerged           pending_dispatch
merged             redone             pending_signature
merged             closed             stays

answered           reopened           pending_dispatch
refused            reopened           pending_dispatch
filed              reopened           pending_dispatch
withdrawn          reopened           pending_dispatch
transferred        reopened           pending_dispatch
transferred        transferred        stays
"""
# Beside the way, without leaving the state: what is done, and while it is where.
BESIDE = """
while it is                            may also be
-------------------------------------  ---------------------------------------------
anywhere                               noted attached carded card_voided
open                                   supplemented urged deadline_moved
open                                   service_called service_accepted
sorted                                 supervised resumed
held                                   handler_named assist_ended
held                                   order_answered order_insisted order_accepted
pending_signature in_progress          assist_added
before_answer                          assist_signed assist_replied
pending_signature in_progress          handed_down sub_signed sub_returned sub_replied taken_back
in_progress                            asked reply_submitted reply_declined
in_progress                            extension_asked extension_granted extension_refused
in_progress                            suspension_asked suspension_granted suspension_refused
awaiting_callback closed               promised
refused                                objected refusal_kept
"""
# What an assisting unit does, and what is decided on it, while the lead is at something else.
ASSISTING = """
while it is                            an assisting unit's part may also be
-------------------------------------  ---------------------------------------------
before_answer                          contacted progressed
before_answer                          return_asked return_upheld return_refused
"""
OVER = {"answered", "refused", "filed", "transferred", "merged", "withdrawn", "closed"}
ANYWHERE = {state.value for state in State}
NAMED = {
    "anywhere": ANYWHERE,
    "open": ANYWHERE - OVER,
    "sorted": ANYWHERE - OVER - {"received"},
    "held": ANYWHERE - OVER - {"received", "pending_dispatch"},
    "before_answer": {"pending_signature", "in_progress", "return_requested"},
}


def _picture() -> dict[tuple[State, Verb], State]:
    rows = [line.split() for line in LIFE.splitlines()[3:] if line]
    told = {
        (State(state), Verb(verb)): State(state if leads_to == "stays" else leads_to)
        for state, verb, leads_to in rows
    }
    assert len(told) == len(rows), "a line stands twice"
    for pair in _pairs(BESIDE):
        assert pair not in told, "a line stands twice"
        told[pair] = pair[0]
    return told


def _pairs(picture: str) -> list[tuple[State, Verb]]:
    lines = [(line[:39].split(), line[39:].split()) for line in picture.splitlines()[3:]]
    return [
        (State(state), Verb(verb))
        for where, verbs in lines
        for state in set().union(*(NAMED.get(one, {one}) for one in where))
        for verb in verbs
    ]


PICTURE = _picture()
EVERY_PAIR = [(state, verb) for state in State for verb in Verb]


@pytest.mark.parametrize(("state", "verb"), EVERY_PAIR, ids=lambda one: one.value)
def test_each_pair_leads_where_the_picture_says_or_is_refused(state: State, verb: Verb) -> None:
    if (state, verb) in PICTURE:
        move = states.move(state, verb)
        assert (move.verb, move.before, move.to) == (verb, state, PICTURE[state, verb])
        assert (verb in states.possible(state)) == (verb not in states.BY_ITSELF)
        return
    with pytest.raises(WrongState) as refused:
        states.move(state, verb)
    assert refused.value.status == 409
    assert refused.value.code == "wrong_state"
    assert refused.value.values["state"] == state.value
    assert refused.value.values["verb"] == verb.value
    assert refused.value.possible == [one.value for one in states.possible(state)]
    assert verb.value not in refused.value.possible
    for named in (state.value, verb.value, *refused.value.possible):
        assert named in str(refused.value)


def test_the_picture_names_every_state_and_every_verb_but_the_first() -> None:
    assert {state for state, _ in PICTURE} == set(State)
    assert {verb for _, verb in PICTURE} == set(Verb) - {Verb.RECEIVE}


def test_what_is_over() -> None:
    assert {one.value for one in FINAL} == OVER


def test_every_state_is_reached_and_the_ended_ones_have_a_way_back() -> None:
    reached, edge = {State.RECEIVED}, [State.RECEIVED]
    while edge:
        state = edge.pop()
        further = {to for (before, _), to in PICTURE.items() if before is state} - reached
        reached |= further
        edge += further
    assert reached == set(State)
    for state in FINAL:
        ways = {to for (before, _), to in PICTURE.items() if before is state}
        assert ways - FINAL, f"{state} is a trap"


@pytest.mark.parametrize("verb", Verb, ids=lambda one: one.value)
def test_an_assisting_unit_moves_no_ticket(verb: Verb) -> None:
    for state in State:
        if (state, verb) in PICTURE or (state, verb) in _pairs(ASSISTING):
            assert states.move(state, verb, Role.ASSIST).to is state
        else:
            with pytest.raises(WrongState):
                states.move(state, verb, Role.ASSIST)


def test_what_is_possible_comes_in_the_order_of_a_tickets_life() -> None:
    for state in State:
        listed = states.possible(state)
        assert listed == sorted(listed, key=list(Verb).index)
        assert set(listed) == {
            verb for before, verb in PICTURE if before is state and verb not in states.BY_ITSELF
        }
