"""What a newcomer finds after the first start: everything in every state, and nothing to send."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from callbacks.models import Plan
from callbacks.rules import Ending
from demo import articles, extras, people, pictures
from demo.tickets import HOTLINE
from hotline import clock, counters
from hotline.attachments.models import Attachment
from hotline.citizens.models import CitizenNote
from hotline.events import DeadLetter, OutboxRow
from hotline.extensions import db
from hotline.messages import sending
from hotline.messages.models import Message
from hotline.messages.rules import WAITING, Delivery, Direction, MessageRules
from hotline.people.models import Duty, Membership, Staff, Unit
from hotline.tickets import audit, timing
from hotline.tickets.clocks import Clock, Lamp
from hotline.tickets.filters import SavedFilter
from hotline.tickets.kinds import Channel, RequestType, Urgency
from hotline.tickets.models import ClockRow, Holder, Ticket, TicketEvent, TicketText
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import FINAL, State, Verb
from kb.models import Article
from tests.browsing import Browser, Page
from tests.demo.conftest import Demo, seed

DISPATCHED = (State.PENDING_SIGNATURE, State.IN_PROGRESS, State.IN_REVIEW, State.CLOSED)
FEWEST, MOST = 290, 350
OUTAGE = "春晖里小区全小区停水"


def tickets(*conditions: object) -> list[Ticket]:
    """The tickets for which these hold, oldest first."""
    return list(db.session.scalars(select(Ticket).where(*conditions).order_by(Ticket.id)))  # type: ignore[arg-type]


def opened(browser: Browser, address: str) -> Page:
    """The page at an address with its tab."""
    path, _, query = address.partition("?tab=")
    return browser.get(path, **({"tab": query} if query else {}))


def test_it_says_what_it_made(demo: Demo) -> None:
    for line in ("86 units", "261 catalogue rows", "8 sub-units", "282 logins"):
        assert line in demo.output
    assert f"{len(articles.files())} articles" in demo.output
    assert f"{len(tickets())} tickets" in demo.output


def test_asked_again_it_changes_nothing(demo: Demo) -> None:
    before = len(tickets()), db.session.scalar(select(func.count(Staff.id)))
    again = seed(demo.app, "--demo", "--if-empty")
    assert (again.exit_code, "nothing was done" in again.output) == (0, True)
    without = seed(demo.app, "--demo")
    assert (without.exit_code, "is taken" in without.output) == (1, True)
    assert (len(tickets()), db.session.scalar(select(func.count(Staff.id)))) == before


def test_production_gets_no_demo(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(demo.app.config, "IS_PRODUCTION", True)
    refused = seed(demo.app, "--demo", "--if-empty")
    assert refused.exit_code == 1
    assert "HOTLINE_ENV=production" in refused.output


def test_the_directory_alone_is_for_production_too(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(demo.app.config, "IS_PRODUCTION", True)
    before = db.session.scalar(select(func.count(Staff.id)))
    loaded = seed(demo.app)
    assert (loaded.exit_code, "86 units" in loaded.output) == (0, True)
    assert "logins" not in loaded.output
    assert db.session.scalar(select(func.count(Unit.id))) == 86 + 8
    assert db.session.scalar(select(func.count(Staff.id))) == before


def test_every_state_channel_and_type_occurs(demo: Demo) -> None:
    made = tickets()
    assert FEWEST <= len(made) <= MOST
    assert {one.state for one in made} == set(State)
    assert {one.channel for one in made} == set(Channel)
    assert {one.request_type for one in made} >= set(RequestType)
    assert {one.district_code for one in made} >= {f"C{n:02}" for n in range(1, 10)}


def test_most_are_over_and_their_citizens_content(demo: Demo) -> None:
    made = tickets()
    assert len([one for one in made if one.state in FINAL]) > len(made) / 2
    rated = select(Plan.satisfied, func.count()).where(Plan.outcome == Ending.ANSWERED)
    counts = {score: count for score, count in db.session.execute(rated.group_by(Plan.satisfied))}
    content = sum(count for score, count in counts.items() if score and score >= 3)
    assert 0.8 < content / sum(counts.values()) < 0.95
    endings = set(db.session.scalars(select(Plan.outcome).distinct()))
    assert endings >= {Ending.ANSWERED, Ending.UNREACHABLE, Ending.REFUSED, None}


def test_every_desk_has_work(demo: Demo) -> None:
    waiting = Counter(one.state for one in tickets(Ticket.state.not_in(FINAL)))
    for state, least in (
        (State.RECEIVED, 12),
        (State.PENDING_DISPATCH, 12),
        (State.RETURN_REQUESTED, 3),
        (State.IN_REVIEW, 8),
        (State.AWAITING_CALLBACK, 10),
    ):
        assert waiting[state] >= least, state
    undecided = select(func.count(Plan.id)).where(Plan.is_undecided)
    assert (db.session.scalar(undecided) or 0) >= 2
    held = (
        select(Unit.code, func.count())
        .join(Holder, Holder.unit_id == Unit.id)
        .join(Ticket, Ticket.id == Holder.ticket_id)
        .where(Holder.until.is_(None), Ticket.state.not_in(FINAL))
    )
    units = {code: count for code, count in db.session.execute(held.group_by(Unit.code))}
    assert len(units) >= 25
    assert all(units[code] >= 5 for code in ("D14", "D16", "D15", "C01", "C03", "E01"))


def test_citizens_come_back(demo: Demo) -> None:
    several = select(Ticket.citizen_id).group_by(Ticket.citizen_id).having(func.count() > 1)
    assert len(db.session.scalars(several).all()) >= 5


def test_lamps_are_lit_as_the_clocks_stand(demo: Demo) -> None:
    shown = {(one.state, one.lamp) for one in tickets()}
    assert {lamp for _, lamp in shown} == set(Lamp)
    assert {(State.IN_PROGRESS, Lamp.YELLOW), (State.IN_PROGRESS, Lamp.RED)} <= shown
    assert (State.PENDING_SIGNATURE, Lamp.RED) in shown
    for ticket in tickets(Ticket.due_at.is_not(None)):
        rows = db.session.scalars(
            select(ClockRow).where(
                ClockRow.ticket_id == ticket.id,
                ClockRow.stopped_at.is_(None),
                ClockRow.due_at == ticket.due_at,
                ClockRow.lamp == ticket.lamp,
            )
        )
        kinds = {row.kind for row in rows}
        assert kinds & {timing.STATE_CLOCK[ticket.state], Clock.DECISION}, ticket.number


def test_what_is_over_has_no_running_clock(demo: Demo) -> None:
    over = select(Ticket.id).where(Ticket.state.in_(FINAL))
    running = select(ClockRow).where(ClockRow.ticket_id.in_(over), ClockRow.stopped_at.is_(None))
    objected = {one.kind for one in db.session.scalars(running)}
    assert objected == {Clock.DECISION}, "only an objection to a refusal waits for its decision"


def test_every_chain_verifies_and_every_counter_is_true(demo: Demo) -> None:
    report = audit.verify_all()
    assert (report.tickets, report.faults) == (len(tickets()), [])
    assert counters.prove(demo.app.extensions["truths"]) == []


def test_nothing_is_left_to_hand_over_or_to_send(demo: Demo) -> None:
    for rows in (OutboxRow, DeadLetter):
        assert db.session.scalar(select(func.count()).select_from(rows)) == 0
    waiting = select(func.count(Message.id)).where(Message.state.in_(WAITING))
    assert db.session.scalar(waiting) == 0
    now = db.session.scalars(select(func.now())).one()
    assert sending.due(now, MessageRules()) == []
    newest = db.session.scalars(select(func.max(Message.sent_at))).one()
    assert newest is not None
    assert newest <= now


def test_citizens_were_told(demo: Demo) -> None:
    out = select(Message.kind, func.count()).where(
        Message.direction == Direction.OUT, Message.state == Delivery.DELIVERED
    )
    kinds = {kind: count for kind, count in db.session.execute(out.group_by(Message.kind))}
    assert {"acknowledged", "dispatched", "replied", "redone", "closed", "rate_request"} <= set(
        kinds
    )
    rated = select(Message).where(Message.direction == Direction.IN, Message.kind == "answer")
    assert {one.body for one in db.session.scalars(rated)} >= {"5", "2"}


def test_events_happen_in_order_and_never_in_the_future(demo: Demo) -> None:
    now = db.session.scalars(select(func.now())).one()
    for ticket in tickets():
        moments = list(
            db.session.scalars(
                select(TicketEvent.at)
                .where(TicketEvent.ticket_id == ticket.id)
                .order_by(TicketEvent.seq)
            )
        )
        assert moments == sorted(moments), ticket.number
        assert moments[-1] <= now
    in_time = tickets(
        Ticket.entered_late_at.is_(None), Ticket.id.not_in(select(TicketPart.part_id))
    )
    received = [one.received_at for one in in_time]
    assert received == sorted(received), "tickets are numbered in the order they came in"


def outage() -> Ticket:
    """The ticket of the water main that several people reported."""
    named = select(TicketText.ticket_id).where(TicketText.title == OUTAGE)
    return db.session.scalars(select(Ticket).where(Ticket.id.in_(named))).one()


def test_the_special_ones_are_there(demo: Demo) -> None:
    assert tickets(Ticket.round > 1, Ticket.state == State.IN_PROGRESS)
    assert tickets(Ticket.round > 1, Ticket.state == State.CLOSED)
    assert tickets(Ticket.round > 2)
    gone = tickets(Ticket.state == State.TRANSFERRED)
    assert {one.urgency for one in gone} == {Urgency.CRITICAL}
    running = select(ClockRow).where(ClockRow.ticket_id == outage().id)
    handling = db.session.scalars(running.where(ClockRow.kind == Clock.HANDLE)).one()
    assert (handling.due_at - handling.started_at).total_seconds() <= 24 * 3600
    followed = Counter(one.merged_into_id for one in tickets(Ticket.state == State.MERGED))
    assert outage().id in followed
    assert max(followed.values()) >= 3
    decision = select(ClockRow).where(
        ClockRow.kind == Clock.DECISION, ClockRow.stopped_at.is_(None)
    )
    waiting = {
        db.session.get_one(Ticket, row.ticket_id).state for row in db.session.scalars(decision)
    }
    assert waiting == {State.RETURN_REQUESTED, State.AWAITING_CALLBACK, State.REFUSED}


def test_the_confidential_report_tells_its_unit_nothing_of_the_person(demo: Demo) -> None:
    for ticket in tickets(Ticket.is_confidential, Ticket.state.in_(DISPATCHED)):
        words = db.session.get_one(TicketText, ticket.id)
        assert words.unit_text
        assert "苗秋生" not in words.unit_text
        assert "尹国梁" not in words.unit_text
    assert tickets(Ticket.request_type == RequestType.REPORT, Ticket.is_confidential)


def test_replies_are_worth_reading(demo: Demo) -> None:
    told = select(TicketEvent).where(TicketEvent.kind == Verb.REPLY.value)
    assert len(db.session.scalars(told).all()) >= 10


def test_the_articles_are_published_by_two(demo: Demo) -> None:
    found = db.session.scalars(select(Article)).all()
    assert {one.state for one in found} >= {"draft", "submitted", "published"}
    published = [one for one in found if one.state == "published"]
    assert len(published) >= 50
    assert all(one.publisher_id and one.author_id != one.publisher_id for one in published)
    assert {one.version for one in published} == {1, 2}
    assert [one for one in found if one.replaces_id], "a changed wording waits"
    today = clock.now().date()
    assert [one for one in published if one.valid_until and one.valid_until < today]


@pytest.mark.parametrize(
    ("username", "home"),
    [("operator6", "/console"), ("dispatcher1", "/dispatch"), ("callback1", "/callbacks"),
     ("d14", "/unit"), ("c03h", "/unit"), ("e01d", "/unit"), ("admin", "/admin")],
)  # fmt: skip
def test_logins_lead_home(demo: Demo, username: str, home: str) -> None:
    browser = Browser(demo.app)
    page = browser.submit(
        browser.get("/login"), "/login", username=username, password=people.PASSWORD
    )
    assert (page.status, page.path) == (200, home)


def test_a_unit_sees_its_tickets_only(demo: Demo) -> None:
    browser = Browser(demo.app)
    browser.submit(browser.get("/login"), "/login", username="e01", password=people.PASSWORD)
    gas = tickets(Ticket.state == State.TRANSFERRED)[0]
    assert OUTAGE in browser.get("/unit", tab="in_progress").text
    assert browser.get(f"/tickets/{outage().number}").status == 200
    assert browser.get(f"/tickets/{gas.number}").status == 404


def test_everybody_is_somebody(demo: Demo) -> None:
    names = list(db.session.scalars(select(Staff.name)))
    assert len(set(names)) == len(names) == 15 + 3 * 86 + 8 + 1
    assert db.session.scalar(select(func.count(Unit.id))) == 86 + 8
    assert HOTLINE == "12345"


@pytest.mark.parametrize(
    ("username", "pages"),
    [
        ("operator1", ("/console", "/search", "/kb", "/tickets/{}")),
        ("dispatcher1", ("/dispatch", "/tickets/{}")),
        ("reviewer1", ("/dispatch/review", "/dispatch/review?tab=returns", "/callbacks/decisions")),
        ("callback1", ("/callbacks", "/callbacks?tab=texts", "/callbacks?tab=answers")),
        ("supervisor1", ("/search", "/tickets/{}")),
        ("c01", ("/unit", "/unit?tab=in_progress", "/unit?tab=redo", "/unit?tab=closed")),
        ("admin", ("/admin",)),
    ],
)
def test_every_page_opens(demo: Demo, username: str, pages: tuple[str, ...]) -> None:
    browser = Browser(demo.app)
    browser.submit(browser.get("/login"), "/login", username=username, password=people.PASSWORD)
    numbers = list({(one.state, one.round): one.number for one in tickets()}.values())
    for path in pages:
        for number in numbers if "{}" in path else numbers[:1]:
            page = opened(browser, path.format(number))
            assert (page.status, page.path) == (200, path.format(number).partition("?")[0])


def test_what_waits_for_the_desks_is_there(demo: Demo) -> None:
    for username, path, title in (
        ("callback1", "/callbacks", "工地半夜浇混凝土"),
        ("callback1", "/callbacks?tab=texts", "无障碍坡道被花箱挡住"),
        ("head1", "/callbacks/decisions", "电梯三天两头停用"),
        ("reviewer1", "/dispatch/review", "山村吃水困难"),
        ("reviewer1", "/dispatch/review?tab=returns", "路口绿化带太高挡住视线"),
        ("dispatcher1", "/dispatch", "楼前污水井冒水"),
        ("c01", "/unit?tab=redo", "小区楼道一个月没人打扫"),
    ):
        browser = Browser(demo.app)
        browser.submit(browser.get("/login"), "/login", username=username, password=people.PASSWORD)
        assert title in opened(browser, path).text, path


def test_beside_the_tickets_there_is_what_a_hotline_in_use_has(demo: Demo) -> None:
    assert db.session.scalar(select(func.count(Duty.id))) == 2 * len(extras.ON_DUTY)
    ending = select(func.count(Membership.id)).where(Membership.until.is_not(None))
    assert db.session.scalar(ending) == len(extras.STAND_INS)
    assert db.session.scalar(select(func.count(SavedFilter.id))) == len(extras.FILTERS)
    assert db.session.scalar(select(func.count(CitizenNote.id))) == len(extras.NOTES)
    pictured = db.session.scalars(select(Attachment.ticket_id).distinct()).all()
    assert len(pictured) == len(pictures.SCENES)
    browser = Browser(demo.app)
    browser.submit(browser.get("/login"), "/login", username="d14", password=people.PASSWORD)
    for _, page, name, _ in extras.FILTERS[:2]:
        assert name in browser.get(f"/{page}").text


def test_a_good_part_lies_on_the_map(demo: Demo) -> None:
    pinned = select(func.count(TicketText.ticket_id)).where(TicketText.lat.is_not(None))
    assert (db.session.scalar(pinned) or 0) > len(tickets()) / 3
