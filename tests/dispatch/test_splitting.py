"""A ticket of several matters: its parts, what they have from it, and how it ends."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from dispatch import assigning, reviewing, splitting, working
from dispatch.assigning import Order
from dispatch.splitting_forms import SplitForm
from hotline.errors import Invalid, Refused
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets import beside, merging, operations
from hotline.tickets import splitting as parts_of
from hotline.tickets.acting import Acting
from hotline.tickets.clocks import Clock
from hotline.tickets.intake import Upstream
from hotline.tickets.kinds import Completion, RequestType, Urgency
from hotline.tickets.models import Ticket, TicketText
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import State
from tests import factories
from tests.callbacks import samples as asking
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER, HANDLER
from tests.dispatch.test_merging import drain, texts_of

NOW = factories.NOW + timedelta(minutes=30)
LATER = NOW + timedelta(hours=2)
WATER = {
    "body": "三号楼停水两天",
    "request_type": "help",
    "category": "T010102",
    "unit": "E01",
}
STALLS = {
    "title": "夜市占道",
    "body": "文化路夜市占道",
    "request_type": "complaint",
    "category": "T010101",
}


def how(now: Any = NOW) -> Acting:
    """The dispatcher at this moment."""
    return Acting(DISPATCHER, now, factories.book())


def split(ticket: Ticket, *parts: dict[str, Any]) -> list[Ticket]:
    """The parts, in their order."""
    splitting.split(ticket, SplitForm.model_validate({"parts": parts or (WATER, STALLS)}), how())
    db.session.commit()
    made = db.session.query(Ticket).join(TicketPart, TicketPart.part_id == Ticket.id)
    found = list(made.filter(TicketPart.parent_id == ticket.id).order_by(TicketPart.position))
    drain()
    return found


def finish(part: Ticket, now: Any = LATER) -> None:
    """Handle, review and call back a part whose unit has not signed yet."""
    book, unit = factories.book(), samples.open_of(part)
    assigning.sign(part, unit, by=HANDLER, now=now)
    said = asking.wording(Completion.SOLVED)
    working.reply(part, unit, said, by=HANDLER, now=now, book=book)
    reviewing.accept(part, unit, by=asking.REVIEWER, now=now)
    drain()
    asking.record(operations.lock(part.number), asking.GOOD, now=now)
    drain()


def code(what: Any) -> tuple[str, str | None]:
    """Code and field of the refusal."""
    with pytest.raises(Refused) as refused:
        what()
    db.session.rollback()
    return refused.value.code, refused.value.field


def test_the_parts_are_tickets_of_the_same_citizen(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    water, stalls = split(ticket)
    assert (ticket.state, ticket.due_at) == (State.IN_PROGRESS, None)
    assert samples.clocks_of(ticket) == {}
    assert {water.citizen_id, stalls.citizen_id} == {ticket.citizen_id}
    assert (water.state, samples.open_of(water).unit.code) == (State.PENDING_SIGNATURE, "E01")
    assert (stalls.state, list(samples.clocks_of(stalls))) == (
        State.PENDING_DISPATCH,
        [Clock.DISPATCH.value],
    )
    whole, part = (db.session.get_one(TicketText, one.id) for one in (ticket, stalls))
    assert (part.title, part.reporter, part.place) == ("夜市占道", whole.reporter, whole.place)
    assert part.query_code != whole.query_code
    assert water.urgency is Urgency.URGENT, "as the leaf says"


def test_the_citizen_is_told_once(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    parts = split(ticket)
    assert texts_of(ticket) == ["acknowledged", "split"]
    body = db.session.query(Message).filter_by(ticket_id=ticket.id, kind="split").one().body
    assert all(one.number in body for one in parts)
    assert [texts_of(one) for one in parts] == [[], []]


def test_both_closed_closes_the_whole(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    water, stalls = split(ticket)
    finish(water)
    assert (water.state, ticket.state) == (State.CLOSED, State.IN_PROGRESS)
    assigning.dispatch(
        stalls, Order(factories.unit("D16")), by=DISPATCHER, now=LATER, book=factories.book()
    )
    finish(stalls, LATER + timedelta(hours=1))
    assert (stalls.state, ticket.state) == (State.CLOSED, State.CLOSED)
    assert asking.events_of(ticket)[-1] == "parts_done"
    assert texts_of(ticket) == ["acknowledged", "split"]
    assert "dispatched" in texts_of(stalls)
    again = code(lambda: beside.reopen(ticket, "又坏", by="staff:1", now=LATER, book=how().book))
    assert again == ("is_split", None)


def test_a_part_that_is_merged_is_done_with_its_lead(app: APIFlask) -> None:
    ticket, lead = factories.sorted_ticket(), factories.sorted_ticket(phone="+8613900000091")
    water, stalls = split(ticket)
    merging.merge(stalls, lead, by=DISPATCHER, now=NOW)
    beside.withdraw(operations.lock(water.number), "来水了", by="citizen", now=NOW)
    drain()
    assert ticket.state is State.IN_PROGRESS
    beside.withdraw(operations.lock(lead.number), "没了", by="citizen", now=LATER)
    drain()
    assert stalls.state is State.PENDING_DISPATCH
    beside.withdraw(operations.lock(stalls.number), "没了", by="citizen", now=LATER)
    drain()
    assert (stalls.state, ticket.state) == (State.WITHDRAWN, State.CLOSED)


def test_what_is_taken_back_takes_its_parts_along_where_it_may(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    gas = STALLS | {"title": "燃气", "body": "楼道有燃气味", "category": "T010104"}
    water, stalls, danger = split(ticket, WATER, STALLS, gas)
    beside.withdraw(operations.lock(ticket.number), "都不用了", by="citizen", now=LATER)
    drain()
    assert [one.state for one in (ticket, water, stalls)] == [State.WITHDRAWN] * 3
    assert danger.state is State.PENDING_DISPATCH
    assert texts_of(ticket)[-1] == "withdrawn" and texts_of(water) == []


def test_what_is_added_to_the_whole_reaches_the_open_parts(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    water, stalls = split(ticket)
    whole = operations.lock(ticket.number)
    beside.supplement(whole, "楼上也停了", by="citizen", now=LATER, via="web")
    beside.urge(whole, by="citizen", now=LATER)
    drain()
    for part in (water, stalls):
        assert asking.events_of(part)[-2:] == ["supplemented", "urged"]


def test_secrecy_and_the_upstreams_limit_are_inherited(app: APIFlask) -> None:
    due = NOW + timedelta(days=3)
    upstream = Upstream("province", "S-1", due)
    ticket = factories.sorted_ticket(upstream=upstream, is_confidential=True)
    parts = split(ticket, STALLS, WATER | {"unit_text": "某小区停水，请核实。"})
    assert {one.is_confidential for one in parts} == {True}
    assert {one.upstream_due_at for one in parts} == {due}
    assert {one.upstream_number for one in parts} == {None}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], ("too_few_parts", "parts")),
        ([WATER], ("too_few_parts", "parts")),
        ([STALLS | {"body": f"第{n}件"} for n in range(10)], ("too_many_parts", "parts")),
        ([WATER, STALLS | {"category": "X"}], ("unknown_category", "parts.1.category")),
        ([WATER | {"unit": "X9"}, STALLS], ("unknown_unit", "parts.0.unit")),
        ([STALLS, STALLS], ("parts_alike", "parts.1.body")),
        ([WATER, STALLS | {"request_type": "other"}], ("not_dispatchable", "parts.1.request_type")),
    ],
)
def test_what_is_no_split(app: APIFlask, parts: list[Any], expected: tuple[str, str]) -> None:
    ticket = factories.sorted_ticket()
    data = SplitForm.model_validate({"parts": parts})
    assert code(lambda: splitting.split(ticket, data, how())) == expected
    assert db.session.query(TicketPart).count() == 0


def test_units_get_no_confidential_original_and_nobody_their_own_complaint(app: APIFlask) -> None:
    secret = factories.sorted_ticket(is_confidential=True)
    data = SplitForm.model_validate({"parts": [WATER, STALLS]})
    assert code(lambda: splitting.split(secret, data, how())) == (
        "unit_text_needed",
        "parts.0.unit_text",
    )
    accused = STALLS | {"body": "市自来水公司工作人员态度恶劣", "unit": "E01"}
    data = SplitForm.model_validate({"parts": [WATER, accused]})
    ticket = factories.sorted_ticket(phone="+8613900000092")
    assert code(lambda: splitting.split(ticket, data, how())) == (
        "about_this_unit",
        "parts.1.unit",
    )


def test_twice_a_part_and_a_lead_are_not_split(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    _, stalls = split(ticket)
    data = SplitForm.model_validate({"parts": [WATER, STALLS]})
    assert code(lambda: splitting.split(ticket, data, how()))[0] == "split_already"
    assert code(lambda: splitting.split(stalls, data, how()))[0] == "is_part"
    one, lead = (factories.sorted_ticket(phone=f"+861390000008{n}") for n in range(2))
    merging.merge(one, lead, by=DISPATCHER, now=NOW)
    assert code(lambda: splitting.split(lead, data, how()))[0] == "has_followers"
    with pytest.raises(Invalid) as refused:
        merging.merge(lead, ticket, by=DISPATCHER, now=NOW)
    assert refused.value.code == "lead_is_split"


def test_the_number_of_the_whole_is_found(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    water, _ = split(ticket)
    assert parts_of.parent_of(water.number) == ticket.number
    assert parts_of.parent_of(ticket.number) is None
    assert water.request_type is RequestType.HELP
