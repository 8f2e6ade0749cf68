"""One citizen's matter through all of it, by text, by web form and by staff entry."""

from hotline.extensions import db
from hotline.tickets.states import State
from tests.flows import steps
from tests.flows.steps import Hall
from tests.webhooks import doors


def test_by_text_from_the_citizens_phone_to_the_rating_by_text(hall: Hall) -> None:
    number = steps.by_text(hall)
    steps.is_at(number, State.RECEIVED)
    assert number in hall.browser("operator").get("/console").text
    steps.sort(hall, number)
    steps.is_at(number, State.PENDING_DISPATCH)
    steps.dispatch(hall, number)
    ticket = steps.is_at(number, State.PENDING_SIGNATURE)
    assert ticket.due_at is not None
    steps.handle(hall, number)
    steps.rate_by_text(hall, "5")
    closed = steps.is_at(number, State.CLOSED)
    assert closed.closed_at is not None
    assert doors.out_kinds() == [
        "acknowledged",
        "dispatched",
        "replied",
        "rate_request",
        "rated",
        "closed",
    ]
    assert [one.kind for one in doors.messages("in")] == ["new", "answer"]


def test_by_web_form_tracked_by_its_citizen(hall: Hall) -> None:
    number, code = steps.by_form(hall)
    steps.is_at(number, State.RECEIVED)
    steps.sort(hall, number)
    steps.dispatch(hall, number)
    steps.is_at(number, State.PENDING_SIGNATURE)
    browser = hall.citizen
    tracked = browser.submit(browser.get("/track"), "/track", number=number, query_code=code)
    assert (tracked.status, tracked.path) == (200, f"/track/{number}")
    assert "夜市" in tracked.text
    more = browser.submit(tracked, f"/track/{number}/supplement", text="昨晚又摆到两点。")
    assert "昨晚又摆到两点。" in more.text
    steps.handle(hall, number)
    assert "昨晚又摆到两点。" in hall.browser("handler").get(f"/tickets/{number}").text
    steps.call(hall, number)
    steps.is_at(number, State.CLOSED)
    assert "已劝离占道摊位十二处" in browser.get(f"/track/{number}").text


def test_by_staff_entry_sorted_at_once(hall: Hall) -> None:
    number = steps.by_entry(hall)
    ticket = steps.is_at(number, State.PENDING_DISPATCH)
    assert ticket.entered_by == f"staff:{hall.people['operator'].id}"
    steps.dispatch(hall, number)
    steps.handle(hall, number)
    steps.call(hall, number, satisfied="4")
    steps.is_at(number, State.CLOSED)


def test_the_catalogue_and_the_place_suggest_the_unit(hall: Hall) -> None:
    number = steps.by_entry(hall)
    desk = hall.browser("dispatcher").get("/dispatch", ticket=number)
    assert desk.text.index("海港区") < desk.text.index("市城市管理综合行政执法局")
    steps.dispatch(hall, number)
    assert number in hall.browser("handler").get("/unit").text
    assert number not in hall.browser("stranger").get("/unit").text


def test_an_answer_at_once_closes_a_consultation(hall: Hall) -> None:
    number = steps.by_entry(
        hall,
        leave_by="answer",
        answer="夜市经营时间为18时至22时，超时可以向属地街道反映。",
        request_type="",
        category="",
    )
    steps.is_at(number, State.ANSWERED)
    assert doors.out_kinds() == ["acknowledged", "answered"]


def test_a_rating_by_the_link_of_the_text(hall: Hall) -> None:
    number = steps.by_text(hall)
    steps.sort(hall, number)
    steps.dispatch(hall, number)
    steps.handle(hall, number)
    (asked,) = (one for one in doors.messages("out") if one.kind == "rate_request")
    path = asked.body[asked.body.index("/rate/") :].split()[0]
    page = hall.citizen.get(path)
    thanks = hall.citizen.submit(page, path, satisfied="4", solved="yes", responded="yes")
    assert (thanks.status, thanks.path) == (200, f"{path}/thanks")
    steps.is_at(number, State.CLOSED)


def test_sent_back_the_unit_replies_again(hall: Hall) -> None:
    number = steps.by_entry(hall)
    steps.dispatch(hall, number)
    steps.sign(hall, number)
    steps.reply(hall, number)
    steps.send_back(hall, number)
    steps.is_at(number, State.IN_PROGRESS)
    assert "没有回应夜间管理的问题。" in hall.browser("handler").get(f"/tickets/{number}").text
    steps.reply(hall, number, text="已补充：夜间十点至凌晨两点由执法队员值守。")
    steps.accept(hall, number)
    steps.is_at(number, State.AWAITING_CALLBACK)
    steps.call(hall, number)
    steps.is_at(number, State.CLOSED)
    replied = [one.body for one in doors.messages("out") if one.kind == "replied"]
    assert len(replied) == 1, "the citizen reads only the reply that was accepted"
    assert "值守" in replied[0]


def test_the_citizen_withdraws_and_the_unit_is_rid_of_it(hall: Hall) -> None:
    number, code = steps.by_form(hall)
    steps.sort(hall, number)
    steps.dispatch(hall, number)
    steps.sign(hall, number)
    browser = hall.citizen
    tracked = browser.submit(browser.get("/track"), "/track", number=number, query_code=code)
    done = browser.submit(tracked, f"/track/{number}/withdraw", reason="摊主已经搬走了。")
    assert done.status == 200
    steps.is_at(number, State.WITHDRAWN)
    assert number not in hall.browser("handler").get("/unit", tab="in_progress").text
    assert doors.out_kinds()[-1] == "withdrawn"
    again = browser.submit(
        browser.get(f"/track/{number}"),
        f"/track/{number}/withdraw",
        anywhere=True,
        reason="再撤一次",
    )
    assert again.status == 409
    assert "不能撤回" in again.text
    assert "现在可以：" in again.text


def test_who_has_no_csrf_token_changes_nothing(hall: Hall) -> None:
    number = steps.by_entry(hall)
    client = hall.browser("dispatcher").client
    assert client.post(f"/tickets/{number}/dispatch", data={"lead": "C01"}).status_code == 400
    assert hall.citizen.client.post("/report", data={"body": "x"}).status_code == 400
    steps.is_at(number, State.PENDING_DISPATCH)
    db.session.rollback()
