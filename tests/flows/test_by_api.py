"""The whole way by the JSON API alone, and every wrong step refused with what is possible."""

import pytest
from flask.testing import FlaskClient

from hotline.tickets.states import State
from tests.flows import machines, steps
from tests.flows.machines import BAD, WAY, Api
from tests.flows.steps import Hall


@pytest.fixture
def api(hall: Hall, client: FlaskClient) -> Api:
    return Api(hall, client)


def test_from_intake_to_closing(api: Api) -> None:
    made = api.make()
    number = made["number"]
    assert (made["state"], len(made["query_code"])) == ("received", 6)
    for reached, who, verb, body in WAY:
        found = api.do(who, number, verb, body)
        assert found["state"] == reached
        steps.is_at(number, State(reached))
    assert [one["kind"] for one in found["events"]] == [
        "received",
        "sorted",
        "dispatched",
        "signed",
        "replied",
        "accepted",
        "callback_recorded",
        "closed",
    ]
    assert found["closed_at"] is not None
    (assignment,) = api.get("supervisor", f"/tickets/{number}").get_json()["assignments"]
    assert (assignment["unit"], assignment["round"], assignment["limit_working_days"]) == (
        "C01",
        1,
        5,
    )


def test_sorted_at_intake_it_waits_for_dispatch(api: Api) -> None:
    made = api.make(**machines.SORTING)
    assert made["state"] == "pending_dispatch"


def test_dissatisfied_it_is_done_again(api: Api) -> None:
    number = api.until("awaiting_callback")
    found = api.do("agent", number, "callbacks", BAD)
    assert (found["state"], found["round"]) == ("pending_signature", 2)
    for reached, who, verb, body in WAY[2:]:
        assert api.do(who, number, verb, body)["state"] == reached
        steps.is_at(number, State(reached), 2)
    plans = api.get("head", f"/tickets/{number}").get_json()["callbacks"]
    assert sorted(one["satisfied"] for one in plans) == [1, 5]


def test_the_citizens_own_verbs_with_number_and_code(api: Api) -> None:
    made = api.make()
    here = f"/tickets/{made['number']}"
    code = {"query_code": made["query_code"]}
    assert api.post(None, f"{here}/supplement", code | {"text": "还有噪声。"}).status_code == 200
    assert api.post(None, f"{here}/urge", code).status_code == 200
    assert api.post(None, f"{here}/urge", code).status_code == 409, "once a day"
    wrong = {"query_code": "000000" if made["query_code"] != "000000" else "111111"}
    refused = api.post(None, f"{here}/withdraw", wrong | {"reason": "不用了"})
    assert (refused.status_code, list(refused.get_json()["error"]["fields"])) == (
        404,
        ["query_code"],
    )
    done = api.post(None, f"{here}/withdraw", code | {"reason": "不用了"})
    assert done.get_json() == {"number": made["number"], "state": "withdrawn"}


def test_a_report_goes_on_even_when_it_is_withdrawn(api: Api) -> None:
    made = api.make(request_type="report", category="T010103", confidential=True)
    answer = api.post(
        None,
        f"/tickets/{made['number']}/withdraw",
        {"query_code": made["query_code"], "reason": "算了"},
    )
    assert answer.status_code == 422
    steps.is_at(made["number"], State.PENDING_DISPATCH)


def test_who_may_not_is_told_so(api: Api) -> None:
    number = api.until("in_progress")
    reply = f"/tickets/{number}/reply"
    assert api.post(None, reply, steps.REPLY).status_code == 401
    for who in ("operator", "dispatcher", "reviewer", "agent", "supervisor"):
        assert api.post(who, reply, steps.REPLY).status_code == 403, who
    assert api.post("stranger", reply, steps.REPLY).status_code == 404, "another unit's"
    assert api.get("stranger", f"/tickets/{number}").status_code == 404
    assert api.get("stranger", "/tickets").get_json()["items"] == []


def test_the_same_key_is_one_ticket(api: Api) -> None:
    headers = api.hall.headers("operator") | {"Idempotency-Key": "one-matter"}
    answers = [
        api.client.post("/api/v1/tickets", json=machines.MATTER, headers=headers) for _ in range(3)
    ]
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_data() for one in answers}) == 1
    other = machines.MATTER | {"title": "别的事"}
    again = api.client.post("/api/v1/tickets", json=other, headers=headers)
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "key_reused")
