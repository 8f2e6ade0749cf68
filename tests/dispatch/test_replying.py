"""Contact, progress, reply and review against the database."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask

from dispatch import queries, reviewing, working
from dispatch.models import Promise, Reply
from dispatch.rules import ContactResult
from dispatch.working import Contact, Wording
from hotline import counters
from hotline.errors import Forbidden, Invalid, WrongState
from hotline.extensions import db
from hotline.tickets import history
from hotline.tickets import queries as tickets
from hotline.tickets.kinds import Completion, RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import DISPATCHER, HANDLER, LATER, REVIEWER
from tests.factories import NOW

CITY = ZoneInfo("Asia/Shanghai")
DONE = Wording(Completion.SOLVED, "已清理。", "《城市市容条例》")


def answer(ticket: Ticket, wording: Wording = DONE, *, now: datetime = LATER) -> Reply:
    """Reply as the unit's handler."""
    mine = samples.open_of(ticket)
    return working.reply(ticket, mine, wording, by=HANDLER, now=now, book=factories.book())


def send_back(ticket: Ticket, now: datetime, reason: str = "未说明如何防止再次占道") -> None:
    """Send the reply back as the reviewer."""
    mine = samples.open_of(ticket)
    reviewing.send_back(ticket, mine, reason, by=REVIEWER, now=now, book=factories.book())


@pytest.mark.parametrize(
    ("result", "is_over"),
    [
        (ContactResult.REACHED, True),
        (ContactResult.WRONG_NUMBER, True),
        (ContactResult.REFUSED, True),
        (ContactResult.NO_ANSWER, False),
        (ContactResult.BUSY, False),
    ],
)
def test_a_contact_that_settles_it_stops_the_contact_clock(
    app: APIFlask, *, result: ContactResult, is_over: bool
) -> None:
    ticket = samples.signed()
    mine = samples.open_of(ticket)
    working.contact(ticket, mine, result, "约定周五现场查看", by=HANDLER, now=LATER)
    db.session.commit()
    assert ("contact" not in samples.clocks_of(ticket)) == is_over
    assert (mine.contacted_at == LATER) == is_over
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.facts["result"], event.words) == (
        "contacted",
        result.value,
        "约定周五现场查看",
    )


def test_progress_changes_nothing_but_the_story(app: APIFlask) -> None:
    ticket = samples.signed()
    due = ticket.due_at
    working.progress(ticket, samples.open_of(ticket), "已约摊主", by=HANDLER, now=LATER)
    assert (ticket.state, ticket.due_at) == (State.IN_PROGRESS, due)
    assert tickets.history(ticket.id)[-1].words == "已约摊主"


def test_a_reply_stops_the_unit_and_starts_the_review(app: APIFlask) -> None:
    ticket = samples.signed()
    made = answer(ticket)
    db.session.commit()
    assert ticket.state is State.IN_REVIEW
    assert set(samples.clocks_of(ticket)) == {"review"}
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.seq, event.words) == ("replied", made.seq, "已清理。")
    assert event.facts["reply_id"] == made.id
    assert ticket.due_at == datetime(2026, 11, 19, 17, 30, tzinfo=CITY)
    with pytest.raises(WrongState):
        answer(ticket)


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (Wording(Completion.PLANNED, "a", "b"), "promised_on"),
        (Wording(Completion.PLANNED, "a", "b", promised_on=date(2026, 11, 18)), "promised_on"),
        (Wording(Completion.SOLVED, "a", "b", promised_on=date(2026, 12, 1)), "promised_on"),
        (Wording(Completion.SOLVED, "a", "b", Contact(LATER)), "contact_result"),
        (Wording(Completion.SOLVED, "a", "b", Contact(None, ContactResult.BUSY)), "contacted_at"),
        (
            Wording(
                Completion.SOLVED, "a", "b", Contact(LATER + timedelta(1), ContactResult.REACHED)
            ),
            "contacted_at",
        ),
        (Wording(Completion.PLANNED, "a", "b", promised_on=date(2040, 1, 1)), "promised_on"),
    ],
)
def test_replies_that_are_not_taken(app: APIFlask, wording: Wording, field: str) -> None:
    ticket = samples.signed()
    with pytest.raises(Invalid) as caught:
        answer(ticket, wording)
    assert caught.value.field == field


def test_the_last_minute_of_a_day_counts_in_the_city(app: APIFlask) -> None:
    ticket = samples.signed()
    late = datetime(2026, 11, 18, 23, 59, tzinfo=CITY)
    with pytest.raises(Invalid, match="promise_in_past"):
        answer(ticket, Wording(Completion.PLANNED, "a", "b", promised_on=late.date()), now=late)


def test_accepting_leads_to_the_callback_and_keeps_the_promise(app: APIFlask) -> None:
    wording = Wording(Completion.PLANNED, "明年整治", "计划", promised_on=date(2027, 3, 1))
    ticket = samples.replied(wording=wording)
    assert db.session.query(Promise).count() == 0, "a reply under review promises nothing yet"
    reply = reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=LATER)
    db.session.commit()
    assert ticket.state is State.AWAITING_CALLBACK
    assert samples.clocks_of(ticket) == {}
    assert (reply.is_accepted, reply.reviewed_by, reply.reviewed_at) == (True, REVIEWER, LATER)
    promise = db.session.query(Promise).one()
    assert (promise.promised_on, promise.is_open) == (date(2027, 3, 1), True)
    facts = tickets.history(ticket.id)[-1].facts
    assert (facts["completion"], facts["reply_seq"]) == ("planned", reply.seq)


def test_sent_back_goes_on_with_what_was_left(app: APIFlask) -> None:
    ticket = samples.replied()
    send_back(ticket, LATER + timedelta(hours=1))
    db.session.commit()
    clocks = samples.clocks_of(ticket)
    assert set(clocks) == {"handle", "contact"}
    moved = datetime(2026, 11, 26, 9, 30, tzinfo=CITY)
    assert clocks["handle"].due_at == moved == ticket.due_at
    mine = samples.open_of(ticket)
    assert (mine.replied_at, mine.sent_back, ticket.state) == (None, 1, State.IN_PROGRESS)
    assert tickets.history(ticket.id)[-1].words == "未说明如何防止再次占道"


def test_the_first_time_a_working_day_is_left_the_second_not(app: APIFlask) -> None:
    ticket = samples.signed()
    due = datetime(2026, 11, 25, 17, 30, tzinfo=CITY)
    answer(ticket, now=due - timedelta(minutes=30))
    back = datetime(2026, 11, 26, 9, 0, tzinfo=CITY)
    send_back(ticket, back)
    assert samples.clocks_of(ticket)["handle"].due_at == datetime(2026, 11, 27, 9, 0, tzinfo=CITY)
    answer(ticket, now=datetime(2026, 11, 26, 17, 0, tzinfo=CITY))
    send_back(ticket, datetime(2026, 11, 27, 8, 30, tzinfo=CITY))
    db.session.commit()
    left = samples.clocks_of(ticket)["handle"].due_at
    assert left == datetime(2026, 11, 27, 9, 30, tzinfo=CITY)


def test_an_hour_limit_gets_two_hours(app: APIFlask) -> None:
    ticket = samples.signed(unit="E01", category="T010102", request_type=RequestType.HELP)
    answer(ticket, now=NOW + timedelta(hours=23, minutes=30))
    back = NOW + timedelta(hours=25)
    send_back(ticket, back)
    assert samples.clocks_of(ticket)["handle"].due_at == back + timedelta(hours=2)


def test_a_contact_that_was_made_is_not_owed_again(app: APIFlask) -> None:
    ticket = samples.signed()
    made = Contact(LATER, ContactResult.REACHED)
    answer(ticket, Wording(Completion.SOLVED, "好", "据", made))
    send_back(ticket, LATER)
    assert set(samples.clocks_of(ticket)) == {"handle"}


def test_sending_back_needs_a_reason(app: APIFlask) -> None:
    ticket = samples.replied()
    with pytest.raises(Invalid, match="reason_needed"):
        send_back(ticket, LATER, "")


@pytest.mark.parametrize("by", [HANDLER, DISPATCHER])
def test_nobody_reviews_their_own_work(app: APIFlask, by: str) -> None:
    ticket = samples.replied()
    mine = samples.open_of(ticket)
    with pytest.raises(Forbidden, match="own_work"):
        reviewing.accept(ticket, mine, by=by, now=LATER)
    with pytest.raises(Forbidden, match="own_work"):
        reviewing.send_back(ticket, mine, "x", by=by, now=LATER, book=factories.book())


def test_counters_and_chain_hold_through_the_way(app: APIFlask) -> None:
    ticket = samples.replied()
    send_back(ticket, LATER)
    assert counters.read(queries.STAGE) == {"D16/in_progress": 1, "D16/sent_back": 1}
    answer(ticket, now=LATER)
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=LATER)
    db.session.commit()
    assert counters.read(queries.STAGE) == {"D16/in_review": 1}
    assert counters.read(queries.OPEN) == {"D16": 1}
    assert counters.prove(queries.TRUTHS) == []
    assert list(history.verify([ticket])) == []
