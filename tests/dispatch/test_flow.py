"""The way from dispatch to review through the pages: CSRF on, roles as they are."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from dispatch.models import Return
from hotline import clock
from hotline.extensions import db
from hotline.tickets import operations
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import post

REPLY = {"completion": "solved", "text": "已清理占道摊位。", "basis": "《城市市容条例》"}


def state_of(ticket: Ticket) -> State:
    """The ticket's state as it is stored now."""
    db.session.expire_all()
    return operations.lock(ticket.number).state


def waiting() -> Ticket:
    """A ticket sorted just now."""
    return factories.sorted_ticket(now=clock.now())


def test_from_dispatch_to_the_callback(client: FlaskClient, catalogue: None) -> None:
    who, ticket = samples.people(), waiting()
    here = f"/tickets/{ticket.number}"
    dispatcher = samples.browser(client, who.dispatcher)
    desk = dispatcher.get("/dispatch").get_data(as_text=True)
    assert ticket.number in desk and "诉求地点属地" in desk
    sent = post(dispatcher, f"{here}/dispatch", lead="D16", _back="/dispatch")
    assert (sent.status_code, sent.location) == (303, "/dispatch")
    handler = samples.browser(client, who.handler)
    assert ticket.number in handler.get("/unit").get_data(as_text=True)
    assert post(handler, f"{here}/sign").status_code == 303
    assert post(handler, f"{here}/contact", result="reached", note="已约").status_code == 303
    assert post(handler, f"{here}/progress", text="正在清理").status_code == 303
    assert post(handler, f"{here}/reply", **REPLY).status_code == 303
    assert state_of(ticket) is State.IN_REVIEW
    reviewer = samples.browser(client, who.reviewer)
    assert "已清理占道摊位。" in reviewer.get("/dispatch/review").get_data(as_text=True)
    done = post(reviewer, f"{here}/review", accept="true", _back="/dispatch/review")
    assert (done.status_code, done.location) == (303, "/dispatch/review")
    assert state_of(ticket) is State.AWAITING_CALLBACK


def test_sent_back_the_unit_reads_why(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.replied(now=clock.now())
    reviewer = samples.browser(client, who.reviewer)
    here = f"/tickets/{ticket.number}"
    refused = post(reviewer, f"{here}/review", accept="false")
    assert (refused.status_code, "请写明答复缺什么" in refused.get_data(as_text=True)) == (
        422,
        True,
    )
    assert post(reviewer, f"{here}/review", accept="false", reason="答非所问").status_code == 303
    handler = samples.browser(client, who.handler)
    page = handler.get(here).get_data(as_text=True)
    assert "答非所问" in page and "已清理占道摊位" in page


@pytest.mark.parametrize(("uphold", "after"), [
    ("true", State.PENDING_DISPATCH), ("false", State.IN_PROGRESS)])  # fmt: skip
def test_a_return_is_asked_and_decided(client: FlaskClient, uphold: str, after: State) -> None:
    who, ticket = samples.people(), samples.dispatched(now=clock.now())
    here = f"/tickets/{ticket.number}"
    handler = samples.browser(client, who.handler)
    asked = post(handler, f"{here}/return", reason="other_unit", basis="依三定方案属区政府")
    assert asked.status_code == 303
    reviewer = samples.browser(client, who.reviewer)
    desk = reviewer.get("/dispatch/review?tab=returns").get_data(as_text=True)
    assert "依三定方案属区政府" in desk
    found = db.session.query(Return).filter_by(ticket_id=ticket.id).one()
    decided = post(reviewer, f"{here}/returns/{found.id}", uphold=uphold, note="经核实")
    assert decided.status_code == 303
    assert state_of(ticket) is after
    again = post(reviewer, f"{here}/returns/{found.id}", uphold=uphold, note="经核实")
    assert again.status_code == 409
    assert post(reviewer, f"{here}/returns/999999", uphold="true", note="x").status_code == 404


def test_what_was_typed_is_kept_when_it_is_refused(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.signed(now=clock.now())
    handler = samples.browser(client, who.handler)
    late = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    wrong = post(
        handler,
        f"/tickets/{ticket.number}/reply",
        **REPLY | {"completion": "planned", "contacted_at": late, "contact_result": "reached"},
    )
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "已清理占道摊位。" in page and late in page
    assert "须填写承诺日期" in page


def test_a_confidential_ticket_goes_out_with_its_own_words(client: FlaskClient) -> None:
    who = samples.people()
    ticket = factories.sorted_ticket(now=clock.now(), is_confidential=True)
    here = f"/tickets/{ticket.number}"
    dispatcher = samples.browser(client, who.dispatcher)
    missing = post(dispatcher, f"{here}/dispatch", lead="D16")
    assert missing.status_code == 422 and "写明可转给承办单位的内容" in missing.get_data(
        as_text=True
    )
    assert post(dispatcher, f"{here}/dispatch", lead="D16", unit_text="夜间占道").status_code == 303
    handler = samples.browser(client, who.handler)
    page = handler.get(here).get_data(as_text=True)
    assert "夜间占道" in page
    assert "行人只能走机动车道" not in page and "张三" not in page
    assert "夜间占道" in handler.get("/unit").get_data(as_text=True)


def test_who_may_not(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.dispatched(now=clock.now())
    here = f"/tickets/{ticket.number}"
    stranger = samples.browser(client, who.stranger)
    assert post(stranger, f"{here}/sign").status_code == 404, "another unit's ticket is not seen"
    assert stranger.get("/dispatch").status_code == 403
    assert stranger.get("/dispatch/review").status_code == 403
    dispatcher = samples.browser(client, who.dispatcher)
    assert dispatcher.get("/unit").status_code == 403
    for verb in ("sign", "contact", "progress", "return", "reply", "review", "returns/1"):
        assert post(dispatcher, f"{here}/{verb}").status_code == 403, verb
    reviewer = samples.browser(client, who.reviewer)
    assert post(reviewer, f"{here}/dispatch", lead="D16").status_code == 403


def test_wrong_state_is_told_in_words(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.dispatched(now=clock.now())
    handler = samples.browser(client, who.handler)
    page = post(handler, f"/tickets/{ticket.number}/reply", **REPLY)
    assert page.status_code == 409
    assert "待签收" in page.get_data(as_text=True)


def test_without_the_token_nothing_happens(client: FlaskClient) -> None:
    who, ticket = samples.people(), waiting()
    dispatcher = samples.browser(client, who.dispatcher)
    sent = dispatcher.post(f"/tickets/{ticket.number}/dispatch", data={"lead": "D16"})
    assert sent.status_code == 400
    assert state_of(ticket) is State.PENDING_DISPATCH


def test_own_work_is_refused_on_the_page(client: FlaskClient) -> None:
    who, ticket = samples.people(), samples.replied(now=clock.now())
    samples.open_of(ticket).dispatched_by = f"staff:{who.reviewer.id}"
    db.session.commit()
    reviewer = samples.browser(client, who.reviewer)
    assert post(reviewer, f"/tickets/{ticket.number}/review", accept="true").status_code == 403


def test_the_desk_corrects_what_was_sorted_wrongly(client: FlaskClient) -> None:
    who, ticket = samples.people(), waiting()
    here = f"/tickets/{ticket.number}"
    desk = samples.browser(client, who.dispatcher)
    assert "更正类型与分类" in desk.get(here).get_data(as_text=True)
    sent = {"request_type": "help", "category": "T010102"}
    assert post(desk, f"{here}/change", **sent).status_code == 422
    assert post(desk, f"{here}/change", **sent, reason="实为停水").status_code == 303
    db.session.expire_all()
    assert (ticket.category_code, ticket.urgency) == ("T010102", Urgency.NORMAL)
