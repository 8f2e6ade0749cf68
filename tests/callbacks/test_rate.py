"""The citizen's page behind the link: two taps, second thoughts, links that ended."""

from datetime import timedelta

import pytest
from apiflask import APIFlask

from callbacks.models import Plan
from hotline import clock
from hotline.extensions import db
from hotline.messages.models import Question
from hotline.tickets.kinds import Channel, RequestType
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests.browsing import Browser
from tests.callbacks import samples


@pytest.fixture
def ticket(app: APIFlask) -> Ticket:
    """A ticket whose citizen was asked by text."""
    made, _ = samples.asked(now=clock.now(), channel=Channel.SMS)
    return made


def address(ticket: Ticket) -> str:
    """Where the text's link leads."""
    return f"/rate/{samples.token_in(samples.texts_of(ticket)[-1])}"


def state_of(ticket: Ticket) -> State:
    """The ticket's state as it is stored now."""
    db.session.flush()
    db.session.expire_all()
    return db.session.get_one(Ticket, ticket.id).state


def test_two_taps_and_thanks(app: APIFlask, ticket: Ticket) -> None:
    citizen, here = Browser(app), address(ticket)
    page = citizen.get(here)
    assert page.status == 200 and ticket.number in page.text
    assert all(word in page.text for word in ("非常满意", "基本满意", "非常不满意"))
    assert "夜市占道" in page.text and "市城市管理综合行政执法局" in page.text
    done = citizen.submit(page, here, satisfied="5")
    assert (done.path, state_of(ticket)) == (f"{here}/thanks", State.CLOSED)
    assert "感谢您的评价" in done.text and "修改评价" in done.text


def test_a_second_thought_may_send_it_back(app: APIFlask, ticket: Ticket) -> None:
    citizen, here = Browser(app), address(ticket)
    citizen.submit(citizen.get(here), here, satisfied="4", solved="yes")
    again = citizen.get(here)
    assert "您已评价" in again.text and 'value="4" required checked' in again.text
    done = citizen.submit(again, here, satisfied="2", words="第二天又占了")
    assert "重新办理" in done.text
    assert state_of(ticket) is State.PENDING_SIGNATURE
    assert samples.events_of(ticket)[-2:] == ["callback_recorded", "redone"]
    third = citizen.submit(citizen.get(here), here, satisfied="5")
    assert "评价已更新" in third.text and "很抱歉" not in third.text
    assert state_of(ticket) is State.PENDING_SIGNATURE, "the redo is under way"


def test_nothing_chosen_is_asked_for(app: APIFlask, ticket: Ticket) -> None:
    citizen, here = Browser(app), address(ticket)
    sent = citizen.submit(citizen.get(here), here, words="挺好")
    assert (sent.status, state_of(ticket)) == (422, State.AWAITING_CALLBACK)
    assert "请检查" in sent.text and "挺好" in sent.text
    odd = citizen.submit(sent, here, satisfied="9")
    assert odd.status == 422


def test_a_private_matter_shows_its_number_alone(app: APIFlask) -> None:
    ticket, _ = samples.asked(now=clock.now(), channel=Channel.SMS, request_type=RequestType.REPORT)
    page = Browser(app).get(address(ticket))
    assert ticket.number in page.text
    assert "夜市占道" not in page.text and "执法局" not in page.text
    [text] = samples.texts_of(ticket)
    assert "夜市" not in text.body and ticket.number in text.body


@pytest.mark.parametrize("token", ["nothing", "x" * 500, "评价"])
def test_an_unknown_link_is_answered_politely(app: APIFlask, token: str) -> None:
    page = Browser(app).get(f"/rate/{token}")
    assert page.status == 404 and "评价链接无效" in page.text
    assert Browser(app).get(f"/rate/{token}/thanks").status == 404


def test_an_ended_link_is_answered_politely(app: APIFlask) -> None:
    ticket, plan = samples.asked(now=clock.now(), channel=Channel.SMS)
    citizen, here = Browser(app), address(ticket)
    page = citizen.get(here)
    plan.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert citizen.get(here).status == 410
    late = citizen.submit(page, here, satisfied="5")
    assert (late.status, "评价已截止" in late.text) == (410, True)
    assert state_of(ticket) is State.AWAITING_CALLBACK
    assert citizen.get(f"{here}/thanks").status == 410


def test_after_the_end_the_thanks_stay(app: APIFlask, ticket: Ticket) -> None:
    citizen, here = Browser(app), address(ticket)
    citizen.submit(citizen.get(here), here, satisfied="5")
    plan = db.session.query(Plan).filter_by(ticket_id=ticket.id).one()
    plan.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    thanks = citizen.get(f"{here}/thanks")
    assert (thanks.status, "修改评价" in thanks.text) == (200, False)


def test_a_form_sent_twice_is_one_answer(app: APIFlask, ticket: Ticket) -> None:
    citizen, here = Browser(app), address(ticket)
    page = citizen.get(here)
    for _ in range(2):
        citizen.submit(page, here, satisfied="5")
    assert samples.events_of(ticket).count("callback_recorded") == 1


def test_the_question_by_text_stays_open_beside_the_link(app: APIFlask, ticket: Ticket) -> None:
    citizen, here = Browser(app), address(ticket)
    citizen.submit(citizen.get(here), here, satisfied="5")
    assert db.session.query(Question).filter_by(closed_at=None).count() == 1
