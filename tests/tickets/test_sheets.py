"""Sheets of paper: for whom, with what on them, and the trace of each printing."""

import pytest
from apiflask import APIFlask

from dispatch import reviewing
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.tickets import beside
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from tests import factories
from tests.browsing import Browser
from tests.dispatch import inside, samples

BODY = "子丑寅卯每晚扰民"
MARKUP = '<script>alert("x")</script>'


def browser(app: APIFlask, role: Role, unit: str | None = None) -> Browser:
    """Somebody's browser."""
    made = Browser(app)
    made.sign_in(factories.staff(role.value, role, unit_code=unit))
    return made


def accepted() -> Ticket:
    """A ticket whose reply is accepted."""
    ticket = samples.replied(body=BODY)
    reviewing.accept(ticket, samples.open_of(ticket), by=samples.REVIEWER, now=samples.LATER)
    db.session.commit()
    return ticket


def test_the_whole_ticket_has_matter_answer_story_and_who_printed_it(app: APIFlask) -> None:
    ticket = accepted()
    page = browser(app, Role.OPERATOR).get(f"/tickets/{ticket.number}/print")
    for words in (ticket.number, BODY, "已清理占道摊位", "派单至", "138****5678", "试operator"):
        assert words in page.text, words
    assert "张三" not in page.text and "topbar" not in page.text
    entry = db.session.query(AuditEntry).filter_by(kind="ticket_printed").one()
    assert entry.subject == f"ticket:{ticket.id}"


def test_a_unit_prints_its_copy_without_the_hotlines_notes(app: APIFlask) -> None:
    ticket = samples.signed()
    beside.note(ticket, "热线内部备注一条", by=samples.REVIEWER, now=samples.LATER)
    db.session.commit()
    page = browser(app, Role.HANDLER, "D16").get(f"/tickets/{ticket.number}/print")
    assert page.status == 200 and "热线内部备注一条" not in page.text


def test_an_order_names_unit_limit_and_matter(app: APIFlask) -> None:
    ticket = samples.dispatched(body=BODY)
    page = browser(app, Role.HANDLER, "D16").get(f"/tickets/{ticket.number}/order")
    for words in ("市城市管理综合行政执法局", "5 个工作日", BODY, "夜间占道经营", "单位盖章"):
        assert words in page.text, words
    assert db.session.query(AuditEntry).filter_by(kind="order_printed").count() == 1


def test_an_order_names_the_sub_unit_to_those_whom_it_concerns(app: APIFlask) -> None:
    who = inside.build()
    ticket = inside.handed_down(app.test_client(), who)
    path = f"/tickets/{ticket.number}/order"
    for person in (who.handler, who.below, factories.staff("dis", Role.DISPATCHER)):
        page = Browser(app)
        page.sign_in(person)
        text = page.get(path).text
        assert "转派二级单位" in text and "市容管理科" in text


@pytest.mark.parametrize(("role", "unit"), [(Role.HANDLER, "D16"), (Role.DISPATCHER, None)])
def test_an_order_of_a_confidential_ticket_tells_nobody_more_than_the_unit(
    app: APIFlask, role: Role, unit: str | None
) -> None:
    ticket = samples.dispatched(body=BODY, request_type=RequestType.REPORT, category="T010103")
    page = browser(app, role, unit).get(f"/tickets/{ticket.number}/order")
    assert "夜间占道经营" in page.text
    for words in (BODY, "夜市占道", "张", "5678", "文化路"):
        assert words not in page.text, words


def test_there_is_no_order_before_dispatch(app: APIFlask) -> None:
    ticket = factories.sorted_ticket()
    assert browser(app, Role.OPERATOR).get(f"/tickets/{ticket.number}/order").status == 404


def test_a_letter_holds_the_accepted_answer_and_comes_from_the_hotline(app: APIFlask) -> None:
    ticket = accepted()
    page = browser(app, Role.REVIEWER).get(f"/tickets/{ticket.number}/letter")
    assert "已清理占道摊位" in page.text and "张三：" in page.text and BODY not in page.text
    assert browser(app, Role.HANDLER, "D16").get(f"/tickets/{ticket.number}/letter").status == 404


def test_there_is_no_letter_of_a_reply_that_nobody_accepted(app: APIFlask) -> None:
    ticket = samples.replied()
    assert browser(app, Role.REVIEWER).get(f"/tickets/{ticket.number}/letter").status == 404


def test_markup_is_shown_and_never_run(app: APIFlask) -> None:
    ticket = samples.dispatched(body=f"{BODY}{MARKUP}", title=MARKUP)
    beside.supplement(ticket, MARKUP, by="citizen", now=samples.LATER, via="web")
    db.session.commit()
    operator = browser(app, Role.OPERATOR)
    for sheet in ("", "/print", "/order"):
        text = operator.get(f"/tickets/{ticket.number}{sheet}").text
        assert MARKUP not in text and "&lt;script&gt;" in text, sheet
