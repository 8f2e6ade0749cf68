"""The machine calls a citizen and asks: through the carrier's signed requests, both kinds of it."""

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks import jobs, queries, voice_calls
from callbacks.models import Answer, Attempt, Plan
from callbacks.rules import Ending, PlanState, Result, Solved, Via, VoiceEnding
from callbacks.terms import Terms
from callbacks.voice_models import VoiceCall, VoiceStop
from callbacks.windows import CallbackRules
from hotline import relay, settings
from hotline.access import Role
from hotline.calls import addresses, carrying_out, finding, offering, seating, talking
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.kinds import Device, LegRole, SeatState, Step
from hotline.calls.models import Call
from hotline.calls.recording_models import Recording
from hotline.calls.rules import RANK_RETURNING, CallRules
from hotline.calls.states import CallState
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import operations
from hotline.tickets.models import EventWords, Ticket
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset

AGENT = "staff:801"
AFTERNOON = samples.NOW + timedelta(hours=3)


class Asked:
    """A citizen whom the machine calls about a ticket of theirs."""

    def __init__(self, client: FlaskClient, time: Clock) -> None:
        self.client, self.time = client, time
        time.now = AFTERNOON
        ticket, plan = samples.asked()
        self.number, self.plan_id = ticket.number, plan.id
        self.order()

    def order(self) -> None:
        """Have the machine call."""
        terms = Terms(self.time.now, factories.book())
        found = voice_calls.order(operations.lock(self.number), terms, by=AGENT)
        db.session.commit()
        self.call_id = found.call_id
        self.phone = Handset(self.client, "+8633512345", Direction="outbound-api", To=doors.PHONE)

    @property
    def call(self) -> Call:
        return db.session.get_one(Call, self.call_id, populate_existing=True)

    @property
    def url(self) -> str:
        leg = next(x for x in finding.all_legs(self.call) if x.role is LegRole.CITIZEN)
        return addresses.of_step(Step.FLOW, call=self.call.ref, leg=leg.ref)

    def answers(self, *keys: str) -> str:
        """Picks up and presses these; what is heard at last."""
        self.phone.ask(self.url)
        for key in keys:
            self.phone.press(key)
        return self.phone.last.words

    def over(self, status: str = "completed") -> None:
        """The carrier tells that the line is closed, and everybody is told."""
        leg = next(x for x in finding.all_legs(self.call) if x.role is LegRole.CITIZEN)
        self.phone.send(addresses.of_status(call=self.call.ref, leg=leg.ref), CallStatus=status)
        relay.drain()
        db.session.expire_all()

    @property
    def plan(self) -> Plan:
        return db.session.get_one(Plan, self.plan_id, populate_existing=True)

    @property
    def ticket(self) -> Ticket:
        return operations.lock(self.number)

    @property
    def ending(self) -> VoiceEnding | None:
        asked = select(VoiceCall.ending).where(VoiceCall.plan_id == self.plan_id)
        return db.session.scalars(asked.order_by(VoiceCall.id.desc())).first()

    @property
    def outcomes(self) -> list[Result]:
        asked = select(Attempt.outcome).where(Attempt.plan_id == self.plan_id)
        return list(db.session.scalars(asked.order_by(Attempt.id)))


@pytest.fixture
def asked(client: FlaskClient, carrier: str, time: Clock) -> Asked:
    return Asked(client, time)


def test_a_satisfied_citizen_closes_the_ticket(asked: Asked, carrier: str) -> None:
    greeting = asked.phone.ask(asked.url).words
    assert "12345" in greeting
    assert queries.title_of(asked.ticket.id) not in greeting
    assert ("直接说" in greeting) is (carrier == "twilio")
    assert phoning.all_verbs(asked.phone.last) <= phoning.SOMLENG_VERBS
    matter = asked.phone.press("1").words
    assert queries.title_of(asked.ticket.id) in matter
    assert "联系过" in matter
    assert "解决了吗" in asked.phone.press("1").words
    assert "非常满意请按5" in asked.phone.press("1").words
    last = asked.phone.press("5")
    assert last.is_over
    plan = asked.plan
    assert (plan.outcome, plan.satisfied, plan.solved) == (Ending.ANSWERED, 5, Solved.YES)
    assert (plan.was_contacted, plan.calls) == (True, 1)
    assert asked.ticket.state is State.CLOSED
    assert db.session.scalars(select(Answer.via)).one() is Via.VOICE
    asked.over()
    assert (asked.outcomes, asked.ending) == ([Result.REACHED], VoiceEnding.ANSWERED)
    assert asked.call.state is CallState.ENDED


def test_dissatisfied_says_why_and_it_is_done_again(asked: Asked, carrier: str) -> None:
    assert "非常不满意。确认请按1" in asked.answers("1", "2", "3", "1")
    document = asked.phone.press("1")
    assert "提示音" in document.words
    assert "Record" in document.verbs
    assert asked.plan.outcome is None
    fields = {"RecordingSid": "RE" + "7" * 32, "RecordingDuration": "12"}
    assert "如实记录" in asked.phone.ask(document.action, **fields).words
    assert "如实记录" in asked.phone.ask(document.action, **fields).words
    ticket = asked.ticket
    assert (ticket.state, ticket.round) == (State.PENDING_SIGNATURE, 2)
    words = list(db.session.scalars(select(EventWords.words)))
    assert any("口述原因12秒" in one for one in words)
    assert db.session.scalars(select(Recording)).one().call_id == asked.call_id
    asked.over()
    assert asked.outcomes == [Result.REACHED]


@pytest.mark.parametrize(
    ("keys", "state", "outcome", "said"),
    [
        ((), State.AWAITING_CALLBACK, Result.UNFINISHED, None),
        (("1", "1", "1"), State.AWAITING_CALLBACK, Result.UNFINISHED, None),
        (("1", "2"), State.PENDING_SIGNATURE, Result.REACHED, None),
        (("1", "1", "1", "2"), State.PENDING_SIGNATURE, Result.REACHED, 2),
    ],
)
def test_hung_up_on_the_way_keeps_what_suffices(
    asked: Asked, keys: tuple[str, ...], state: State, outcome: Result, said: int | None
) -> None:
    asked.answers(*keys)
    asked.over()
    assert (asked.ticket.state, asked.outcomes) == (state, [outcome])
    assert asked.plan.satisfied == said
    asked.over()
    assert asked.plan.calls == 1
    if outcome is Result.UNFINISHED:
        assert asked.plan.next_call_at is not None
        assert asked.plan.next_call_at > asked.time.now


@pytest.mark.parametrize(
    ("status", "outcomes", "ending"),
    [
        ("no-answer", [Result.NO_ANSWER], VoiceEnding.MISSED),
        ("busy", [Result.BUSY], VoiceEnding.MISSED),
        ("failed", [], VoiceEnding.FAILED),
        ("canceled", [], VoiceEnding.FAILED),
    ],
)
def test_nobody_there(
    asked: Asked, status: str, outcomes: list[Result], ending: VoiceEnding
) -> None:
    asked.over(status)
    asked.over(status)
    assert (asked.outcomes, asked.ending) == (outcomes, ending)
    assert asked.ticket.state is State.AWAITING_CALLBACK


def test_an_answering_machine_gets_no_details(asked: Asked) -> None:
    document = asked.phone.ask(asked.url, AnsweredBy="machine_start")
    assert document.is_over
    assert asked.number[-4:] not in document.words.replace(" ", "")
    asked.over()
    assert (asked.outcomes, asked.plan.state) == ([Result.MACHINE], PlanState.OPEN)


def test_a_wrong_number_is_not_rung_again(asked: Asked) -> None:
    assert "打扰您了" in asked.answers("3")
    assert (asked.outcomes, asked.ticket.state) == ([Result.WRONG_NUMBER], State.CLOSED)


def test_who_wants_no_such_calls_gets_none_any_more(asked: Asked) -> None:
    assert "今后不再拨打" in asked.answers("9")
    assert (asked.plan.outcome, asked.ticket.state) == (Ending.REFUSED, State.CLOSED)
    assert db.session.scalars(select(VoiceStop.call_id)).one() == asked.call_id
    other, _ = samples.asked(now=asked.time.now)
    with pytest.raises(Refused, match="machine_stopped"):
        voice_calls.order(other, Terms(asked.time.now, factories.book()), by=AGENT)
    assert other.id not in voice_calls.to_call_first(asked.time.now + timedelta(days=1), 10)


def test_the_same_request_twice_is_one_answer(asked: Asked) -> None:
    asked.answers("1", "1", "1")
    address = asked.phone.last.action
    for _ in range(2):
        assert "感谢" in asked.phone.ask(address, Digits="5").words
    asked.phone.ask(address, Digits="1")
    asked.phone.ask(asked.url)
    assert (asked.plan.satisfied, asked.plan.calls) == (5, 1)


def operator(app: APIFlask, now: datetime) -> int:
    person, ways = factories.staff("op", Role.OPERATOR), phoning.ways(app)
    seat = seating.locked(person.id, now)
    if ways.has_client:
        seating.note_phone(person.id, now=now)
    else:
        seat.device, seat.address = Device.NUMBER, "+863353801234"
    seating.set_state(person.id, SeatState.READY, None, now=now, ways=ways)
    db.session.commit()
    return person.id


@pytest.mark.parametrize("is_talked_to", [True, False])
def test_a_person_on_zero(asked: Asked, app: APIFlask, *, is_talked_to: bool) -> None:
    by, now, ways = operator(app, asked.time.now), asked.time.now, phoning.ways(app)
    asked.answers("1", "1", "0")
    call = asked.call
    assert (call.state, call.rank) == (CallState.WAITING, RANK_RETURNING)
    if is_talked_to:
        offering.distribute(now=now, rules=CallRules(), ways=ways)
        db.session.commit()
        call = asked.call
        if ways.has_conference:
            leg = finding.open_legs(call, LegRole.OPERATOR)[0]
            assert talking.answered(call, leg, now=now, ways=ways)
        else:
            talking.accept(call, by=by, now=now, ways=ways)
        db.session.commit()
    asked.over()
    assert asked.outcomes == ([] if is_talked_to else [Result.UNFINISHED])
    assert asked.ending is (VoiceEnding.HANDED_OVER if is_talked_to else VoiceEnding.MISSED)


def test_danger_comes_before_all(asked: Asked) -> None:
    asked.phone.ask(asked.url)
    assert "不要挂机" in asked.phone.ask(asked.phone.last.action, SpeechResult="家里着火了").words
    assert (asked.call.is_critical, asked.call.state) == (True, CallState.WAITING)


def test_a_ticket_that_has_gone_on_is_not_asked_about(asked: Asked) -> None:
    samples.record(asked.ticket, samples.GOOD, now=asked.time.now)
    assert "已取消" in asked.answers()
    assert asked.ending is VoiceEnding.NEEDLESS
    assert asked.outcomes == [Result.REACHED]


def test_nothing_is_dialled_when_the_hours_are_over(asked: Asked) -> None:
    def claimed(now: datetime) -> bool:
        [errand] = carrying_out.claim(now=now, most=5, rings=15, rules=CarryingRules())
        db.session.rollback()
        return not errand.is_unwanted

    assert claimed(asked.time.now)
    assert not claimed(asked.time.now + timedelta(hours=10))


def test_it_becomes_confidential_while_it_rings(asked: Asked) -> None:
    title = queries.title_of(asked.ticket.id)
    asked.ticket.is_confidential = True
    db.session.commit()
    words = asked.answers("1")
    assert title not in words
    assert "您的工单已有办理结果" in words


def test_the_first_call_by_itself_where_the_city_wants_it(
    client: FlaskClient, carrier: str, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.now = AFTERNOON
    made = [samples.asked() for _ in range(3)]
    due = max(plan.next_call_at for _, plan in made if plan.next_call_at)
    time.now = max(due, time.now)
    jobs.call_first()
    assert voice_calls.under_way() == 0
    for name, value in (("machine_calls_first", True), ("machine_calls_at_once", 2)):
        settings.change(CallbackRules, name, value, by="staff:1", now=time.now)
    db.session.commit()
    jobs.call_first()
    jobs.call_first()
    assert voice_calls.under_way() == 2
    time.now += timedelta(hours=10)
    settings.change(CallbackRules, "machine_calls_at_once", 9, by="staff:1", now=time.now)
    db.session.commit()
    jobs.call_first()
    assert voice_calls.under_way() == 2
