"""What somebody whose step was refused may do instead, and whose turn it is.

Decided here: the words behind "not possible in this state". Of what the state allows only what
the viewer's role may do is named; whoever can't move the ticket on is told who acts next. Not
here: the state table (`states`), who may (`who`), the other half of the sentence (`errors`).
"""

from collections.abc import Sequence

from flask_babel import gettext

from hotline.access import Viewer
from hotline.labels import msgid
from hotline.tickets import next_steps, states
from hotline.tickets.states import State, Verb
from hotline.tickets.who import WHO

PARTS = (
    frozenset({Verb.ASSIST_SIGN, Verb.ASSIST_REPLY}),
    frozenset({Verb.SUB_SIGN, Verb.SUB_RETURN, Verb.SUB_REPLY}),
)
"""What only an assisting unit, or a sub-unit, does: named to nobody who asked for another step."""


def instead(state: str, verb: str, possible: Sequence[str], viewer: Viewer | None) -> str:
    """What this viewer may do in the state, and who acts next where that isn't the viewer.

    Without a viewer it is the citizen who asks.
    """
    others = frozenset[Verb]().union(*(part for part in PARTS if verb not in part))
    own = [one for one in map(Verb, possible) if one not in others and _may(one, viewer)]
    listed = gettext(", ").join(gettext(msgid("verb", one.value)) for one in own)
    if any(_leads_on(State(state), one) for one in own):
        return str(gettext("You can do now: %(verbs)s.", verbs=listed))
    turn = str(gettext(next_steps.WAITS_FOR[State(state)], unit=gettext("The unit")))
    if not own:
        return turn
    return str(gettext("You can do now: %(verbs)s. %(turn)s", verbs=listed, turn=turn))


def _may(verb: Verb, viewer: Viewer | None) -> bool:
    who = WHO[verb]
    return who.is_citizens if viewer is None else not who.permissions.isdisjoint(viewer.permissions)


def _leads_on(state: State, verb: Verb) -> bool:
    return states.TABLE[state].get(verb) is not None
