"""The supervisors' page and everybody's warnings over HTTP: what each shows, opens, refuses."""

import re
from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline import clock
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people.models import Duty, Unit
from hotline.tickets.kinds import Urgency
from hotline.tickets.models import Ticket
from supervision import duty, jobs, reminding
from supervision.duty import Rung
from supervision.models import Card, DutyCall, Reach, WarningRow
from supervision.rules import DEFAULTS, RingOutcome, Whom
from tests import factories
from tests.browsing import Browser
from tests.dispatch import samples as handling
from tests.supervision import samples
from tests.supervision.samples import People, at, pass_until

TABS = ("lamps", "today", "cards", "calls", "orders", "dissatisfied", "returns", "late", "clocks")


@pytest.fixture
def crew(app: APIFlask) -> People:
    """Everybody who takes part."""
    del app
    return samples.people()


@pytest.fixture
def ticket(crew: People) -> Ticket:
    """A ticket of D16 with a yellow and a red card."""
    del crew
    made = handling.dispatched()
    samples.forget_facts()
    pass_until("2026-11-19 16:00")
    pass_until("2026-11-19 17:30")
    return made


def browser(app: APIFlask, who: object) -> Browser:
    """Somebody's browser, signed in."""
    made = Browser(app)
    made.sign_in(who)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_in_both_languages(
    app: APIFlask, crew: People, ticket: Ticket, tab: str
) -> None:
    del ticket
    mine = browser(app, crew.supervisor)
    assert mine.get("/supervision", tab=tab).status == 200
    crew.supervisor.locale = "en"
    db.session.commit()
    assert "Is it done, and in time" in mine.get("/supervision", tab=tab).text


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "nothing"},
        {"tab": "cards", "cursor": "made-up"},
        {"tab": "cards", "unit": "X99"},
        {"tab": "cards", "colour": "blue"},
        {"tab": "clocks", "cursor": "1.99999999999999999999999"},
        {"tab": "today", "cursor": "²"},
        {"tab": "late", "cursor": "9" * 40},
        {"tab": "orders", "state": "none"},
    ],
)
def test_what_is_made_up_is_refused(app: APIFlask, crew: People, query: dict[str, str]) -> None:
    assert browser(app, crew.supervisor).get("/supervision", **query).status == 400


def test_lamps_lead_to_their_clocks_and_tickets(
    app: APIFlask, crew: People, ticket: Ticket
) -> None:
    mine = browser(app, crew.supervisor)
    page = mine.get("/supervision")
    assert "tab=clocks&amp;lamp=red&amp;unit=D16" in page.text
    there = mine.get("/supervision", tab="clocks", lamp="red", unit="D16")
    assert ticket.number in there.text
    assert ticket.number not in mine.get("/supervision", tab="clocks", lamp="red", unit="D14").text


def test_cards_can_be_narrowed_and_say_who_has_opened_them(
    app: APIFlask, crew: People, ticket: Ticket
) -> None:
    mine, unit = browser(app, crew.supervisor), browser(app, crew.handler)
    page = mine.get("/supervision", tab="cards", colour="red", unit="D16", voided="no")
    assert page.text.count(f"/tickets/{ticket.number}") == 2 and "已提醒3人，0人已阅" in page.text
    red = db.session.scalars(select(WarningRow.id).order_by(WarningRow.id.desc())).all()
    own = select(WarningRow).where(WarningRow.staff_id == crew.handler.id)
    warning = db.session.scalars(own.order_by(WarningRow.id.desc())).first()
    assert warning is not None and warning.id in red
    assert unit.get(f"/warnings/{warning.id}").path == f"/tickets/{ticket.number}"
    page = mine.get("/supervision", tab="cards", colour="red")
    assert "已提醒3人，1人已阅" in page.text
    assert mine.get(f"/warnings/{warning.id}").status == 404, "not the supervisor's own"


def test_a_unit_sees_its_own_cards_and_no_others(
    app: APIFlask, crew: People, ticket: Ticket
) -> None:
    unit, stranger = browser(app, crew.handler), browser(app, crew.stranger)
    assert ticket.number in unit.get("/warnings", tab="cards").text
    assert ticket.number not in stranger.get("/warnings", tab="cards").text
    api = app.test_client()
    seen = api.get("/api/v1/cards", headers=factories.bearer(crew.handler)).get_json()
    assert [one["colour"] for one in seen["items"]] == ["red", "yellow"]
    other = api.get("/api/v1/cards", headers=factories.bearer(crew.stranger)).get_json()
    assert other == {"items": [], "next": None}
    assert browser(app, crew.leader).get("/warnings", tab="cards").status == 404


def test_warnings_are_counted_until_they_are_read(
    app: APIFlask, crew: People, ticket: Ticket
) -> None:
    del ticket
    unit = browser(app, crew.handler)
    page = unit.get("/warnings")
    assert page.text.count("未读") == 2
    done = unit.submit(page, "/warnings/read")
    assert "未读" not in done.text


def test_ones_own_number_is_kept_and_forgotten(app: APIFlask, crew: People) -> None:
    unit = browser(app, crew.handler)
    page = unit.get("/warnings")
    bad = unit.submit(page, "/warnings/reach", wants_texts="true")
    assert bad.status == 422 and "请填写接收短信的手机号" in bad.text
    assert unit.submit(page, "/warnings/reach", phone="110x").status == 422
    unit.submit(unit.get("/warnings"), "/warnings/reach", phone="13900000001", wants_texts="true")
    kept = db.session.query(Reach).one()
    assert (kept.phone, kept.wants_texts) == ("+8613900000001", True)
    unit.submit(unit.get("/warnings"), "/warnings/reach", phone="")
    assert db.session.query(Reach).count() == 0


def test_a_card_is_voided_by_hand_with_a_reason(
    app: APIFlask, crew: People, ticket: Ticket
) -> None:
    mine, here = browser(app, crew.supervisor), f"/tickets/{ticket.number}"
    card = db.session.scalars(select(Card).where(Card.colour == "red")).one()
    action = f"{here}/cards/{card.id}/void"
    assert mine.submit(mine.get(here), action, reason="").status == 422
    done = mine.submit(mine.get(here), action, reason="派错了单位")
    assert "派错了单位" in done.text and "热线自身原因" in done.text
    api = app.test_client().post(
        f"/api/v1{action}", json={"reason": "又一次"}, headers=factories.bearer(crew.supervisor)
    )
    assert api.status_code == 409 and api.get_json()["error"]["code"] == "voided_already"


def test_ringing_the_duty_phone(app: APIFlask, crew: People) -> None:
    unit = factories.unit("D15")
    today = factories.NOW.date()
    db.session.add(
        Duty(
            unit_id=unit.id,
            since_on=today,
            until_on=today,
            name="赵值班",
            phone="+8613500001111",
            deputy_name="钱副班",
            deputy_phone="+8613500002222",
            entered_by="staff:1",
            entered_at=factories.NOW,
        )
    )
    ticket = handling.dispatched(category="T010104", unit="D15", urgency=Urgency.CRITICAL)
    samples.forget_facts()
    pass_until(factories.NOW + timedelta(minutes=16))
    call = db.session.query(DutyCall).one()
    with time_machine.travel(factories.NOW + timedelta(minutes=20), tick=False):
        mine = browser(app, crew.supervisor)
        page = mine.get("/supervision", tab="calls")
        assert ticket.number in page.text and "赵值班" in page.text
        assert "13500001111" not in page.text
        action = f"/supervision/calls/{call.id}"
        shown = mine.submit(page, f"{action}/number", whom="duty")
        assert "13500001111" in shown.text
        trace = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "duty_number_shown"))
        assert trace.one().actor == f"staff:{crew.supervisor.id}"
        assert mine.submit(page, f"{action}/number", whom="unit_head").path == "/supervision"
        mine.submit(page, action, whom="duty", outcome="no_answer", note="响铃无人接")
        page = mine.get("/supervision", tab="calls")
        assert "响铃无人接" in page.text
        mine.submit(page, action, whom="deputy", outcome="reached")
        assert "没有待拨打的值班电话" in mine.get("/supervision", tab="calls").text
    with pytest.raises(Refused) as over:
        rung = Rung(Whom.DEPUTY, RingOutcome.REACHED)
        duty.write_down(call.id, rung, by="staff:1", now=factories.NOW)
    assert over.value.code == "call_over"


def test_units_are_reminded_once_a_working_day(app: APIFlask, crew: People) -> None:
    del app
    handling.dispatched()
    for moment in ("2026-11-19 09:00", "2026-11-19 09:30", "2026-11-20 09:00", "2026-11-21 09:00"):
        with time_machine.travel(at(moment), tick=False):
            jobs.remind_unsigned()
    found = db.session.query(WarningRow).filter_by(staff_id=crew.handler.id, kind="unsigned")
    assert [one.facts["count"] for one in found] == [1, 1], "the 21st is a Saturday"
    assert db.session.query(WarningRow).filter_by(staff_id=crew.stranger.id).count() == 0


def test_a_unit_where_nobody_logs_in_is_reminded_and_the_supervisor_told(
    app: APIFlask, crew: People
) -> None:
    handling.dispatched()
    now = clock.now() + timedelta(days=4)
    day = now.date()
    assert reminding.of_absent(day, now=now, numbers=DEFAULTS) == 1
    told = {one.staff_id for one in db.session.query(WarningRow).filter_by(kind="absent")}
    assert told == {crew.handler.id, crew.unit_head.id, crew.supervisor.id}
    db.session.rollback()
    with time_machine.travel(now, tick=False):
        browser(app, crew.handler)
    assert reminding.of_absent(day, now=now, numbers=DEFAULTS) == 0
    assert db.session.query(Unit).filter_by(code="D16").one().name


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.DISPATCHER, Role.ADMINISTRATOR])
def test_who_is_not_warned_has_no_page(app: APIFlask, role: Role) -> None:
    who = browser(app, factories.staff("no", role))
    assert who.get("/warnings").status == 403 and who.get("/supervision").status == 403


def test_of_a_confidential_ticket_the_matter_is_read_and_not_the_person(
    client: FlaskClient, crew: People
) -> None:
    ticket = factories.sorted_ticket(is_confidential=True, body="举报工地夜间偷排。")
    headers = factories.bearer(crew.supervisor)
    seen = client.get(f"/api/v1/tickets/{ticket.number}", headers=headers).get_json()
    assert (seen["body"], seen["citizen"]) == ("举报工地夜间偷排。", None)


@pytest.mark.parametrize("tab", ["cards", "orders", "clocks"])
def test_a_unit_is_chosen_by_its_name(
    app: APIFlask, crew: People, ticket: Ticket, tab: str
) -> None:
    page = browser(app, crew.supervisor).get("/supervision", tab=tab, unit="D16")
    assert re.search(r'<option value="D16" selected>市城市管理综合行政执法局', page.text)
    assert tab != "cards" or ticket.number in page.text
    assert browser(app, crew.supervisor).get("/supervision", tab=tab, unit="X99").status == 400
