"""The registered flow of callbacks: a citizen is on the line, and answers or doesn't.

Decided here: an answer becomes the round's result once the conversation is over, through the same
operations as a person's or a text's; a call that broke off keeps what suffices. The call is locked
first, the ticket after it. Not here: what is asked (`voice_flow`), who may be called
(`voice_calls`).
"""

from datetime import datetime

from flask import current_app
from sqlalchemy import select

from callbacks import answering, asking, concluding, queries, rules, texting, voice_calls
from callbacks import voice_flow as talk
from callbacks.answering import BEING_RATED, Said
from callbacks.asking import Missed
from callbacks.models import Attempt, Plan
from callbacks.rules import PlanState, Rating, Result, Via, VoiceEnding
from callbacks.terms import Terms
from callbacks.voice_flow import Goes, Move, VoiceStep
from callbacks.voice_models import VoiceCall
from callbacks.windows import CallbackRules, may_call
from hotline import settings
from hotline.calls import prompting, queueing
from hotline.calls.flows import Reply, Then, Turn
from hotline.calls.kinds import LegEnd, RecordingKind
from hotline.calls.models import Call
from hotline.calls.prompting import Spoken
from hotline.calls.recording_models import Recording
from hotline.carrier import Capability
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import operations as tickets
from hotline.tickets import queries as ticket_queries
from hotline.tickets.models import Ticket

BY = "citizen:phone"
LONGEST_REASON = 90
ENDING_DIGITS = 4
THEN = {Goes.ASK: Then.ASK, Goes.RECORD: Then.RECORD, Goes.PERSON: Then.PERSON}
NOT_THERE = {LegEnd.BUSY: Result.BUSY, LegEnd.FAILED: None, LegEnd.CANCELED: None}
"""What an end that was never answered comes to; None: it was not dialled, which is no try."""


class CallbackFlow:
    """Asks the citizen of a ticket that awaits callback."""

    def step(self, call: Call, turn: Turn) -> Reply:
        """Answer what was heard; asked again, or too late, it changes nothing."""
        found = voice_calls.of_call(call.id)
        if found is None:
            return _last(call, "outgoing_late")
        ticket = tickets.lock_by_id(voice_calls.ticket_id_of(found))
        db.session.refresh(found)
        if found.ended_at is not None:
            return _last(call, "goodbye")
        plan, terms = queries.by_id(found.plan_id), terms_at(turn.now)
        if plan is None or not _is_asked(ticket, plan):
            _end(found, VoiceEnding.NEEDLESS, terms)
            return _last(call, "outgoing_late")
        move = talk.next_move(_where(found, plan, turn), turn.heard)
        found.keep(move.said)
        if move.is_alarm:
            queueing.alarm(call, now=turn.now)
        if move.is_stop:
            voice_calls.stop(call, now=turn.now)
        spoken = _spoken(move, call, ticket)
        if move.goes is Goes.END and move.result is not None:
            words = _reason(call, turn.seconds) if turn.recording_id else None
            settle(ticket, plan, found, move.result, terms, words=words)
            return Reply(spoken, Then.HANG_UP)
        return Reply(
            spoken,
            THEN[move.goes],
            step=move.step.value,
            tries=move.tries,
            longest=LONGEST_REASON,
        )

    def may_ring(self, call: Call, now: datetime) -> bool:
        """In the calling hours only, and while the round is still asked about."""
        terms, found = terms_at(now), voice_calls.of_call(call.id)
        if found is None or found.ended_at is not None:
            return False
        plan = queries.by_id(found.plan_id)
        ticket = db.session.get_one(Ticket, plan.ticket_id) if plan is not None else None
        is_asked = plan is not None and ticket is not None and _is_asked(ticket, plan)
        return is_asked and may_call(now, terms.zone, terms.numbers)


def over(call_id: int, outcome: LegEnd | None, terms: Terms) -> None:
    """The citizen's end is over: what was said counts, or it was a try; told twice, it is once."""
    found, call = voice_calls.of_call(call_id), db.session.get(Call, call_id)
    if found is None or call is None:
        return
    ticket = tickets.lock_by_id(voice_calls.ticket_id_of(found))
    db.session.refresh(found)
    if found.ended_at is not None:
        return
    plan = queries.by_id(found.plan_id)
    if plan is None or not _is_asked(ticket, plan):
        _end(found, VoiceEnding.HANDED_OVER if call.staff_id else VoiceEnding.NEEDLESS, terms)
        return
    result = _result(call, found.said, outcome)
    if result is None:
        _end(found, VoiceEnding.HANDED_OVER if call.staff_id else VoiceEnding.FAILED, terms)
    else:
        settle(ticket, plan, found, result, terms, words=_late_reason(call))


def settle(
    ticket: Ticket,
    plan: Plan,
    found: VoiceCall,
    result: Result,
    terms: Terms,
    *,
    words: str | None = None,
) -> None:  # fmt: skip
    """Write the call's result down as a person's or a text's is."""
    if result is Result.REACHED:
        plan.calls += 1
        db.session.add(Attempt(plan_id=plan.id, at=terms.now, outcome=result, by=BY))
        rating = rules.as_asked(found.said, plan.completion)
        answering.take(ticket, plan, Said(rating, words, Via.VOICE, BY), terms)
        _end(found, VoiceEnding.ANSWERED, terms)
        return
    missed = Missed(result, via=Via.VOICE, said=found.said)
    try:
        asking.miss(ticket, plan, missed, terms, by=concluding.SYSTEM)
    except Refused:
        _end(found, VoiceEnding.NEEDLESS, terms)  # somebody has called meanwhile
        return
    _end(found, VoiceEnding.MISSED, terms)


def terms_at(now: datetime) -> Terms:
    """The rules in force."""
    return Terms(now, ticket_queries.rulebook(), settings.read(CallbackRules))


def _end(found: VoiceCall, ending: VoiceEnding, terms: Terms) -> None:
    found.ending, found.ended_at = ending, terms.now


def _is_asked(ticket: Ticket, plan: Plan) -> bool:
    """Whether this round's citizen has yet to answer."""
    is_present = plan.round == ticket.round and ticket.state in BEING_RATED
    return is_present and plan.state is PlanState.OPEN and plan.outcome is None


def _where(found: VoiceCall, plan: Plan, turn: Turn) -> talk.At:
    known = turn.step in set(VoiceStep)
    return talk.At(
        step=VoiceStep(turn.step) if known else VoiceStep.GREETING,
        said=Rating() if turn.is_first else found.said,
        tries=turn.tries,
        completion=plan.completion,
        is_first=turn.is_first or not known,
        is_machine=turn.is_machine,
    )


def _result(call: Call, said: Rating, outcome: LegEnd | None) -> Result | None:
    """What the end of the citizen's line means; None where it is no try of ours."""
    if call.answered_at is None:
        return NOT_THERE.get(outcome, Result.NO_ANSWER) if outcome else Result.NO_ANSWER
    result = talk.broken_off(said)
    # Somebody talked to them: what wasn't answered to the machine, they write down.
    return None if call.staff_id is not None and result is Result.UNFINISHED else result


def _spoken(move: Move, call: Call, ticket: Ticket) -> tuple[Spoken, ...]:
    keys = list(move.says)
    story = texting.story_of(ticket.number)
    if story.is_private:
        keys = ["survey_matter_private" if key == "survey_matter" else key for key in keys]
    if "survey_greeting" in keys and current_app.extensions["carrier"].can(Capability.SPEECH):
        keys.append("survey_speech")
    known = {
        "title": queries.title_of(ticket.id),
        "ending": prompting.digit_by_digit(ticket.number[-ENDING_DIGITS:]),
        "number": prompting.digit_by_digit(ticket.number),
    }
    return tuple(_said(key, call.language, known) for key in keys)


def _said(key: str, language: str, known: dict[str, str]) -> Spoken:
    wanted = prompting.placeholders(prompting.words_of(key, language))
    return prompting.say(key, language, **{name: known[name] for name in wanted})


def _reason(call: Call, seconds: int) -> str | None:
    if seconds < 1:
        return None
    return prompting.say("survey_reason_body", call.language, seconds=str(seconds)).words


def _late_reason(call: Call) -> str | None:
    """The reason that was recorded before the citizen hung up, if the carrier has told of it."""
    asked = select(Recording.seconds).where(
        Recording.call_id == call.id, Recording.kind == RecordingKind.ANSWER
    )
    return _reason(call, db.session.scalar(asked.order_by(Recording.id.desc()).limit(1)) or 0)


def _last(call: Call, key: str) -> Reply:
    return Reply((prompting.say(key, call.language),), Then.HANG_UP)
