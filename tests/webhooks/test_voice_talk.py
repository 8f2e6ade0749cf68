"""Those who speak are brought together, held, passed on; by conference and by dialling."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import Role
from hotline.calls import addresses, dialling, finding, flows, offering, seating, talking
from hotline.calls.flows import Reply, Then
from hotline.calls.kinds import Device, Direction, LegRole, LegState, Result, SeatState, Step
from hotline.calls.models import Call, CallLeg
from hotline.calls.prompting import Spoken
from hotline.calls.rules import CallRules
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.calls.talking import Target
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories
from tests.webhooks import doors, phoning
from tests.webhooks.phoning import Clock, Handset

RULES = CallRules()
DESK = "+863353801234"


@pytest.fixture
def operator(app: APIFlask, carrier: str, time: Clock) -> Staff:
    """An operator who is ready, with the phone that this carrier reaches."""
    person = factories.staff("op", Role.OPERATOR)
    seat, ways = seating.locked(person.id, time.now), phoning.ways(app)
    if ways.has_client:
        seating.note_phone(person.id, now=time.now)
    else:
        seat.device, seat.address = Device.NUMBER, DESK
    seating.set_state(person.id, SeatState.READY, None, now=time.now, ways=ways)
    db.session.commit()
    return person


def seat(person: Staff) -> Seat:
    return db.session.get_one(Seat, person.id)


def step(step: Step, call: Call, leg: CallLeg) -> str:
    """Where an order leads an end."""
    return addresses.of_step(step, call=call.ref, leg=leg.ref)


class Talk:
    """A caller whom an operator has answered."""

    def __init__(self, client: FlaskClient, app: APIFlask, person: Staff, time: Clock) -> None:
        self.client, self.ways, self.now, self.by = client, phoning.ways(app), time.now, person.id
        self.caller = Handset(client)
        self.caller.dial()
        self.caller.stay()
        offering.distribute(now=self.now, rules=RULES, ways=self.ways)
        db.session.commit()
        if self.ways.has_conference:
            self.desk = self.answers(self.leg(LegRole.OPERATOR), Step.OPERATOR)
            self.caller.ask(step(Step.JOIN, self.call, self.leg(LegRole.CITIZEN)))
        else:
            talking.accept(self.call, by=self.by, now=self.now, ways=self.ways)
            db.session.commit()
            self.caller.ask(step(Step.BRIDGE, self.call, self.leg(LegRole.CITIZEN)))

    @property
    def call(self) -> Call:
        return self.caller.call

    def leg(self, role: LegRole) -> CallLeg:
        return finding.open_legs(self.call, role)[-1]

    def answers(self, leg: CallLeg, name: Step) -> Handset:
        """Whoever was dialled picks up and fetches their document."""
        phone = Handset(self.client, "+8633512345", Direction="outbound-api", To="client:op")
        phone.ask(step(name, self.call, leg))
        return phone


@pytest.fixture
def talk(client: FlaskClient, app: APIFlask, operator: Staff, time: Clock) -> Talk:
    """Two who speak."""
    return Talk(client, app, operator, time)


def test_an_operator_and_a_caller_meet(talk: Talk, carrier: str, operator: Staff) -> None:
    assert talk.call.state is CallState.CONNECTED
    assert seat(operator).state is SeatState.ON_CALL
    if carrier == "twilio":
        names = {one.last.find("Conference").text for one in (talk.caller, talk.desk)}
        assert names == {f"call-{talk.call.ref}"}
        conference = talk.caller.last.find("Conference")
        assert conference.get("endConferenceOnExit") == "false"
        assert conference.get("record") == "record-from-start"
        assert f"call={talk.call.ref}" in str(conference.get("recordingStatusCallback"))
        assert talk.desk.ask(step(Step.OPERATOR, talk.call, talk.leg(LegRole.OPERATOR)))
        assert "Conference" in talk.desk.last.xml
    else:
        assert talk.caller.last.find("Number").text == DESK
        assert phoning.all_verbs(talk.caller.last) <= phoning.SOMLENG_VERBS
        assert "record=" not in talk.caller.last.xml


def test_held_and_fetched_again(talk: Talk, carrier: str, time: Clock) -> None:
    talking.hold(talk.call, by=talk.by, now=time.now)
    db.session.commit()
    citizen = talk.leg(LegRole.CITIZEN)
    document = talk.caller.ask(step(Step.HOLD, talk.call, citizen))
    assert "请稍候" in document.words
    assert "Play" in document.verbs
    assert talk.caller.stay().words == ""
    if carrier == "somleng":
        assert talk.caller.ask(step(Step.BRIDGED, talk.call, citizen), DialCallStatus="completed")
        assert talk.call.state is CallState.CONNECTED
    talking.resume(talk.call, by=talk.by, now=time.now, ways=talk.ways)
    db.session.commit()
    back = Step.JOIN if carrier == "twilio" else Step.BRIDGE
    document = talk.caller.ask(step(back, talk.call, citizen))
    assert {"Conference", "Number"} & {one.tag for one in document.root.iter()}


def test_the_operator_hangs_up_and_the_caller_rates(talk: Talk, carrier: str, time: Clock) -> None:
    citizen = talk.leg(LegRole.CITIZEN)
    if carrier == "somleng":
        talk.caller.dialled_over("completed")
    else:
        talking.hang_up(talk.call, by=talk.by, now=time.now, rules=RULES)
        db.session.commit()
    assert talk.call.state is CallState.WRAP_UP
    assert ("redirect", "rate") in phoning.orders(talk.call)
    assert "非常满意请按5" in talk.caller.ask(step(Step.RATE, talk.call, citizen)).words
    address = talk.caller.last.action
    assert "感谢您的评价" in talk.caller.press("4").words
    assert "感谢您的评价" in talk.caller.ask(address, Digits="4").words
    talk.caller.ask(address, Digits="1")
    assert talk.call.rating == 4
    assert phoning.events(talk.call).count("rated") == 1


@pytest.mark.parametrize("keys", ["", "7", "0", "9" * 40])
def test_no_rating(talk: Talk, carrier: str, time: Clock, keys: str) -> None:
    talking.hang_up(talk.call, by=talk.by, now=time.now, rules=RULES)
    db.session.commit()
    talk.caller.ask(step(Step.RATE, talk.call, talk.leg(LegRole.CITIZEN)))
    document = talk.caller.press(keys) if keys else talk.caller.stay()
    assert document.is_over
    assert talk.call.rating is None


def test_an_operator_who_answers_too_late(
    client: FlaskClient, app: APIFlask, operator: Staff, carrier: str, time: Clock
) -> None:
    if carrier == "somleng":
        return
    caller = Handset(client)
    caller.dial()
    caller.stay()
    ways = phoning.ways(app)
    offering.distribute(now=time.now, rules=RULES, ways=ways)
    db.session.commit()
    leg = finding.open_legs(caller.call, LegRole.OPERATOR)[0]
    assert caller.stay().find("Play") is not None
    caller.reported("completed")
    assert caller.call.state is CallState.ABANDONED
    desk = Handset(client, Direction="outbound-api")
    document = desk.ask(step(Step.OPERATOR, caller.call, leg))
    assert "来电人已挂机" in document.words
    assert document.is_over


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled", ""])
def test_a_desk_phone_that_nobody_answers(
    talk: Talk, carrier: str, operator: Staff, status: str
) -> None:
    if carrier == "twilio":
        return
    action = talk.caller.last.action
    assert "重新接通" in talk.caller.ask(action, DialCallStatus=status).words
    assert talk.call.state is CallState.WAITING
    assert seat(operator).state is SeatState.BREAK
    assert talk.caller.ask(action, DialCallStatus=status).find("Play") is not None
    assert talk.call.state is CallState.WAITING


def test_a_third_person(talk: Talk, carrier: str, time: Clock) -> None:
    target = Target("110报警", "+86110")
    if carrier == "somleng":
        talking.pass_on(talk.call, target, by=talk.by, now=time.now, rules=RULES, ways=talk.ways)
        db.session.commit()
        document = talk.caller.ask(step(Step.THIRD, talk.call, talk.leg(LegRole.CITIZEN)))
        assert document.find("Number").text == "+86110"
        assert talk.caller.dialled_over("completed").is_over
        assert talk.call.state in (CallState.WRAP_UP, CallState.ENDED)
        return
    leg = talking.call_in(talk.call, target, by=talk.by, now=time.now, ways=talk.ways)
    db.session.commit()
    third = talk.answers(leg, Step.THIRD)
    assert "12345热线来电" in third.last.words
    assert third.last.find("Conference").text == f"call-{talk.call.ref}"
    ear = talking.listen(talk.call, by=talk.by, login="op", now=time.now, ways=talk.ways)
    db.session.commit()
    assert talk.answers(ear, Step.LISTEN).last.find("Conference").get("muted") == "true"


def test_passed_on_to_nobody_waits_again(talk: Talk, carrier: str, time: Clock) -> None:
    if carrier == "twilio":
        return
    target = Target("值班室", "+863353800000")
    talking.pass_on(talk.call, target, by=talk.by, now=time.now, rules=RULES, ways=talk.ways)
    db.session.commit()
    talk.caller.ask(step(Step.THIRD, talk.call, talk.leg(LegRole.CITIZEN)))
    talk.caller.dialled_over("no-answer")
    assert talk.call.state is CallState.WAITING


def outgoing(app: APIFlask, operator: Staff, time: Clock) -> Call:
    ways = phoning.ways(app)
    call = dialling.click(operator.id, doors.PHONE, ticket_id=None, now=time.now, ways=ways)
    if not ways.has_conference:
        talking.accept(call, by=operator.id, now=time.now, ways=ways)
    db.session.commit()
    return call


def test_we_call_a_citizen(
    client: FlaskClient, app: APIFlask, operator: Staff, carrier: str, time: Clock
) -> None:
    call = outgoing(app, operator, time)
    desk, citizen = (Handset(client, Direction="outbound-api") for _ in range(2))
    leg = finding.open_legs(call, LegRole.OPERATOR)[0]
    if carrier == "twilio":
        assert "Conference" in desk.ask(step(Step.OPERATOR, call, leg)).xml
        theirs = finding.open_legs(call, LegRole.CITIZEN)[0]
        document = citizen.ask(step(Step.OUTGOING, call, theirs))
        assert "12345" in document.words
        assert "将被录音" in document.words
        assert document.find("Conference").text == f"call-{call.ref}"
    else:
        document = desk.ask(step(Step.OUTGOING, call, leg))
        assert document.find("Number").text == doors.PHONE
        assert desk.dialled_over("completed").is_over
    db.session.refresh(call)
    assert call.answered_at is not None
    assert call.state is CallState.CONNECTED


def test_a_citizen_who_isnt_there(
    client: FlaskClient, app: APIFlask, operator: Staff, carrier: str, time: Clock
) -> None:
    call = outgoing(app, operator, time)
    desk, leg = Handset(client, Direction="outbound-api"), finding.open_legs(call)[0]
    if carrier == "somleng":
        desk.ask(step(Step.OUTGOING, call, leg))
        assert "无法接通" in desk.dialled_over("no-answer").words
        desk.reported("completed")
        db.session.refresh(call)
        assert call.result is Result.NOT_REACHED
        assert call.state in (CallState.WRAP_UP, CallState.ENDED)


class Asking:
    """A flow that asks once, records a reason, and knows a person."""

    def step(self, call: Call, turn: flows.Turn) -> Reply:
        words = (Spoken(turn.language, f"{turn.step}:{turn.heard.keys}:{turn.is_machine}"),)
        if turn.is_machine:
            return Reply(words, Then.HANG_UP)
        if turn.is_first:
            return Reply(words, Then.ASK, step="asked")
        if turn.step == "why":
            return Reply(words, Then.HANG_UP)
        ends = {"0": Then.PERSON, "1": Then.RECORD}
        return Reply(words, ends.get(turn.heard.keys, Then.ASK), step="why", tries=turn.tries + 1)


@pytest.fixture
def surveyed(
    app: APIFlask, carrier: str, time: Clock, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> Handset:
    """A citizen whom a machine calls."""
    monkeypatch.setitem(app.extensions, "call_flows", {"ask": Asking()})
    call = dialling.survey("ask", "7", doors.PHONE, ticket_id=None, now=time.now)
    db.session.commit()
    phone = Handset(client, "+8633512345", Direction="outbound-api", To=doors.PHONE)
    phone.url = step(Step.FLOW, call, finding.open_legs(call)[0])  # type: ignore[attr-defined]
    return phone


def test_a_machine_asks(surveyed: Handset) -> None:
    url = surveyed.url  # type: ignore[attr-defined]
    assert surveyed.ask(url).words.startswith("::False")
    document = surveyed.press("1")
    assert document.words.startswith("asked:1")
    assert surveyed.ask(document.action, RecordingSid="RE9", RecordingDuration="4").is_over
    assert surveyed.call.direction is Direction.OUTBOUND
    surveyed.reported("completed")
    assert surveyed.call.state is CallState.ENDED


def test_a_machine_hears_a_machine(surveyed: Handset) -> None:
    url = surveyed.url  # type: ignore[attr-defined]
    assert surveyed.ask(url, AnsweredBy="machine_start").is_over


def test_a_machine_hands_over_to_a_person(
    surveyed: Handset, app: APIFlask, operator: Staff, time: Clock, carrier: str
) -> None:
    surveyed.ask(surveyed.url)  # type: ignore[attr-defined]
    assert "hold.wav" in surveyed.press("0").xml
    assert surveyed.call.state is CallState.WAITING
    ways = phoning.ways(app)
    offering.distribute(now=time.now, rules=RULES, ways=ways)
    call = surveyed.call
    if ways.has_conference:
        leg = finding.open_legs(call, LegRole.OPERATOR)[0]
        assert talking.answered(call, leg, now=time.now, ways=ways)
    else:
        talking.accept(call, by=operator.id, now=time.now, ways=ways)
    db.session.commit()
    assert ("redirect", "join" if ways.has_conference else "bridge") in phoning.orders(call)
    assert [one.state for one in finding.open_legs(call, LegRole.CITIZEN)] == [LegState.ANSWERED]


def test_a_flow_that_nobody_knows(
    surveyed: Handset, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "call_flows", {})
    assert surveyed.ask(surveyed.url).is_over  # type: ignore[attr-defined]
