"""A text's way to the carrier, with everything a carrier does wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from hotline import crypto, jobs, settings
from hotline.carrier import CarrierBusy, CarrierDown, CarrierRefused
from hotline.events import Fact
from hotline.extensions import db
from hotline.messages import operations, reports
from hotline.messages.jobs import send_message, send_messages, sweep_messages
from hotline.messages.models import Message, OptOut
from hotline.messages.operations import Outgoing
from hotline.messages.rules import Delivery, MessageRules
from hotline.tickets.models import Ticket
from tests import factories
from tests.messages.carriers import Carrier

PHONE = "+8613812345678"
START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
LOST = CarrierDown("timeout", may_have_sent=True)
AWAY = CarrierDown("no connection", may_have_sent=False)


@pytest.fixture
def carrier(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """A carrier in memory."""
    made = Carrier()
    monkeypatch.setitem(app.extensions, "carrier", made)
    return made


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    """The clock, standing still at ten in the morning."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have gone to a worker."""
    found: list[Any] = []
    monkeypatch.setattr(jobs, "enqueue", lambda _job, *ids, **_: found.extend(ids))
    return found


def rules() -> MessageRules:
    return settings.read(MessageRules)


def queue(kind: str = "closed", at: datetime = START, **given: Any) -> Message:
    text = Outgoing(kind=kind, phone=PHONE, values={"number": "1", "code": ""}, **given)
    zone = factories.book().calendar.zone
    message_id = operations.queue_text(text, now=at, zone=zone, limits=rules())
    db.session.commit()
    return db.session.get_one(Message, message_id)


def state_of(message: Message) -> Delivery:
    db.session.refresh(message)
    return message.state


def later(moment: time_machine.Traveller, message: Message) -> None:
    """Go on to when the text is tried next."""
    db.session.refresh(message)
    assert message.next_try_at is not None
    moment.move_to(message.next_try_at)


def test_a_text_is_sent_once(carrier: Carrier, moment: time_machine.Traveller) -> None:
    message = queue()
    for _ in range(3):
        send_message(message.id)
    assert [(one.to, one.body) for one in carrier.taken] == [(PHONE, message.body)]
    assert state_of(message) is Delivery.SENT
    assert (message.provider_id, message.attempts) == (carrier.taken[0].provider_id, 1)
    assert message.sent_at == START
    assert message.next_try_at is None


def test_one_that_breaks_holds_up_no_other(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    carrier.faults = [RuntimeError("a fault of ours")]
    broken, fine = queue(), queue()
    with pytest.raises(ExceptionGroup):
        send_messages(broken.id, fine.id)
    assert (state_of(broken), state_of(fine)) == (Delivery.SENDING, Delivery.SENT)


def test_gone_rows_are_passed_over(carrier: Carrier) -> None:
    send_message(999_999)
    assert carrier.taken == []


@pytest.mark.parametrize("is_taken", [True, False])
def test_after_a_time_out_it_is_looked_for_first(
    carrier: Carrier, moment: time_machine.Traveller, is_taken: object
) -> None:
    carrier.faults, carrier.takes_all_the_same = [LOST], bool(is_taken)
    message = queue()
    send_message(message.id)
    assert (state_of(message), carrier.looked_for) == (Delivery.SENDING, 0)
    send_message(message.id)
    assert message.attempts == 1
    later(moment, message)
    send_message(message.id)
    assert (state_of(message), carrier.looked_for) == (Delivery.SENT, 1)
    assert len(carrier.taken) == 1


def test_one_that_never_left_is_not_looked_for(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    carrier.faults = [AWAY]
    message = queue()
    send_message(message.id)
    assert state_of(message) is Delivery.QUEUED
    later(moment, message)
    send_message(message.id)
    assert (state_of(message), carrier.looked_for) == (Delivery.SENT, 0)


def test_another_text_with_the_same_words_is_not_taken_for_it(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    first = queue()
    send_message(first.id)
    carrier.faults = [LOST]
    second = queue()
    send_message(second.id)
    later(moment, second)
    send_message(second.id)
    assert state_of(second) is Delivery.SENT
    assert len({first.provider_id, second.provider_id}) == 2


def test_while_it_cannot_be_looked_for_it_is_not_sent(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    carrier.faults, carrier.finding_faults = [LOST], [AWAY]
    message = queue()
    for _ in range(2):
        send_message(message.id)
        later(moment, message)
    assert (state_of(message), carrier.taken) == (Delivery.SENDING, [])
    send_message(message.id)
    assert (state_of(message), len(carrier.taken)) == (Delivery.SENT, 1)


def test_busy_waits_as_long_as_asked_and_counts_not(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    carrier.faults = [CarrierBusy(45.0)]
    message = queue()
    send_message(message.id)
    assert state_of(message) is Delivery.QUEUED
    assert message.next_try_at == START + timedelta(seconds=45)
    assert message.attempts == 0
    send_message(message.id)
    assert carrier.taken == []
    later(moment, message)
    send_message(message.id)
    assert state_of(message) is Delivery.SENT


@pytest.mark.parametrize(
    ("fault", "ends", "tries"),
    [(AWAY, Delivery.FAILED, 8), (LOST, Delivery.UNKNOWN, 8), (CarrierBusy(3600), "failed", 25)],
)
def test_in_the_end_it_is_given_up(
    carrier: Carrier, moment: time_machine.Traveller, fault: Any, ends: str, tries: int
) -> None:
    carrier.faults = [fault] * 30
    message = queue("acknowledged")
    count = 0
    while state_of(message) in (Delivery.QUEUED, Delivery.SENDING, Delivery.HELD):
        send_message(message.id)
        count += 1
        db.session.refresh(message)
        if message.next_try_at is not None:
            moment.move_to(message.next_try_at)
    assert message.state == ends
    assert count <= tries + 1


def test_refused_is_final(carrier: Carrier, moment: time_machine.Traveller) -> None:
    carrier.faults = [CarrierRefused(21211, "not a phone")]
    message = queue()
    send_message(message.id)
    assert (state_of(message), message.error) == (Delivery.FAILED, "21211")
    assert db.session.scalars(select(OptOut)).all() == []


def test_refused_because_of_opting_out(carrier: Carrier, moment: time_machine.Traveller) -> None:
    carrier.faults = [CarrierRefused(21610, "unsubscribed")]
    message = queue()
    send_message(message.id)
    assert state_of(message) is Delivery.FAILED
    assert db.session.get(OptOut, crypto.blind_index(PHONE)) is not None


def test_opting_out_while_it_waits(carrier: Carrier, moment: time_machine.Traveller) -> None:
    message = queue()
    db.session.add(OptOut(phone_index=crypto.blind_index(PHONE), word="TD", at=START))
    db.session.commit()
    send_message(message.id)
    assert (state_of(message), message.error, carrier.taken) == ("failed", "opted_out", [])


def test_a_worker_that_died_is_replaced(
    carrier: Carrier, moment: time_machine.Traveller, enqueued: list[Any]
) -> None:
    message = queue()
    message.state, message.attempts, message.first_tried_at = Delivery.SENDING, 1, START
    message.next_try_at = message.claimed_until = START + timedelta(minutes=2)
    db.session.commit()
    carrier.send_text(PHONE, message.body, reference="1")
    sweep_messages()
    send_message(message.id)
    assert (enqueued, len(carrier.taken)) == ([], 1)
    moment.shift(timedelta(minutes=2))
    sweep_messages()
    assert enqueued == [message.id]
    send_message(message.id)
    assert (state_of(message), len(carrier.taken)) == (Delivery.SENT, 1)


def test_the_sweep_enqueues_what_is_due_once_a_minute(
    carrier: Carrier, moment: time_machine.Traveller, enqueued: list[Any]
) -> None:
    message = queue()
    moment.shift(timedelta(seconds=31))
    for _ in range(3):
        sweep_messages()
    assert enqueued == [message.id]
    moment.shift(timedelta(seconds=61))
    sweep_messages()
    assert enqueued == [message.id] * 2


def test_at_night_it_waits_for_the_morning(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    message = queue(at=NIGHT)
    assert (message.state, message.next_try_at) == (Delivery.HELD, MORNING)
    moment.move_to(NIGHT + timedelta(hours=1))
    send_message(message.id)
    assert carrier.taken == []
    moment.move_to(MORNING)
    send_message(message.id)
    assert state_of(message) is Delivery.SENT


def test_an_acknowledgement_goes_at_night_for_three_minutes(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    prompt, late = queue("acknowledged", at=NIGHT), queue("acknowledged", at=NIGHT)
    moment.move_to(NIGHT + timedelta(minutes=2))
    send_message(prompt.id)
    moment.move_to(NIGHT + timedelta(minutes=4))
    send_message(late.id)
    assert (state_of(prompt), state_of(late)) == (Delivery.SENT, Delivery.HELD)
    assert late.next_try_at == MORNING


def test_one_lost_in_the_evening_is_not_sent_again_at_night(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    evening = NIGHT - timedelta(hours=2, seconds=5)
    moment.move_to(evening)
    carrier.faults = [LOST]
    message = queue(at=evening)
    send_message(message.id)
    later(moment, message)
    send_message(message.id)
    assert (state_of(message), carrier.taken) == (Delivery.HELD, [])
    assert message.next_try_at == MORNING


def test_no_faster_than_the_rate(carrier: Carrier, moment: time_machine.Traveller) -> None:
    settings.change(MessageRules, "per_second", 5, by="staff:1", now=START)
    messages = [queue() for _ in range(9)]
    for message in messages:
        send_message(message.id)
    sent = [one for one in messages if state_of(one) is Delivery.SENT]
    assert 5 <= len(sent) <= 7
    assert {one.state for one in messages if one not in sent} == {Delivery.QUEUED}
    for _ in range(3):
        moment.shift(timedelta(seconds=1))
        for message in messages:
            send_message(message.id)
    assert len(carrier.taken) == 9


def test_seeds_write_texts_as_delivered(app: APIFlask) -> None:
    message = queue(at=NIGHT)
    assert operations.settle(NIGHT) == 1
    assert (state_of(message), message.sent_at) == (Delivery.DELIVERED, NIGHT)


def test_a_landline_is_not_written_to(app: APIFlask) -> None:
    text = Outgoing(kind="closed", phone="+8603353651234", values={"number": "1"})
    zone = factories.book().calendar.zone
    assert operations.queue_text(text, now=START, zone=zone, limits=rules()) is None


def test_a_ticket_is_named_when_its_text_fails(
    carrier: Carrier, moment: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Fact] = []
    monkeypatch.setattr(reports, "publish", told.extend)
    ticket: Ticket = factories.taken(now=START).ticket
    carrier.faults = [CarrierRefused(30003, "unreachable")]
    message = queue(ticket_id=ticket.id)
    send_message(message.id)
    facts = {"message_id": message.id, "kind": "closed"}
    assert told == [Fact("text_failed", f"ticket:{ticket.id}", facts, START)]


def test_what_was_answered_meanwhile_is_not_asked_again(
    carrier: Carrier, moment: time_machine.Traveller
) -> None:
    ticket = factories.taken(now=START).ticket
    ends = START + timedelta(hours=48)
    question = operations.ask(PHONE, ticket.id, "plan:7", now=START, expires_at=ends)
    message = queue(event_key="plan:7/asked/0")
    assert question is not None
    operations.note_answer(question, now=START, wants_words=False)
    db.session.commit()
    send_message(message.id)
    assert (state_of(message), message.error, carrier.taken) == ("failed", "overtaken", [])
