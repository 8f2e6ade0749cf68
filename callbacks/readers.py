"""What callbacks does when something happened to a ticket or to the text that asks.

A reply was accepted: its citizen is to be asked. The ticket went another way: nobody is. The
text did not arrive: a person calls. The lead closed: who followed it is asked by text. A call of
the machine is over: it was answered, or a try.
"""

from callbacks import asking, following, planning, texting, voice_calls, voice_hearing
from callbacks.terms import Terms
from callbacks.windows import CallbackRules
from hotline import settings
from hotline.calls import flows
from hotline.calls.kinds import LegEnd
from hotline.events import Fact, Reader
from hotline.messages import reports
from hotline.tickets import modes
from hotline.tickets import queries as tickets
from hotline.tickets.operations import lock_by_id
from hotline.tickets.states import State, Verb

ENDS = (Verb.WITHDRAW, Verb.MERGE, Verb.UNMERGE, Verb.CLOSE, Verb.REDO, Verb.REOPEN)


def plan_callback(fact: Fact) -> None:
    """Plan how the citizen is asked, unless the ticket has gone on since."""
    ticket = lock_by_id(fact.subject_id)
    if ticket.state is State.AWAITING_CALLBACK:
        planning.make(ticket, _terms(fact))


def cancel_plan(fact: Fact) -> None:
    """Nobody asks any more; who followed a ticket that closed is asked now."""
    ticket = lock_by_id(fact.subject_id)
    if ticket.state is State.MERGED and fact.kind == Verb.CLOSE:
        following.ask(ticket, fact.facts.get("ended"), _terms(fact))
    else:
        planning.cancel(ticket, now=fact.at)


def call_instead(fact: Fact) -> None:
    """The text that asks for a rating did not arrive."""
    if fact.facts.get("kind") == texting.KIND:
        asking.text_failed(lock_by_id(fact.subject_id), _terms(fact))


def end_voice_call(fact: Fact) -> None:
    """The citizen's end of a call of the machine is over."""
    if fact.facts.get("flow") == voice_calls.FLOW:
        told = fact.facts.get("outcome")
        outcome = LegEnd(told) if told else None
        voice_hearing.over(fact.subject_id, outcome, voice_hearing.terms_at(fact.at))


def _terms(fact: Fact) -> Terms:
    mode = modes.current(fact.at)
    is_held = mode is not None and mode.is_holding_callbacks
    return Terms(fact.at, tickets.rulebook(), settings.read(CallbackRules), is_held)


READERS: list[Reader] = [
    (Verb.ACCEPT.value, "callbacks.plan", plan_callback),
    *((verb.value, "callbacks.cancel", cancel_plan) for verb in ENDS),
    (reports.FAILED, "callbacks.call_instead", call_instead),
    (flows.OVER, "callbacks.voice_over", end_voice_call),
]
