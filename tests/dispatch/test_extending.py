"""Extensions against the database: asked, granted, refused, lapsed, and what clocks show."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from dispatch import extending, requests, returning, time_records, working
from dispatch.extending import Decision
from dispatch.requests import Kind
from dispatch.returning import Objection
from dispatch.rules import ReturnReason
from dispatch.working import Wording
from hotline import counters
from hotline.errors import Forbidden, Invalid, NotFound, Refused, WrongState
from hotline.extensions import db
from hotline.people.models import Unit
from hotline.tickets import queries as tickets
from hotline.tickets import timing
from hotline.tickets.clocks import Lamp
from hotline.tickets.kinds import Completion
from tests import factories
from tests.dispatch import samples, time_samples
from tests.dispatch.samples import HANDLER, LATER
from tests.dispatch.time_samples import HEAD, REVIEWER, at
from tests.factories import NOW

# A complaint dispatched on Wednesday 18 November 2026 at 10:00 is due on the 25th at 17:30.
AFTER = at("2026-11-26 09:00")


def test_granted_it_ends_at_closing_time_of_the_nth_working_day(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.ask_extension(ticket, 3)
    db.session.commit()
    assert set(samples.clocks_of(ticket)) == {"handle", "contact", "extension"}
    assert counters.read(requests.OPEN) == {"extension": 1}
    assert counters.prove(time_records.TRUTHS) == []
    time_samples.grant_extension(ticket, asked)
    handle = time_samples.handle_clock(ticket)
    assert handle.due_at == at("2026-11-30 17:30") == ticket.due_at == asked.new_due_at
    assert set(samples.clocks_of(ticket)) == {"handle", "contact"}
    assert counters.read(requests.OPEN) == {}
    event = tickets.history(ticket.id)[-1]
    assert (event.kind, event.facts["working_days"]) == ("extension_granted", 3)
    assert event.facts["new_due_at"] == handle.due_at.isoformat()


def test_asked_in_time_and_undecided_it_shows_no_red(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.ask_extension(ticket, now=at("2026-11-24 17:00"))
    db.session.commit()
    timing.sweep(AFTER, factories.book())
    db.session.commit()
    handle = time_samples.handle_clock(ticket)
    assert (handle.lamp, ticket.lamp, handle.next_change_at) == (Lamp.YELLOW, Lamp.YELLOW, None)
    time_samples.refuse_extension(ticket, asked, now=AFTER)
    handle = time_samples.handle_clock(ticket)
    assert (handle.lamp, ticket.lamp) == (Lamp.RED, Lamp.RED)
    assert handle.next_change_at is not None
    assert handle.due_at == at("2026-11-25 17:30")


def test_granted_after_the_limit_it_was_never_late(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.ask_extension(ticket, 5, now=at("2026-11-24 17:00"))
    time_samples.grant_extension(ticket, asked, now=AFTER)
    handle = time_samples.handle_clock(ticket)
    assert (handle.lamp, handle.due_at) == (Lamp.GREEN, at("2026-12-02 17:30"))


@pytest.mark.parametrize("days", [0, -3, 6, 400])
def test_days_that_can_not_be(app: APIFlask, days: int) -> None:
    ticket = samples.signed()
    with pytest.raises(Invalid) as refused:
        time_samples.ask_extension(ticket, days)
    assert (refused.value.code, refused.value.field) == ("days_out_of_range", "working_days")
    assert set(samples.clocks_of(ticket)) == {"handle", "contact"}


def test_too_late_twice_at_once_and_before_it_is_signed(app: APIFlask) -> None:
    with pytest.raises(WrongState):
        time_samples.ask_extension(samples.dispatched())
    ticket = samples.signed(now=NOW)
    with pytest.raises(Refused, match="over"):
        time_samples.ask_extension(ticket, now=at("2026-11-25 08:31"))
    time_samples.ask_extension(ticket)
    with pytest.raises(Refused, match="already"):
        time_samples.ask_extension(ticket)


def test_the_second_is_for_the_head_alone_and_there_is_no_third(app: APIFlask) -> None:
    ticket = samples.signed()
    time_samples.grant_extension(ticket, time_samples.ask_extension(ticket))
    second = time_samples.ask_extension(ticket)
    assert second.is_second
    with pytest.raises(Forbidden) as refused:
        time_samples.grant_extension(ticket, second)
    assert refused.value.code == "head_decides"
    time_samples.grant_extension(ticket, second, by=HEAD)
    assert time_samples.handle_clock(ticket).due_at == at("2026-12-01 17:30")
    with pytest.raises(Refused) as third:
        time_samples.ask_extension(ticket)
    assert third.value.code == "asked_twice"


def test_nobody_decides_on_what_they_or_their_unit_asked(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.ask_extension(ticket)
    with pytest.raises(Forbidden, match="yourself"):
        time_samples.grant_extension(ticket, asked, by=time_samples.viewer(number=902))
    unit = db.session.query(Unit).filter_by(code="D16").one()
    both = time_samples.viewer().__class__.of(
        950, "兼任", "both", roles=REVIEWER.roles, unit_ids=frozenset({unit.id})
    )
    with pytest.raises(Forbidden, match="unit"):
        time_samples.grant_extension(ticket, asked, by=both)


def test_beyond_the_upstream_only_with_its_consent(app: APIFlask) -> None:
    ticket = samples.signed()
    ticket.upstream_due_at = at("2026-11-27 17:30")
    asked, book = time_samples.ask_extension(ticket, 3), factories.book()
    with pytest.raises(Invalid) as refused:
        time_samples.grant_extension(ticket, asked)
    assert refused.value.field == "upstream_consent"
    decision = Decision("同意", "省热线王处，11月18日，函〔2026〕18号")
    extending.grant(ticket, asked, decision, viewer=REVIEWER, now=LATER, book=book)
    assert asked.upstream_consent == decision.upstream_consent
    assert tickets.history(ticket.id)[-1].facts["upstream_consent"] == decision.upstream_consent


def test_it_lapses_with_the_reply_and_is_not_counted_against_the_unit(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.ask_extension(ticket)
    said = Wording(Completion.SOLVED, "已清理。", "条例")
    mine, book = samples.open_of(ticket), factories.book()
    working.reply(ticket, mine, said, by=HANDLER, now=LATER + timedelta(hours=1), book=book)
    db.session.commit()
    assert (asked.decided_by, asked.is_granted) == ("system", None)
    assert set(samples.clocks_of(ticket)) == {"review"}
    assert counters.prove(time_records.TRUTHS) == []
    with pytest.raises(Refused, match="lapsed"):
        time_samples.grant_extension(ticket, asked)
    record = time_records.of_unit(mine.unit_id, LATER)
    extension = record[Kind.EXTENSION]
    assert (extension.asked, extension.granted, extension.refused) == (1, 0, 0)


def test_it_lapses_with_a_return(app: APIFlask) -> None:
    ticket = samples.signed()
    asked = time_samples.ask_extension(ticket)
    said = Objection(ReturnReason.NOT_OUR_DUTY, "属区政府职责")
    mine, book = samples.open_of(ticket), factories.book()
    returning.ask(ticket, mine, said, by=HANDLER, now=LATER, book=book)
    db.session.commit()
    assert asked.decided_by == "system"
    assert set(samples.clocks_of(ticket)) == {"decision"}


def test_another_tickets_request_is_not_found(app: APIFlask) -> None:
    ticket, other = samples.signed(), samples.signed(title="另一件")
    asked = time_samples.ask_extension(ticket)
    for number in (asked.id, 10**30):
        with pytest.raises(NotFound):
            requests.of_ticket(type(asked), other, number)
