"""What a first start shows of extensions, joint handling, mergers, cards and all the rest."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from demo import people
from dispatch.models import Assignment, Promise, Return
from dispatch.rules import Outcome
from dispatch.second_level_models import SubAssignment, SubmittedReply
from dispatch.time_models import Extension, Suspension
from dispatch.time_rules import EndedBecause
from hotline import clock
from hotline.extensions import db
from hotline.tickets import rescue
from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.desk_models import Objection, ServiceCall, UnitQuestion
from hotline.tickets.kinds import Role
from hotline.tickets.models import ClockRow, Ticket, TicketEvent
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import FINAL, State, Verb
from supervision.models import Card, Order, WarningRow
from supervision.rules import Colour, OrderState, WarningKind
from tests.browsing import Browser
from tests.demo.conftest import Demo

PART, LEAD = aliased(Ticket, name="part"), aliased(Ticket, name="lead")


def parts(*conditions: Any) -> Select[Any]:
    """Parts of split tickets for which these hold, of a whole that goes on."""
    found = select(TicketPart).join(PART, PART.id == TicketPart.part_id)
    whole = found.join(Ticket, Ticket.id == TicketPart.parent_id)
    return whole.where(Ticket.state == State.IN_PROGRESS, *conditions)


def led(state: State, least: int) -> Select[Any]:
    """Leads in this state that so many at least follow."""
    found = select(LEAD.id).join(Ticket, Ticket.merged_into_id == LEAD.id)
    return found.where(LEAD.state == state).group_by(LEAD.id).having(func.count() >= least)


def upheld_twice() -> Select[Any]:
    """Tickets waiting for dispatch that two units gave back."""
    twice = select(Return.ticket_id).where(Return.is_upheld.is_(True)).group_by(Return.ticket_id)
    held = select(Ticket).where(Ticket.state == State.PENDING_DISPATCH)
    return held.where(Ticket.id.in_(twice.having(func.count() == 2)))


def assisting(*conditions: Any) -> Select[Any]:
    """Assisting units' parts that go on, for which these hold."""
    mine = select(Assignment).where(Assignment.role == Role.ASSIST, Assignment.ended_at.is_(None))
    return mine.where(*conditions)


LATE = (
    select(ClockRow.id)
    .where(
        ClockRow.ticket_id == Assignment.ticket_id,
        ClockRow.unit_id == Assignment.unit_id,
        ClockRow.stopped_at.is_(None),
        ClockRow.kind == Clock.HANDLE,
        ClockRow.lamp == Lamp.RED,
    )
    .exists()
)
PAST = select(TicketEvent).join(Ticket)
TABLE: dict[str, tuple[Select[Any], int]] = {
    "extension asked": (select(Extension).where(Extension.decided_at.is_(None)), 1),
    "extension granted": (select(Extension).where(Extension.is_granted.is_(True)), 1),
    "extension refused": (select(Extension).where(Extension.is_granted.is_(False)), 1),
    "suspension running": (select(Ticket).where(Ticket.suspended_until.is_not(None)), 1),
    "suspension ended by its citizen": (
        select(Suspension).where(Suspension.ended_because == EndedBecause.CITIZEN),
        1,
    ),
    "assisting unit that replied": (assisting(Assignment.replied_at.is_not(None)), 1),
    "assisting unit that is late": (assisting(LATE), 1),
    "returned twice": (upheld_twice(), 1),
    "handed down and worked on": (select(SubAssignment).where(SubAssignment.ended_at.is_(None)), 1),
    "reply before the head": (select(SubmittedReply).where(SubmittedReply.decided_at.is_(None)), 1),
    "merger of five, in progress": (led(State.IN_PROGRESS, 4), 1),
    "merger, closed": (led(State.CLOSED, 3), 1),
    "split, a part closed": (parts(PART.state == State.CLOSED), 1),
    "split, a part open": (parts(PART.state.not_in(FINAL)), 1),
    "objection waiting": (select(Objection).where(Objection.decided_at.is_(None)), 1),
    "service waited for": (select(ServiceCall).where(ServiceCall.ended_at.is_(None)), 1),
    "question open": (select(UnitQuestion).where(UnitQuestion.ended_at.is_(None)), 1),
    "question answered": (select(UnitQuestion).where(UnitQuestion.answer_seq.is_not(None)), 1),
    "urged and open": (PAST.where(TicketEvent.kind == Verb.URGE, Ticket.state.not_in(FINAL)), 3),
    "entered late": (select(Ticket).where(Ticket.entered_late_at.is_not(None)), 1),
    "yellow cards": (select(Card).where(Card.colour == Colour.YELLOW), 3),
    "red cards": (select(Card).where(Card.colour == Colour.RED), 10),
    "card voided": (select(Card).where(Card.voided_at.is_not(None)), 1),
    "card opened": (
        select(WarningRow).where(
            WarningRow.kind == WarningKind.CARD, WarningRow.opened_at.is_not(None)
        ),
        2,
    ),
    "order open": (select(Order).where(Order.state == OrderState.OPEN), 1),
    "order answered": (select(Order).where(Order.state == OrderState.ANSWERED), 1),
}


@pytest.mark.parametrize("name", TABLE)
def test_it_is_there(demo: Demo, name: str) -> None:
    found, least = TABLE[name]
    assert len(db.session.scalars(found).all()) >= least


def test_a_promise_comes_due_within_days(demo: Demo) -> None:
    soon = clock.now().date() + timedelta(days=14)
    due = select(Promise).where(Promise.is_open, Promise.promised_on <= soon)
    assert db.session.scalars(due).all()


def test_the_service_is_still_waited_for(demo: Demo) -> None:
    call = db.session.scalars(select(ServiceCall).where(ServiceCall.ended_at.is_(None))).one()
    assert rescue.waiting(call.ticket_id)


def test_every_card_was_told_to_its_unit(demo: Demo) -> None:
    told = select(WarningRow.card_id).where(WarningRow.card_id.is_not(None))
    assert set(db.session.scalars(select(Card.id))) == set(db.session.scalars(told))


def test_an_upheld_return_leaves_no_card(demo: Demo) -> None:
    returned = select(Assignment.id).where(Assignment.outcome == Outcome.RETURNED)
    standing = select(Card).where(Card.assignment_id.in_(returned), Card.voided_at.is_(None))
    assert db.session.scalars(standing).all() == []


@pytest.mark.parametrize(
    ("username", "path", "title"),
    [
        ("reviewer1", "/dispatch/review?tab=extensions", "穿村小河发黑发臭"),
        ("reviewer1", "/follow-ups?tab=objections", "法院拍卖的车位被物业锁了"),
        ("dispatcher1", "/dispatch", "铁道涵洞边的挡墙歪了没人认"),
        ("c04h", "/unit/inside?tab=approve", "小区散养的狗成群"),
        ("d08", "/unit?tab=in_progress", "路口围挡占了斑马线"),
        ("d17", "/warnings?tab=orders", "拉土车不盖苫布"),
        ("supervisor1", "/supervision?tab=orders", "人行桥护栏断了一截"),
    ],
)
def test_whom_it_concerns_finds_it(demo: Demo, username: str, path: str, title: str) -> None:
    browser = Browser(demo.app)
    browser.submit(browser.get("/login"), "/login", username=username, password=people.PASSWORD)
    address, _, tab = path.partition("?tab=")
    assert title in browser.get(address, **({"tab": tab} if tab else {})).text, path
