"""Inside a unit: who sees to what, several receipts at once, what may be read of earlier work."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch import earlier, reviewing
from dispatch.working import Wording
from hotline import clock, counters
from hotline.access import Role, Viewer
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets import access
from hotline.tickets.kinds import Completion
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.states import State, Verb
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import REVIEWER, post


def head() -> Staff:
    """The head of D16."""
    return factories.staff("chief", Role.UNIT_HEAD, unit_code="D16")


def handler_of(ticket: Ticket) -> int | None:
    """Who sees to it."""
    db.session.expire_all()
    return samples.open_of(ticket).handler_staff_id


def seen_in(client: FlaskClient, path: str) -> str:
    """The page's HTML."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def test_a_handler_takes_what_nobody_has_and_lets_it_go(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.dispatched()
    mine = samples.browser(client, who.handler)
    here = f"/tickets/{ticket.number}/handler"
    assert post(mine, here, handler=who.handler.id).status_code == 303
    assert handler_of(ticket) == who.handler.id
    assert post(mine, here, handler=who.handler.id).status_code == 409
    assert post(mine, here, handler=0).status_code == 303
    assert handler_of(ticket) is None
    kinds = db.session.query(TicketEvent.kind).filter_by(ticket_id=ticket.id)
    assert [kind for (kind,) in kinds].count(Verb.NAME_HANDLER.value) == 2


def test_a_colleague_s_ticket_is_left_alone_but_by_the_head(client: FlaskClient) -> None:
    who, ticket, chief = samples.people(), samples.dispatched(), head()
    samples.open_of(ticket).handler_staff_id = chief.id
    db.session.commit()
    here = f"/tickets/{ticket.number}/handler"
    mine = samples.browser(client, who.handler)
    assert post(mine, here, handler=who.handler.id).status_code == 403
    assert post(samples.browser(client, chief), here, handler=who.handler.id).status_code == 303
    assert handler_of(ticket) == who.handler.id


def test_nobody_of_another_unit_is_named_or_names(client: FlaskClient) -> None:
    who, ticket, chief = samples.people(), samples.dispatched(), head()
    here = f"/tickets/{ticket.number}/handler"
    assert post(samples.browser(client, chief), here, handler=who.stranger.id).status_code == 422
    other = samples.browser(client, who.stranger)
    assert post(other, here, handler=who.stranger.id).status_code == 404
    assert other.get(f"/tickets/{ticket.number}/earlier").status_code == 404
    post(other, "/unit/sign", numbers=[ticket.number])
    post(other, "/unit/handler", numbers=[ticket.number], handler=who.stranger.id)
    assert handler_of(ticket) is None
    assert ticket.state is State.PENDING_SIGNATURE


def test_lists_begin_with_one_s_own_and_nobody_s(client: FlaskClient) -> None:
    who, chief = samples.people(), head()
    free, theirs = samples.dispatched(), samples.dispatched(phone="+8613900000081")
    samples.open_of(theirs).handler_staff_id = chief.id
    db.session.commit()
    mine = samples.browser(client, who.handler)
    page = seen_in(mine, "/unit")
    assert free.number in page and theirs.number not in page
    assert theirs.number in seen_in(mine, "/unit?who=all")
    assert theirs.number in seen_in(mine, f"/unit?who={chief.id}")
    assert "人员在办情况" not in page
    page = seen_in(samples.browser(client, chief), "/unit")
    assert free.number in page and theirs.number in page and "人员在办情况" in page
    assert mine.get("/unit?who=whoever").status_code == 400


def test_several_are_signed_and_given_at_once(client: FlaskClient) -> None:
    who, chief = samples.people(), head()
    made = [samples.dispatched(phone=f"+861390000009{n}") for n in range(2)]
    signed = samples.signed(phone="+8613900000093")
    desk = samples.browser(client, chief)
    numbers = [one.number for one in (*made, signed)]
    done = post(desk, "/unit/sign", numbers=numbers, handler=who.handler.id)
    assert done.status_code == 303
    told = seen_in(desk, "/unit")
    assert "2 件" in told and signed.number in told
    assert [handler_of(one) for one in made] == [who.handler.id] * 2
    assert counters.prove(client.application.extensions["truths"]) == []


def test_after_a_quick_sign_the_ticket_is_a_click_away(client: FlaskClient) -> None:
    ticket = samples.dispatched()
    mine = samples.browser(client, samples.people().handler)
    assert f"signed={ticket.number}" in seen_in(mine, "/unit")
    page = seen_in(mine, f"/unit?signed={ticket.number}")
    assert f"打开工单 {ticket.number}" in page
    assert mine.get("/unit?signed=<b>").status_code == 400


def accepted(at: datetime, **changes: Any) -> Ticket:
    """A ticket whose reply was accepted; it names the person who had asked."""
    said = Wording(Completion.SOLVED, "已回复张三（13812345678），摊位已清理。", "《市容条例》")
    ticket = samples.replied(wording=said, **changes)
    reviewing.accept(ticket, samples.open_of(ticket), by=REVIEWER, now=at)
    db.session.commit()
    return ticket


def test_earlier_replies_are_the_unit_s_own_and_masked(client: FlaskClient) -> None:
    accepted(clock.now())
    accepted(clock.now(), phone="+8613900000095", is_confidential=True)
    ticket = samples.signed(phone="+8613900000096")
    mine = samples.browser(client, samples.people().handler)
    page = mine.get(f"/tickets/{ticket.number}/earlier", headers={"HX-Request": "true"})
    text = page.get_data(as_text=True)
    assert text.count("earlier-reply") == 1
    assert "摊位已清理" in text and "张三" not in text and "13812345678" not in text
    assert "摊位已清理" in seen_in(mine, f"/tickets/{ticket.number}/earlier?q=清理 市容")
    assert "没有包含这些词" in seen_in(mine, f"/tickets/{ticket.number}/earlier?q=没有的词")


def test_earlier_replies_of_another_unit_are_never_shown(client: FlaskClient) -> None:
    accepted(clock.now())
    ticket = samples.signed(phone="+8613900000097")
    stranger = Viewer.of(
        1,
        "别",
        "x",
        roles=frozenset({Role.HANDLER}),
        unit_ids=frozenset({factories.unit("D14").id}),
    )
    clerk = Viewer.of(2, "试", "y", roles=frozenset({Role.DISPATCHER}))
    seen = access.see(clerk, ticket.number)
    assert earlier.of(seen, stranger) == []


@pytest.mark.parametrize(("days", "words"), [(0, "可退单至"), (9, "退单期限已于")])
def test_the_limit_of_a_return_is_stated(client: FlaskClient, days: int, words: str) -> None:
    ticket = samples.dispatched(now=clock.now() - timedelta(days=days))
    mine = samples.browser(client, samples.people().handler)
    page = seen_in(mine, f"/tickets/{ticket.number}")
    assert words in page
    assert ("other_unit" in page) is (days == 0)
