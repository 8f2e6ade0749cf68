"""The table of a call's states, as a picture."""

import pytest

from hotline.calls import states
from hotline.calls.states import TABLE, CallState, CallVerb
from hotline.errors import Refused

# state: verb→state …; what is not here is refused.
PICTURE = """
ringing: greeted→menu refused→refused queued→waiting abandoned→abandoned voided→ended
menu: queued→waiting message_left→voicemail callback_asked→callback_asked served→ended abandoned→abandoned
waiting: message_left→voicemail callback_asked→callback_asked offered→offered abandoned→abandoned voided→ended
offered: missed→waiting answered→connected abandoned→abandoned voided→ended
connected: given_back→waiting hung_up→wrap_up
wrap_up: finished→ended
"""  # noqa: E501
DRAWN = {
    (CallState(line.partition(":")[0]), CallVerb(verb)): CallState(to)
    for line in PICTURE.strip().splitlines()
    for verb, to in (pair.split("→") for pair in line.partition(":")[2].split())
}


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("verb", CallVerb)
def test_every_pair(state: CallState, verb: CallVerb) -> None:
    expected = DRAWN.get((state, verb))
    assert states.may(state, verb) == (expected is not None)
    if expected is None:
        with pytest.raises(Refused) as refused:
            states.move(state, verb)
        assert refused.value.code == "call_moved_on"
    else:
        assert states.move(state, verb) is expected


def test_what_became_of_a_call_is_never_undone() -> None:
    assert not [pair for pair in TABLE if pair[0] in states.FATES]
