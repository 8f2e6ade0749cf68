"""A handler's reply before the head of the unit: approved, declined, by whoever stands in."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch import assigning
from dispatch.assigning import Order
from dispatch.models import Reply
from dispatch.second_level_models import SubmittedReply
from dispatch.second_level_rules import ApprovalRules
from hotline import clock, settings
from hotline.access import Role
from hotline.attachments.models import Attachment
from hotline.extensions import db
from hotline.people.models import Membership, Staff
from hotline.tickets.models import Ticket, TicketEvent
from hotline.tickets.states import State, Verb
from tests import factories
from tests.attachments import files
from tests.dispatch import inside, samples
from tests.dispatch.inside import REPLY, Inside, call
from tests.factories import NOW


@pytest.fixture
def who(client: FlaskClient) -> Inside:
    """D16, whose head approves replies."""
    made = inside.build()
    settings.change(ApprovalRules, "head_approves_in", ["D16"], by="staff:1", now=NOW)
    db.session.commit()
    return made


def submitted(client: FlaskClient, who: Inside) -> Ticket:
    """A ticket whose handler's reply waits for the head."""
    ticket = samples.signed()
    answer = call(client, who.handler, f"{ticket.number}/reply", **REPLY)
    assert answer.status_code == 200, answer.json
    assert answer.json["state"] == State.IN_PROGRESS
    return ticket


def code_of(answer: Any) -> str:
    return f"{answer.status_code} {answer.json['error']['code']}"


def stand_in(person: Staff) -> None:
    """Somebody is head of D16 until tomorrow."""
    now = clock.now()
    db.session.add(
        Membership(
            staff_id=person.id,
            unit_id=factories.unit("D16").id,
            role=Role.UNIT_HEAD,
            since=now - timedelta(hours=1),
            until=now + timedelta(days=1),
        )
    )
    db.session.commit()


def test_the_head_lets_it_go_out_word_for_word(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    assert samples.clocks_of(ticket)["handle"].stopped_at is None, "the limit runs meanwhile"
    assert code_of(call(client, who.handler, f"{ticket.number}/approve")) == "403 head_decides"
    answer = call(client, who.head, f"{ticket.number}/approve")
    assert answer.json["state"] == State.IN_REVIEW
    assert answer.json["assignments"][0]["replies"][0]["text"] == REPLY["text"]
    assert answer.json["submitted_replies"][0]["is_approved"] is True
    reply = db.session.query(Reply).filter_by(ticket_id=ticket.id).one()
    assert reply.replied_by == f"staff:{who.head.id}"
    assert code_of(call(client, who.head, f"{ticket.number}/approve")) == "409 wrong_state"


def test_the_head_declines_and_the_handler_writes_anew(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    assert code_of(call(client, who.head, f"{ticket.number}/decline")) == "422 invalid"
    answer = call(client, who.head, f"{ticket.number}/decline", reason="请写明现场时间。")
    assert answer.json["submitted_replies"][0]["reason"] == "请写明现场时间。"
    assert code_of(call(client, who.head, f"{ticket.number}/approve")) == "409 nothing_submitted"
    page = samples.browser(client, who.handler).get(f"/tickets/{ticket.number}")
    assert "请写明现场时间。" in page.get_data(as_text=True)
    assert REPLY["text"] in page.get_data(as_text=True).split('id="reply-text"')[1]
    better = REPLY | {"text": "11月18日已到现场清理。"}
    assert call(client, who.handler, f"{ticket.number}/reply", **better).status_code == 200
    assert call(client, who.head, f"{ticket.number}/approve").json["state"] == State.IN_REVIEW


def test_a_newer_one_takes_the_place(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    better = REPLY | {"text": "补充了照片。"}
    assert call(client, who.handler, f"{ticket.number}/reply", **better).status_code == 200
    waiting = db.session.query(SubmittedReply).filter_by(ticket_id=ticket.id, decided_at=None)
    assert waiting.count() == 1
    answer = call(client, who.head, f"{ticket.number}/approve")
    assert answer.json["assignments"][0]["replies"][0]["text"] == "补充了照片。"


def test_the_heads_own_needs_none(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    answer = call(client, who.head, f"{ticket.number}/reply", **REPLY)
    assert answer.json["state"] == State.IN_REVIEW
    waiting = db.session.query(SubmittedReply).filter_by(ticket_id=ticket.id, decided_at=None)
    assert waiting.count() == 0, "what waited gave way"


def test_a_stand_in_approves_but_not_their_own(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    stand_in(who.handler)
    assert code_of(call(client, who.handler, f"{ticket.number}/approve")) == "403 own_work"
    other = factories.staff("d16x", Role.HANDLER, unit_code="D16")
    stand_in(other)
    for path in (f"/tickets/{ticket.number}", "/unit"):
        page = samples.browser(client, other).get(path).get_data(as_text=True)
        assert "您正在代理单位负责人" in page
    assert call(client, other, f"{ticket.number}/approve").json["state"] == State.IN_REVIEW


def test_a_sub_units_head_is_not_the_units(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    both = factories.staff("mixed", Role.HANDLER, unit_code="D16")
    below = factories.unit("D16-S1").id
    db.session.add(
        Membership(staff_id=both.id, unit_id=below, role=Role.UNIT_HEAD, since=NOW, until=None)
    )
    db.session.commit()
    assert code_of(call(client, both, f"{ticket.number}/approve")) == "403 head_decides"


def test_its_files_go_with_it(client: FlaskClient, who: Inside) -> None:
    ticket = samples.signed()
    mine = samples.browser(client, who.handler)
    token = factories.hidden(mine.get("/search").get_data(as_text=True), "csrf_token")
    data = REPLY | {"csrf_token": token, "files": (io.BytesIO(files.PDF), "before.pdf")}
    answer = mine.post(f"/tickets/{ticket.number}/reply", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-800:]
    assert call(client, who.head, f"{ticket.number}/approve").status_code == 200
    reply = db.session.query(Reply).filter_by(ticket_id=ticket.id).one()
    assert db.session.query(Attachment).filter_by(ticket_id=ticket.id).one().of_seq == reply.seq


def test_where_it_is_not_set_it_goes_out_at_once(client: FlaskClient, who: Inside) -> None:
    settings.restore(ApprovalRules, "head_approves_in", by="staff:1", now=NOW)
    db.session.commit()
    ticket = samples.signed()
    answer = call(client, who.handler, f"{ticket.number}/reply", **REPLY)
    assert answer.json["state"] == State.IN_REVIEW
    kinds = db.session.query(TicketEvent.kind).filter_by(ticket_id=ticket.id)
    assert Verb.SUBMIT_REPLY.value not in {kind for (kind,) in kinds}


def test_the_head_finds_what_waits(client: FlaskClient, who: Inside) -> None:
    ticket = submitted(client, who)
    head = samples.browser(client, who.head)
    assert "/unit/inside?tab=approve" in head.get("/unit").get_data(as_text=True)
    assert ticket.number in head.get("/unit/inside?tab=approve").get_data(as_text=True)
    page = head.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert f"/tickets/{ticket.number}/approve" in page
    assert samples.post(head, f"/tickets/{ticket.number}/approve").status_code == 303
    assert ticket.number not in head.get("/unit/inside?tab=approve").get_data(as_text=True)


def test_where_the_head_approves_only_the_head_replies_to_the_lead(
    client: FlaskClient, who: Inside
) -> None:
    ticket = factories.sorted_ticket(now=NOW)
    order = Order(factories.unit("D14"), assist=(factories.unit("D16"),))
    assigning.dispatch(ticket, order, by=samples.DISPATCHER, now=NOW, book=factories.book())
    db.session.commit()
    assert call(client, who.handler, f"{ticket.number}/sign").status_code == 200
    assert code_of(call(client, who.handler, f"{ticket.number}/reply", **REPLY)) == "409 head_sends"
    page = samples.browser(client, who.handler)
    address = f"/tickets/{ticket.number}/assist/reply"
    refused = samples.post(page, address, text="我方职责范围内已清理。")
    assert refused.status_code == 409 and "我方职责范围内已清理。" in refused.text
    sent = call(client, who.head, f"{ticket.number}/reply", **REPLY)
    assert sent.status_code == 200, sent.json
