"""Cards from lamps to people: who is warned, what voids one, what a standstill leaves.

A complaint dispatched on Wednesday the 18th at 10:00 is to be signed by the 19th, 17:30, and
replied to by the 25th, 17:30.
"""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from dispatch import assigning, joint, joint_queries, joint_returning, queries, returning
from dispatch.assigning import Order
from dispatch.returning import Objection
from dispatch.rules import ReturnReason
from hotline import relay
from hotline.access import Role
from hotline.errors import NotFound, Refused
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets import history, operations, timing
from hotline.tickets.clocks import Clock, Due, Pace
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.operations import advance
from hotline.tickets.states import Verb
from supervision import cards, reaching
from supervision.models import Card, DutyCall, WarningRow
from tests import factories
from tests.dispatch import samples as handling
from tests.supervision import samples
from tests.supervision.samples import at, pass_until

SUPERVISOR = "staff:700"


@pytest.fixture
def ticket(app: APIFlask) -> Ticket:
    """A complaint that waits for the signature of D16."""
    del app
    made = handling.dispatched()
    samples.forget_facts()
    return made


def test_each_colour_once_for_each_clock(ticket: Ticket) -> None:
    for moment in ("11-19 09:00", "11-19 16:00", "11-19 17:30", "11-20 09:00", "11-24 18:00"):
        pass_until(f"2026-{moment}")
    pass_until("2026-11-25 17:30")
    pass_until("2026-12-10 09:00")
    pass_until("2026-12-10 09:00")
    assert samples.cards(ticket) == ["sign yellow", "sign red", "handle yellow", "handle red"]
    assert samples.events(ticket).count(Verb.CARD.value) == 4
    assert list(history.verify([operations.lock(ticket.number)])) == []


def test_handler_and_head_are_warned_of_both_the_supervisor_of_the_red_one(
    ticket: Ticket,
) -> None:
    samples.people()
    pass_until("2026-11-19 16:00")
    assert samples.warned(ticket) == {"han": 1, "uhe": 1}
    pass_until("2026-11-19 17:30")
    assert samples.warned(ticket) == {"han": 2, "uhe": 2, "sup": 1}


def test_who_sees_to_it_is_warned_and_not_a_colleague(ticket: Ticket) -> None:
    crew = samples.people()
    factories.staff("other", Role.HANDLER, unit_code="D16")
    handling.open_of(ticket).handler_staff_id = crew.handler.id
    db.session.commit()
    pass_until("2026-11-19 16:00")
    assert samples.warned(ticket) == {"han": 1, "uhe": 1}


def test_a_text_goes_to_who_wants_one_and_waits_for_the_morning(ticket: Ticket) -> None:
    crew = samples.people()
    reaching.keep(crew.handler.id, "+8613900000001", wants_texts=True, now=factories.NOW)
    reaching.keep(crew.unit_head.id, "+8613900000002", wants_texts=False, now=factories.NOW)
    db.session.commit()
    pass_until("2026-11-19 23:00")
    [text] = db.session.scalars(select(Message).where(Message.kind.like("warned%")))
    assert text.kind == "warned_red" and text.phone == "+8613900000001"
    assert ticket.number in text.body and "红牌" in text.body and text.ticket_id is None
    assert text.next_try_at == at("2026-11-20 08:00")
    texted = db.session.scalars(select(WarningRow).where(WarningRow.is_texted)).all()
    assert [one.staff_id for one in texted] == [crew.handler.id]


def test_after_a_standstill_only_the_last_colour_is_issued(ticket: Ticket) -> None:
    pass_until("2026-11-25 18:00")
    assert samples.cards(ticket) == ["sign red", "handle red"]


def test_a_limit_missed_while_no_sweep_ran_is_carded_when_its_clock_stops(ticket: Ticket) -> None:
    now = at("2026-11-20 08:40")
    assigning.sign(ticket, handling.open_of(ticket), by=handling.HANDLER, now=now)
    db.session.commit()
    relay.drain()
    assert samples.cards(ticket) == ["sign red"]


def test_signed_in_time_gives_no_card(ticket: Ticket) -> None:
    now = at("2026-11-19 17:29")
    assigning.sign(ticket, handling.open_of(ticket), by=handling.HANDLER, now=now)
    db.session.commit()
    pass_until("2026-11-20 09:00")
    assert samples.cards(ticket) == []


def test_an_upheld_return_voids_all_cards_of_the_assignment(ticket: Ticket) -> None:
    pass_until("2026-11-19 16:00")
    unit, book, now = handling.open_of(ticket), factories.book(), at("2026-11-19 16:30")
    reason = Objection(ReturnReason.NOT_OUR_DUTY, "不属于本单位职责。")
    asked = returning.ask(ticket, unit, reason, by=handling.HANDLER, now=now, book=book)
    returning.uphold(ticket, asked, "同意", by=handling.REVIEWER, now=now, book=book)
    db.session.commit()
    relay.drain()
    assert samples.cards(ticket) == ["sign yellow void: upheld_return"]
    assert Verb.VOID_CARD.value in samples.events(ticket)


@pytest.mark.parametrize(
    ("verb", "reason"),
    [(Verb.MOVE_DEADLINE, "calendar"), (Verb.GRANT_EXTENSION, "extension")],
)
def test_a_deadline_that_moved_voids_what_it_makes_wrong(
    app: APIFlask, verb: Verb, reason: str
) -> None:
    del app
    ticket = handling.signed()
    samples.forget_facts()
    pass_until("2026-11-25 17:30")
    assert samples.cards(ticket) == ["handle red"]
    row = timing.running(ticket.id, Clock.HANDLE, handling.open_of(ticket).unit_id)
    assert row is not None
    moved = Due(at("2026-11-30 17:30"), False, Pace.WORKING_DAYS)
    now = at("2026-11-25 18:00")
    timing.move(ticket, row, moved, at=now, book=factories.book())
    advance(ticket, verb, by="system", now=now, facts={})
    db.session.commit()
    relay.drain()
    assert samples.cards(ticket) == [f"handle red void: {reason}"]
    pass_until("2026-11-30 17:30")
    assert samples.cards(ticket)[1:] == ["handle red"], "missed once more, by the new limit"


def test_more_time_asked_for_in_time_keeps_the_red_one_back_until_it_is_refused(
    app: APIFlask,
) -> None:
    del app
    ticket = handling.signed()
    samples.forget_facts()
    advance(ticket, Verb.ASK_EXTENSION, by=handling.HANDLER, now=at("2026-11-24 09:00"))
    pass_until("2026-11-25 17:30")
    assert samples.cards(ticket) == []
    advance(ticket, Verb.REFUSE_EXTENSION, by=handling.REVIEWER, now=at("2026-11-26 09:00"))
    db.session.commit()
    relay.drain()
    assert samples.cards(ticket) == ["handle red"]


def test_a_relay_that_stood_still_cards_nothing_that_moved_meanwhile(app: APIFlask) -> None:
    del app
    ticket = handling.signed()
    samples.forget_facts()
    timing.sweep(at("2026-11-25 17:30"), factories.book())
    row = timing.running(ticket.id, Clock.HANDLE, handling.open_of(ticket).unit_id)
    assert row is not None
    moved = Due(at("2026-12-04 17:30"), False, Pace.WORKING_DAYS)
    timing.move(ticket, row, moved, at=at("2026-11-25 17:31"), book=factories.book())
    db.session.commit()
    relay.drain()
    assert samples.cards(ticket) == []


def test_by_hand_only_once_and_only_its_own_tickets(ticket: Ticket) -> None:
    pass_until("2026-11-20 09:00")
    card = db.session.scalars(select(Card)).one()
    other, now = handling.dispatched(), at("2026-11-20 09:10")
    with pytest.raises(NotFound):
        cards.void_by_hand(other, card.id, "误派", by=SUPERVISOR, now=now)
    with pytest.raises(NotFound):
        cards.void_by_hand(ticket, 2**70, "误派", by=SUPERVISOR, now=now)
    cards.void_by_hand(ticket, card.id, "误派", by=SUPERVISOR, now=now)
    with pytest.raises(Refused) as twice:
        cards.void_by_hand(ticket, card.id, "误派", by=SUPERVISOR, now=now)
    assert twice.value.code == "voided_already"
    db.session.commit()
    pass_until("2026-11-27 09:00")
    assert samples.cards(ticket) == ["sign red void: hotline_error", "handle red"]


def test_closing_voids_nothing(ticket: Ticket) -> None:
    pass_until("2026-11-20 09:00")
    advance(ticket, Verb.WITHDRAW, by="citizen", now=at("2026-11-20 09:10"))
    db.session.commit()
    relay.drain()
    assert samples.cards(ticket) == ["sign red"]


def test_an_unsigned_critical_one_asks_for_a_call_until_it_is_signed(app: APIFlask) -> None:
    del app
    ticket = handling.dispatched(category="T010104", unit="D15", urgency=Urgency.CRITICAL)
    samples.forget_facts()
    pass_until(factories.NOW + timedelta(minutes=15))
    call = db.session.scalars(select(DutyCall)).one()
    assert call.ended_at is None and call.unit_id == factories.unit("D15").id
    now = factories.NOW + timedelta(minutes=20)
    assigning.sign(ticket, handling.open_of(ticket), by=handling.HANDLER, now=now)
    db.session.commit()
    relay.drain()
    db.session.expire_all()
    assert call.outcome == "not_needed"


@pytest.mark.parametrize("step", ["sign", "return", "let_go", "lead_signs"])
def test_each_units_phone_is_rung_until_that_unit_has_answered(app: APIFlask, step: str) -> None:
    del app
    ticket = factories.sorted_ticket(category="T010104", urgency=Urgency.CRITICAL)
    order, book = Order(factories.unit("D15"), assist=(factories.unit("D14"),)), factories.book()
    assigning.dispatch(ticket, order, by=handling.DISPATCHER, now=factories.NOW, book=book)
    db.session.commit()
    samples.forget_facts()
    pass_until(factories.NOW + timedelta(minutes=15))
    part, now = joint_queries.part_of_unit(ticket.id, "D14"), factories.NOW + timedelta(minutes=20)
    assert part is not None
    if step == "sign":
        joint.sign(ticket, part, by="staff:1", now=now)
    elif step == "return":
        objection = Objection(ReturnReason.NOT_OUR_DUTY, "三定方案")
        joint_returning.ask(ticket, part, objection, by="staff:1", now=now, book=book)
    elif step == "let_go":
        joint.let_go(ticket, part, "不需要", by="staff:2", now=now)
    else:
        assigning.sign(ticket, handling.open_of(ticket), by=handling.HANDLER, now=now)
    db.session.commit()
    relay.drain()
    db.session.expire_all()
    still = {one.unit_id for one in db.session.query(DutyCall) if one.ended_at is None}
    assert still == {factories.unit("D14" if step == "lead_signs" else "D15").id}


def test_the_desks_supervisors_are_warned_of_the_hotlines_own_clocks(app: APIFlask) -> None:
    del app
    crew = samples.people()
    ticket = factories.sorted_ticket()
    samples.forget_facts()
    pass_until("2026-11-18 17:00")
    assert samples.warned(ticket) == {"lea": 1, "sup": 1}
    assert samples.cards(ticket) == []
    assert queries.active(ticket.id) is None and crew.leader.id
