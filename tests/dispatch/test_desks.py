"""What the desks do beyond one ticket: filters, several at once, the next one, own work."""

import pytest
from flask.testing import FlaskClient

from dispatch import reviewing
from hotline.extensions import db
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import post


def shown(client: FlaskClient, path: str) -> str:
    """The page's HTML."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def state_of(ticket: Ticket) -> State:
    """Where the ticket is now."""
    db.session.expire_all()
    return db.session.query(Ticket).filter_by(number=ticket.number).one().state


def test_the_queue_is_filtered(client: FlaskClient, catalogue: None) -> None:
    urgent = factories.sorted_ticket(urgency=Urgency.URGENT)
    normal = factories.sorted_ticket(phone="+8613900000041")
    desk = samples.browser(client, samples.people().dispatcher)
    page = shown(desk, "/dispatch?urgency=urgent&district=C01&category=T01")
    assert urgent.number in page and normal.number not in page
    assert "没有符合条件的工单" in shown(desk, "/dispatch?channel=sms")
    for made_up in ("urgency=soon", "category=%25", "channel=x"):
        assert desk.get(f"/dispatch?{made_up}").status_code == 400


def test_the_next_ticket_follows_and_a_refusal_stays_on_the_desk(
    client: FlaskClient, catalogue: None
) -> None:
    first = factories.sorted_ticket()
    second = factories.sorted_ticket(phone="+8613900000042")
    desk = samples.browser(client, samples.people().dispatcher)
    page = shown(desk, f"/dispatch?ticket={first.number}&urgency=normal")
    back = f"/dispatch?urgency=normal&ticket={second.number}"
    shown_back = back.replace("&", "&amp;")
    assert f'name="_back" value="{shown_back}"' in page
    here = f"/tickets/{first.number}/dispatch"
    refused = post(desk, here, lead="X99", note="急", _back=back)
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422 and f'data-number="{first.number}"' in text and "急" in text
    done = post(desk, here, suggested="C01", lead="", _back=back)
    assert (done.status_code, done.location) == (303, back)
    assert f'data-number="{second.number}"' in shown(desk, back)


def test_a_unit_that_was_looked_for_goes_before_a_suggested_one(
    client: FlaskClient, catalogue: None
) -> None:
    ticket = factories.sorted_ticket()
    desk = samples.browser(client, samples.people().dispatcher)
    post(desk, f"/tickets/{ticket.number}/dispatch", suggested="C01", lead="D14")
    assert samples.open_of(ticket).unit.code == "D14"


def test_several_go_to_one_unit_and_each_refusal_is_told(
    client: FlaskClient, catalogue: None
) -> None:
    good = [factories.sorted_ticket(phone=f"+861390000005{n}") for n in range(2)]
    secret = factories.sorted_ticket(phone="+8613900000053", is_confidential=True)
    gone = samples.dispatched(phone="+8613900000054")
    desk = samples.browser(client, samples.people().dispatcher)
    numbers = [one.number for one in (*good, secret, gone)]
    page = shown(desk, "/dispatch/together?" + "&".join(f"numbers={one}" for one in numbers))
    assert all(number in page for number in numbers)
    done = post(desk, "/dispatch/together", lead="D16", numbers=[*numbers, "404"])
    assert done.status_code == 303
    told = shown(desk, "/dispatch")
    assert "保密" in told and secret.number in told and "404" in told
    assert [state_of(one) for one in good] == [State.PENDING_SIGNATURE] * 2
    assert state_of(secret) is State.PENDING_DISPATCH
    assert post(desk, "/dispatch/together", numbers=numbers).status_code == 422
    assert desk.get("/dispatch/together").status_code == 422


def test_several_follow_one(client: FlaskClient, catalogue: None) -> None:
    lead = samples.signed()
    others = [factories.sorted_ticket(phone=f"+861390000006{n}") for n in range(2)]
    secret = factories.sorted_ticket(phone="+8613900000063", is_confidential=True)
    desk = samples.browser(client, samples.people().dispatcher)
    numbers = [one.number for one in (lead, *others, secret)]
    assert post(desk, "/dispatch/merge", into=lead.number, numbers=numbers).status_code == 303
    assert [state_of(one) for one in others] == [State.MERGED] * 2
    assert state_of(lead) is State.IN_PROGRESS
    assert state_of(secret) is State.PENDING_DISPATCH
    assert post(desk, "/dispatch/merge", numbers=numbers).status_code == 422


def test_open_tickets_of_the_same_place_are_named(client: FlaskClient, catalogue: None) -> None:
    ticket = factories.sorted_ticket()
    other = samples.dispatched(phone="+8613900000071")
    desk = samples.browser(client, samples.people().dispatcher)
    page = shown(desk, f"/dispatch?ticket={ticket.number}")
    assert "可能反映同一事项的在办工单" in page and other.number in page


def test_nobody_reviews_their_own_work_and_is_told_so(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.replied()
    samples.open_of(ticket).dispatched_by = f"staff:{who.reviewer.id}"
    db.session.commit()
    page = shown(samples.browser(client, who.reviewer), "/dispatch/review")
    assert "本人经办，须回避" in page
    assert f"/tickets/{ticket.number}/review" not in page


def test_the_review_shows_the_unit_s_record_and_earlier_rounds(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.replied()
    reviewing.send_back(
        ticket,
        samples.open_of(ticket),
        "请补充",
        by="staff:801",
        now=samples.LATER,
        book=factories.book(),
    )
    db.session.commit()
    handler = samples.browser(client, who.handler)
    assert ticket.number in shown(handler, "/unit?tab=sent_back")
    again = {"completion": "solved", "text": "已复查。", "basis": "《条例》"}
    assert post(handler, f"/tickets/{ticket.number}/reply", **again).status_code == 303
    assert ticket.number not in shown(handler, "/unit?tab=sent_back")
    page = shown(samples.browser(client, who.reviewer), "/dispatch/review")
    assert "已复查。" in page and "请补充" in page and "已退回 1 次" in page
    assert "答复退回 1/2" in page


@pytest.mark.parametrize("asked", ["?ticket=999", "?ticket=999&tab=returns"])
def test_a_reply_that_is_gone_is_told(client: FlaskClient, asked: str) -> None:
    reviewer = samples.browser(client, samples.people().reviewer)
    assert "该工单已无需在此处理" in shown(reviewer, f"/dispatch/review{asked}")
