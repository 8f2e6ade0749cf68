"""Ends of a call brought together: an operator's, a third person's, the citizen's; and the rating.

Decided here: what each end hears when it answers, and what follows when one that was rung out of
another end is over (`bridged`): where the carrier has no conferences, that is all it tells.
"""

from hotline.calls import arriving, ending, finding, flows, history, talking
from hotline.calls import menu as menus
from hotline.calls.flows import Then
from hotline.calls.kinds import (
    Direction,
    HungUpBy,
    LegEnd,
    LegRole,
    LegState,
    RecordingKind,
    Result,
    Step,
)
from hotline.calls.menu import Wish
from hotline.calls.models import CallLeg
from hotline.calls.states import CallState
from hotline.carrier import Capability
from webhooks import voice_documents as documents
from webhooks import voice_menu as menu
from webhooks.voice_turn import Turn, setting
from webhooks.voice_xml import Document


def operator(turn: Turn) -> Document:
    """An operator's phone was answered: into the talk, or a word that it came too late."""
    if turn.leg.role is LegRole.CITIZEN:
        return documents.standing(turn)
    if not talking.answered(turn.call, turn.leg, now=turn.at.now, ways=turn.at.ways):
        return documents.goodbye(turn, "operator_late")
    return documents.talk(turn) if turn.at.ways.has_conference else documents.hold(turn)


def join(turn: Turn) -> Document:
    """The citizen meets who answered."""
    if turn.call.state is not CallState.CONNECTED:
        return documents.standing(turn)
    return documents.talk(turn) if turn.at.ways.has_conference else bridge(turn)


def hold(turn: Turn) -> Document:
    """The waiting sound, for as long as the operator holds the call."""
    if turn.call.state is not CallState.CONNECTED:
        return documents.standing(turn)
    return _held(turn) if turn.asked.tries is None else documents.hold(turn)


def bridge(turn: Turn) -> Document:
    """Without conferences: the operator's desk phone is rung out of the citizen's end."""
    if turn.call.state is not CallState.CONNECTED or turn.leg.role is not LegRole.CITIZEN:
        return documents.standing(turn)
    target = finding.operator_leg(turn.call, turn.call.staff_id or 0) or _last_operator(turn)
    return documents.hold(turn) if target is None else documents.ring(turn, target)


def third(turn: Turn) -> Document:
    """Who was called in has answered; or, rung out of the citizen's end, is to be rung."""
    if turn.leg.role is LegRole.CITIZEN:
        rung = finding.open_legs(turn.call, LegRole.THIRD)
        if turn.call.state is not CallState.CONNECTED or not rung:
            return documents.standing(turn)
        return documents.ring(turn, rung[-1])
    if not talking.answered(turn.call, turn.leg, now=turn.at.now, ways=turn.at.ways):
        return documents.goodbye(turn, "operator_late")
    return documents.talk(turn, turn.say("third_greeting"))


def listen(turn: Turn) -> Document:
    """A supervisor hears the talk."""
    if not talking.answered(turn.call, turn.leg, now=turn.at.now, ways=turn.at.ways):
        return documents.goodbye(turn, "operator_late")
    return documents.talk(turn, is_muted=True)


def outgoing(turn: Turn) -> Document:
    """Of a call that we make: the citizen has answered; or our own desk phone, out of which the
    citizen is rung now.
    """
    if turn.call.direction is not Direction.OUTBOUND:
        return documents.standing(turn)
    if turn.call.flow and turn.leg.role is LegRole.CITIZEN:
        return flow(turn)
    if not talking.answered(turn.call, turn.leg, now=turn.at.now, ways=turn.at.ways):
        is_citizen = turn.leg.role is LegRole.CITIZEN
        return documents.goodbye(turn, "outgoing_late" if is_citizen else "operator_late")
    if turn.leg.role is not LegRole.CITIZEN:
        return documents.ring_address(turn, turn.call.phone or "", "citizen")
    said = [turn.say("outgoing")]
    if setting().can(Capability.RECORDING):
        said.append(turn.say("recorded"))
    return documents.talk(turn, *said)


def bridged(turn: Turn) -> Document:
    """What was rung out of this end is over, or nobody answered there."""
    if turn.asked.to == documents.LINE:
        return _line_over(turn)
    if turn.leg.role is not LegRole.CITIZEN:
        return _citizen_over(turn)
    if turn.call.state is not CallState.CONNECTED:
        return documents.standing(turn)
    if turn.call.held_at is not None:
        return documents.hold(turn)
    target = next((one for one in finding.all_legs(turn.call) if one.ref == turn.asked.to), None)
    if target is None or target.state is LegState.ENDED:
        return documents.hold(turn)
    if turn.form.is_dial_answered:
        return _desk_over(turn, target)
    ending.leg_failed(turn.call, target, turn.at)
    return documents.waiting(turn, turn.say("reconnecting")) if _waits(turn) else _last(turn)


def rate(turn: Turn) -> Document:
    """The operator has hung up: how was it?"""
    call = turn.call
    if call.state not in (CallState.WRAP_UP, CallState.ENDED):
        return documents.standing(turn)
    if turn.asked.tries is None and call.rating is None:
        return documents.rating(turn)
    decision = menus.at_rating(turn.form.heard)
    if decision.wish is Wish.RATE and call.rating is None:
        call.rating = int(decision.number)
        history.note(call, "rated", at=turn.at.now, rating=call.rating)
    return documents.goodbye(turn, "rate_thanks" if call.rating else "goodbye")


def goodbye(turn: Turn) -> Document:
    """The talk is over for this end; the citizen is never left in the middle of a call."""
    under_way = turn.call.state in (CallState.WAITING, CallState.OFFERED, CallState.CONNECTED)
    if turn.leg.role is LegRole.CITIZEN and under_way:
        return documents.standing(turn)
    return _last(turn)


def flow(turn: Turn) -> Document:
    """A machine's call: what its flow says to what was heard."""
    known = flows.registered(turn.call.flow)
    if known is None or turn.leg.role is not LegRole.CITIZEN:
        return documents.goodbye(turn, "outgoing_late")
    if turn.call.state is not CallState.RINGING and turn.call.state is not CallState.MENU:
        return documents.standing(turn)
    is_first = turn.asked.tries is None
    if not talking.answered(turn.call, turn.leg, now=turn.at.now, ways=turn.at.ways):
        return documents.goodbye(turn, "outgoing_late")
    arriving.greet(turn.call, now=turn.at.now)
    if turn.form.recording_sid:
        turn.announce_recording(RecordingKind.ANSWER)
    reply = known.step(turn.call, _heard(turn, is_first=is_first))
    if reply.then is Then.PERSON:
        return menu.to_queue(turn, *reply.words)
    if reply.then is Then.HANG_UP:
        return turn.document().say(*reply.words).hang_up()
    again = turn.url(Step.FLOW, n=reply.tries, at=reply.step)
    if reply.then is Then.RECORD:
        status = turn.recording_url(RecordingKind.ANSWER)
        document = turn.document().say(*reply.words)
        return document.record(again, status=status, longest=reply.longest)
    return turn.document().ask(
        again,
        reply.words,
        language=turn.call.language,
        digits=reply.digits,
        timeout=reply.timeout,
    )


def _heard(turn: Turn, *, is_first: bool) -> flows.Turn:
    return flows.Turn(
        subject=turn.call.flow_subject or "",
        step=turn.asked.step,
        heard=turn.form.heard,
        tries=turn.asked.tried,
        is_first=is_first,
        is_machine=turn.form.is_machine,
        language=turn.call.language,
        now=turn.at.now,
        recording_id=turn.form.recording_sid,
        seconds=turn.form.seconds,
    )


def _held(turn: Turn) -> Document:
    return documents.hold(turn, turn.say("held"))


def _last(turn: Turn) -> Document:
    return documents.goodbye(turn) if turn.leg.role is LegRole.CITIZEN else _silent_end(turn)


def _silent_end(turn: Turn) -> Document:
    return turn.document().hang_up()


def _waits(turn: Turn) -> bool:
    return turn.call.state in (CallState.WAITING, CallState.OFFERED)


def _last_operator(turn: Turn) -> CallLeg | None:
    found = finding.open_legs(turn.call, LegRole.OPERATOR)
    return found[-1] if found else None


def _line_over(turn: Turn) -> Document:
    """A merged line's own centre: served there, or nobody answered and we do."""
    if turn.call.state is not CallState.MENU or turn.form.is_dial_answered:
        return documents.standing(turn) if _waits(turn) else _last(turn)
    turn.call.is_served = False
    return menu.to_queue(turn, turn.say("pass_failed"))


def _citizen_over(turn: Turn) -> Document:
    """Our desk phone rang the citizen: whether they were there."""
    call = turn.call
    if turn.form.is_dial_answered:
        call.answered_at = call.answered_at or turn.at.now
        call.hung_up_by = call.hung_up_by or HungUpBy.CITIZEN
        return _silent_end(turn)
    if call.answered_at is None and call.state is CallState.CONNECTED:
        call.result = call.result or Result.NOT_REACHED
        call.hung_up_by = call.hung_up_by or HungUpBy.SYSTEM
    return documents.goodbye(turn, "not_reached")


def _desk_over(turn: Turn, target: CallLeg) -> Document:
    """Who was rung has talked and hung up: the operator, or somebody the call was passed to."""
    target.state, target.answered_at = LegState.ANSWERED, target.answered_at or turn.at.now
    if target.role is LegRole.THIRD:
        target.outcome = LegEnd.COMPLETED
        ending.end_leg(turn.call, target, turn.at)
        return _last(turn)
    by = turn.call.staff_id or 0
    talking.hang_up(turn.call, by=by, now=turn.at.now, rules=turn.at.rules)
    # An order leads to the question as well: whoever comes first asks it, once.
    return turn.document().hold(turn.url(Step.RATE))
