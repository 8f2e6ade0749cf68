"""Merging and splitting from outside: pages and API, who may, what is refused, in which words."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline import relay
from hotline.attachments.rules import Source
from hotline.extensions import db
from hotline.tickets.models import Ticket
from hotline.tickets.split_models import TicketPart
from hotline.tickets.states import State
from tests.attachments import town
from tests.browsing import Browser
from tests.flows import steps
from tests.flows.machines import SORTING, Api
from tests.flows.steps import Hall
from tests.webhooks import doors

WATER = {"body": "三号楼停水", "request_type": "help", "category": "T010102", "unit": "E01"}
STALLS = {"title": "夜市", "body": "夜市占道", "request_type": "complaint", "category": "T010101"}
PARTS = {"parts": [WATER, STALLS]}
ROWS: dict[str, Any] = {
    "count": "2",
    "body-1": "三号楼停水",
    "request_type-1": "help",
    "category-1": "T010102",
    "unit-1": "E01",
    "title-2": "夜市占道",
    "body-2": "夜市占道",
    "request_type-2": "complaint",
    "category-2": "T010101",
}


@pytest.fixture
def api(hall: Hall, client: FlaskClient) -> Api:
    return Api(hall, client)


def waiting(api: Api, n: int = 1) -> str:
    """A ticket of the n-th citizen that waits for dispatch."""
    citizen = {"name": "李四", "phone": f"138000001{n:02d}"}
    number: str = api.make(citizen=citizen, **SORTING)["number"]
    return number


def parts_of(number: str) -> list[Ticket]:
    """The parts of the ticket, in order."""
    relay.drain()
    whole = steps.ticket_of(number)
    made = db.session.query(Ticket).join(TicketPart, TicketPart.part_id == Ticket.id)
    return list(made.filter(TicketPart.parent_id == whole.id).order_by(TicketPart.position))


def test_merge_and_unmerge_by_api(api: Api) -> None:
    lead, one = waiting(api, 1), waiting(api, 2)
    merged = api.do("dispatcher", one, "merge", {"into": lead})
    assert merged["state"] == "merged"
    assert [(x["link"], x["number"]) for x in merged["related"]] == [("lead", lead)]
    seen = api.get("dispatcher", f"/tickets/{lead}").get_json()["related"]
    assert [(x["link"], x["number"], x["of_kind"]) for x in seen] == [("follower", one, 1)]
    again = api.do("dispatcher", one, "unmerge")
    assert (again["state"], again["related"]) == ("pending_dispatch", [])
    assert again["due_at"] is not None
    steps.is_at(one, State.PENDING_DISPATCH)


def test_split_by_api(api: Api) -> None:
    number = waiting(api)
    made = api.do("dispatcher", number, "split", PARTS)
    assert (made["state"], made["unit"], made["due_at"]) == ("in_progress", None, None)
    assert [one["link"] for one in made["related"]] == ["part", "part"]
    water, stalls = (one.number for one in parts_of(number))
    part = api.get("dispatcher", f"/tickets/{water}").get_json()
    assert (part["unit"], part["related"][0]["number"]) == ("E01", number)
    unit = api.get("water", f"/tickets/{water}").get_json()
    assert unit["related"] == [], "a unit learns nothing of the citizen's other matters"
    assert number not in str(unit) and stalls not in str(unit)
    assert api.get("water", f"/tickets/{number}").status_code == 404


REFUSALS: tuple[tuple[str, dict[str, Any], int, str, str], ...] = (
    ("merge", {}, 422, "invalid", "请填写"),
    ("merge", {"into": "404"}, 422, "unknown_lead", "没有此编号的工单，请核对"),
    ("merge", {"into": "{n}"}, 422, "bad_lead", "不能并入自身"),
    ("merge", {"into": "{closed}"}, 422, "bad_lead", "已终结"),
    ("merge", {"into": "{follower}"}, 422, "in_a_ring", "循环"),
    ("unmerge", {}, 409, "wrong_state", "待派单"),
    ("split", {}, 422, "too_few_parts", "至少分为两件"),
    ("split", {"parts": []}, 422, "too_few_parts", "至少分为两件"),
    ("split", {"parts": [WATER]}, 422, "too_few_parts", "至少分为两件"),
    ("split", {"parts": "x"}, 422, "invalid", ""),
    ("split", {"parts": [WATER, STALLS | {"body": "  "}]}, 422, "invalid", ""),
    ("split", {"parts": [WATER, STALLS | {"category": "X"}]}, 422, "unknown_category", "分类"),
    ("split", {"parts": [WATER | {"unit": "X9"}, STALLS]}, 422, "unknown_unit", "单位"),
)


@pytest.mark.parametrize(("verb", "body", "status", "code", "words"), REFUSALS)
def test_what_is_refused_changes_nothing(
    api: Api, verb: str, body: dict[str, Any], status: int, code: str, words: str
) -> None:
    number, follower, closed = waiting(api, 1), waiting(api, 2), waiting(api, 3)
    if "{follower}" in str(body):
        api.do("dispatcher", follower, "merge", {"into": number})
    if "{closed}" in str(body):
        api.do("operator", closed, "withdraw", {"reason": "好了"})
    named = {"n": number, "follower": follower, "closed": closed}
    sent = {name: one.format(**named) if name == "into" else one for name, one in body.items()}
    before = steps.ticket_of(number).last_seq
    answer = api.post("dispatcher", f"/tickets/{number}/{verb}", sent)
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), error
    assert words in str(error["message"]) + str(error["fields"])
    api.hall.people["dispatcher"].locale = "en"
    db.session.commit()
    english = api.post("dispatcher", f"/tickets/{number}/{verb}", sent).get_json()["error"]
    assert english["code"] == code and english["message"].isascii(), english
    assert steps.ticket_of(number).last_seq == before


def test_only_dispatchers_merge_and_split(api: Api) -> None:
    lead, one = waiting(api, 1), waiting(api, 2)
    for who in ("operator", "handler", "reviewer", "agent", "supervisor", "head"):
        for verb, body in (("merge", {"into": lead}), ("unmerge", {}), ("split", PARTS)):
            assert api.post(who, f"/tickets/{one}/{verb}", body).status_code == 403
    assert api.post(None, f"/tickets/{one}/merge", {"into": lead}).status_code == 401


def test_merging_on_the_tickets_page(api: Api, hall: Hall) -> None:
    lead, one = waiting(api, 1), waiting(api, 2)
    browser = hall.browser("dispatcher")
    path = f"/tickets/{one}/merge"
    wrong = browser.submit(browser.get(f"/tickets/{one}"), path, into="404")
    assert wrong.status == 422 and "没有此编号的工单" in wrong.text and 'value="404"' in wrong.text
    done = browser.submit(browser.get(f"/tickets/{one}"), path, into=lead)
    assert done.status == 200 and "已并入主单" in done.text and lead in done.text
    page = browser.get(f"/tickets/{lead}").text
    assert "反映同一事项的工单" in page and one in page and "并入本单" in page
    assert browser.client.post(path, data={"into": lead}).status_code == 400, "CSRF"
    out = f"/tickets/{one}/unmerge"
    empty = browser.submit(browser.get(f"/tickets/{one}"), out, reason="")
    assert empty.status == 422
    back = browser.submit(browser.get(f"/tickets/{one}"), out, reason="不是同一处")
    assert "解除并单" in back.text and "不是同一处" in back.text
    steps.is_at(one, State.PENDING_DISPATCH)


def test_the_unit_learns_how_many_and_not_who(api: Api, hall: Hall) -> None:
    lead, one = waiting(api, 1), waiting(api, 2)
    api.do("dispatcher", lead, "dispatch", {"lead": "C01"})
    api.do("dispatcher", one, "merge", {"into": lead})
    page = hall.browser("handler").get(f"/tickets/{lead}").text
    assert "另有 1 位市民反映同一事项" in page and one not in page
    told = api.get("handler", f"/tickets/{lead}").get_json()
    assert [(x["number"], x["title"], x["of_kind"]) for x in told["related"]] == [(None, None, 1)]


def test_splitting_on_its_page(api: Api, hall: Hall) -> None:
    number = waiting(api)
    browser, path = hall.browser("dispatcher"), f"/tickets/{number}/split"
    page = browser.get(path)
    assert page.status == 200 and page.text.count('class="split-part"') == 2
    titled: dict[str, Any] = {"title-1": "第一件的标题", "more": "1"}
    more = browser.submit(page, path, **titled)
    assert more.text.count('class="split-part"') == 3 and "第一件的标题" in more.text
    fewer = browser.submit(more, path, fewer="1", count="3")
    assert fewer.text.count('class="split-part"') == 2
    wrong = browser.submit(page, path, **(ROWS | {"unit-1": "X9"}))
    assert wrong.status == 422 and "没有" in wrong.text and 'id="f-unit-1-error"' in wrong.text
    empty = browser.submit(page, path, **(ROWS | {"body-2": ""}))
    assert empty.status == 422 and 'id="f-body-2-error"' in empty.text
    done = browser.submit(browser.get(path), path, **ROWS)
    assert done.path == f"/tickets/{number}" and "已办结分单" in done.text
    assert "全部办结后本单自动办结" in done.text
    water, stalls = parts_of(number)
    assert (water.state, stalls.state) == (State.PENDING_SIGNATURE, State.PENDING_DISPATCH)
    assert "只有待派单的工单可以拆单" in browser.get(path).text
    sheet = browser.get(f"/tickets/{number}/print").text
    assert water.number in sheet and "并单与拆单" in sheet
    part = browser.get(f"/tickets/{water.number}").text
    assert number in part and stalls.number in part and "拆单所属" in part


def test_the_citizen_follows_the_parts_with_one_code(api: Api, hall: Hall) -> None:
    made = api.make(**SORTING)
    number, code = made["number"], made["query_code"]
    api.do("dispatcher", number, "split", PARTS)
    water, stalls = parts_of(number)
    citizen: Browser = hall.citizen
    other = "/track/" + stalls.number
    assert citizen.client.get(other).status_code == 303
    page = citizen.submit(citizen.get("/track"), "/track", number=number, query_code=code)
    assert "涉及 2 件事，已办结 0 件" in page.text and water.number in page.text
    part = citizen.get(other)
    assert part.path == other and "夜市占道" in part.text and number in part.text
    own = Browser(hall.app)
    found = own.submit(
        own.get("/track"), "/track", number=water.number, query_code=doors.code_of(water)
    )
    assert found.path == f"/track/{water.number}" and number not in found.text


def test_the_whole_s_files_are_the_parts_units_too(api: Api, hall: Hall) -> None:
    number = waiting(api)
    file = town.added(steps.ticket_of(number), Source.CITIZEN)
    api.do("dispatcher", number, "split", PARTS)
    water, _ = parts_of(number)
    path = f"/tickets/{water.number}/attachments"
    seen = api.get("water", f"/tickets/{water.number}").get_json()["attachments"]
    assert [one["key"] for one in seen] == [file.key]
    assert hall.browser("water").get(f"{path}/{file.key}").status == 200
    assert hall.browser("stranger").get(f"{path}/{file.key}").status == 404


def test_a_confidential_whole_shows_the_units_no_original(api: Api, hall: Hall) -> None:
    number: str = api.make(confidential=True, **SORTING)["number"]
    town.added(steps.ticket_of(number), Source.CITIZEN)
    bare = api.post("dispatcher", f"/tickets/{number}/split", PARTS)
    assert bare.get_json()["error"]["code"] == "unit_text_needed"
    written = {"parts": [WATER | {"unit_text": "某小区停水"}, STALLS]}
    api.do("dispatcher", number, "split", written)
    water, _ = parts_of(number)
    seen = api.get("water", f"/tickets/{water.number}").get_json()
    assert (seen["body"], seen["citizen"], seen["attachments"]) == ("某小区停水", None, [])
    assert "三号楼" not in str(seen) and number not in str(seen)


def test_several_are_ticked_in_the_search(api: Api, hall: Hall) -> None:
    lead, one = waiting(api, 1), waiting(api, 2)
    browser = hall.browser("dispatcher")
    page = browser.get("/search")
    assert page.text.count('name="numbers"') >= 2 and "/dispatch/together" in page.text
    assert 'name="numbers"' not in hall.browser("operator").get("/search").text
    api.do("dispatcher", lead, "dispatch", {"lead": "C01"})
    shown = browser.client.get(f"/dispatch/together?numbers={one}&numbers={lead}")
    text = shown.get_data(as_text=True)
    assert text.index(f'name="into" value="{lead}"') < text.index(f'name="into" value="{one}"')
