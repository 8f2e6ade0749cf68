"""What lies on the desk: the queue, who is calling, notes and flags, figures, drafts."""

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline import clock, drafts
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.citizens import marking, operations, queries
from hotline.citizens.rules import Flag
from hotline.console import categories
from hotline.errors import Invalid, NotFound, Refused
from hotline.extensions import db
from hotline.initials import initials
from hotline.people.models import Staff
from hotline.tickets import again
from hotline.tickets.again import Way
from hotline.tickets.intake import Place
from hotline.tickets.kinds import Channel
from hotline.tickets.states import State
from tests import factories
from tests.factories import NOW

PHONE = "13812345678"
LONG_AGO, LATELY = NOW - timedelta(days=31), NOW - timedelta(days=30)


@pytest.fixture
def person(app: APIFlask) -> Staff:
    """An operator."""
    return factories.staff("op", Role.OPERATOR)


@pytest.fixture
def desk(app: APIFlask, person: Staff) -> FlaskClient:
    """The operator's browser."""
    client = app.test_client()
    factories.sign_in(client, person)
    return client


def token(client: FlaskClient) -> str:
    """The page's CSRF token."""
    return factories.hidden(client.get("/console").get_data(as_text=True), "csrf_token")


def seal(client: FlaskClient) -> str:
    """The sealed key of the caller with the phone."""
    page = client.get("/console/caller", query_string={"phone": PHONE}).get_data(as_text=True)
    return factories.hidden(page, "who")


def test_the_queue_is_filtered_by_channel(desk: FlaskClient) -> None:
    factories.taken(may_sort=False, title="网上来的")
    factories.taken(may_sort=False, title="短信来的", channel=Channel.SMS)
    factories.taken(may_sort=False, title="上级转来的", channel=Channel.PROVINCE)
    shown = {
        channel: desk.get("/console", query_string={"channel": channel}).get_data(as_text=True)
        for channel in ("", "sms", "web", "mailbox", "other")
    }
    for title, where in {"网上来的": "web", "短信来的": "sms", "上级转来的": "other"}.items():
        assert [one for one, page in shown.items() if title in page] == ["", where]


@pytest.mark.parametrize("query", ["cursor=made-up", "channel=pigeon", "nothing=1"])
def test_a_made_up_address_is_refused_politely(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/console?{query}").status_code == 400


def test_an_unknown_item_is_not_found(desk: FlaskClient) -> None:
    assert desk.get("/console?item=2611180000011").status_code == 404


def test_an_item_is_shown_with_the_district_its_words_name(desk: FlaskClient) -> None:
    number = factories.taken(
        may_sort=False, body="昌黎县客运站门口积水。", place=Place("", None)
    ).ticket.number
    page = desk.get(f"/console?item={number}").get_data(as_text=True)
    assert '<option value="C04" selected>' in page
    assert "昌黎县客运站门口积水。" in page


def test_a_caller_is_known_by_the_number_as_it_is_typed(desk: FlaskClient) -> None:
    number = factories.taken(may_sort=False).ticket.number
    page = desk.get("/console/caller?phone=138 1234 5678").get_data(as_text=True)
    assert "张三" in page and number in page and "138****5678" in page
    nobody = desk.get("/console/caller?phone=13900000000").get_data(as_text=True)
    assert "没有来电记录" in nobody


def test_notes_and_flags_are_set_and_ended_with_a_trace(desk: FlaskClient) -> None:
    citizen = factories.taken(may_sort=False).ticket.citizen_id
    assert citizen is not None
    given = {"csrf_token": token(desk), "who": seal(desk)}
    hx = {"HX-Request": "true"}
    for more in ({"do": "note", "words": "请慢些说"}, {"do": "flag", "flag": "hearing_impaired"}):
        page = desk.post("/console/citizen", data=given | more, headers=hx).get_data(as_text=True)
    assert "请慢些说" in page and "听力障碍" in page
    note = queries.notes_of(citizen)[0].id
    desk.post("/console/citizen", data=given | {"do": "end_note", "note_id": str(note)})
    desk.post("/console/citizen", data=given | {"do": "end_flag", "flag": "hearing_impaired"})
    assert (queries.notes_of(citizen), queries.flags_of(citizen)) == ([], [])
    kinds = [one.kind for one in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [one for one in kinds if one.startswith("citizen")] == [
        "citizen_noted",
        "citizen_flagged",
        "citizen_note_ended",
        "citizen_flag_ended",
    ]


def test_nobody_reaches_a_citizen_by_a_made_up_key(desk: FlaskClient) -> None:
    given = {"csrf_token": token(desk), "who": "1", "do": "note", "words": "x"}
    assert desk.post("/console/citizen", data=given).status_code == 422


def test_marks_are_bounded_and_set_once(app: APIFlask) -> None:
    citizen = factories.taken(may_sort=False).ticket.citizen_id
    assert citizen is not None
    for _ in range(2):
        marking.flag(citizen, Flag.DIALECT, by="staff:801", now=NOW)
    assert [one.flag for one in queries.flags_of(citizen)] == [Flag.DIALECT]
    for _ in range(marking.MOST_NOTES):
        marking.note(citizen, "一条", by="staff:801", now=NOW)
    with pytest.raises(Refused):
        marking.note(citizen, "多一条", by="staff:801", now=NOW)
    with pytest.raises(NotFound):
        marking.note(0, "没有这个人", by="staff:801", now=NOW)


def test_marks_are_erased_with_the_citizen(app: APIFlask) -> None:
    citizen = factories.taken(may_sort=False).ticket.citizen_id
    assert citizen is not None
    marking.note(citizen, "一条", by="staff:801", now=NOW)
    operations.erase(citizen, by="staff:801", now=NOW)
    assert queries.notes_of(citizen) == []


def test_figures_are_the_operators_own_of_today(desk: FlaskClient) -> None:
    sent = {"csrf_token": token(desk), "body": "社保卡怎么补办？", "leave_by": "answer"}
    desk.post("/console", data=sent | {"answer": "到网点办理。"})
    factories.taken(now=clock.now())
    page = desk.get("/console").get_data(as_text=True)
    assert page.count("<dd>1</dd>") == 2  # taken in, answered


def test_drafts_are_listed_to_go_on_with(desk: FlaskClient, person: Staff) -> None:
    values = {"body": ["文化路路灯坏了"], "leave_by": ["answer"]}
    drafts.keep(person.id, "entry", values, address="/console", now=clock.now())
    db.session.commit()
    page = desk.get("/console").get_data(as_text=True)
    assert '<a href="/console"' in page and "文化路路灯坏了</a>" in page


@pytest.mark.parametrize(
    ("state", "closed_at", "ways"),
    [
        (State.IN_PROGRESS, None, [Way.PROGRESS, Way.SUPPLEMENT, Way.URGE]),
        (State.CLOSED, LATELY, [Way.PROGRESS, Way.REOPEN]),
        (State.CLOSED, LONG_AGO, [Way.PROGRESS]),
        (State.MERGED, LATELY, [Way.PROGRESS]),
    ],
)
def test_which_ways_are_open_with_a_known_ticket(
    state: State, closed_at: datetime | None, ways: list[Way]
) -> None:
    assert again.ways(state, closed_at, NOW) == ways
    for way in set(Way) - set(ways):
        with pytest.raises(Refused):
            again.check_way(way, state, closed_at, NOW)


def test_only_what_ended_long_ago_is_repeated() -> None:
    again.check_repeat(State.CLOSED, LONG_AGO, NOW)
    for state, closed_at in ((State.CLOSED, LATELY), (State.IN_PROGRESS, None)):
        with pytest.raises(Invalid):
            again.check_repeat(state, closed_at, NOW)


def test_initials_of_common_characters() -> None:
    assert initials("停水报修") == "tsbx"
    assert initials("占道经营 A1") == "zdjya1"
    assert initials("阿座，〇") == "az"


def test_a_leaf_is_offered_with_limit_unit_and_initials(app: APIFlask) -> None:
    [(title, leaves)] = categories.groups()
    water = next(one for one in leaves if one.code == "T010102")
    assert title == "试验 › 试验组"
    assert (water.name, water.days, water.hours, water.initials) == ("停水报修", 1, 24, "tsbx")
