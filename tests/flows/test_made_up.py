"""Addresses that no page of ours wrote: a clear 400, or nothing there; never an error of ours."""

import pytest
from flask.testing import FlaskClient

from hotline import crypto
from hotline.access import Role
from hotline.console import calling
from tests import factories
from tests.house import crew
from tests.portal import steps

HUGE = "9" * 30
LISTS = [
    (Role.OPERATOR, "/console?channel=pigeon"),
    (Role.OPERATOR, "/console/waiting?cursor=made-up"),
    (Role.DISPATCHER, f"/dispatch?cursor=1.{HUGE}"),
    (Role.DISPATCHER, f"/dispatch?cursor={HUGE}.1"),
    (Role.DISPATCHER, "/dispatch?lamp=red"),
    (Role.DISPATCHER, "/dispatch/map?span=year"),
    (Role.REVIEWER, "/dispatch/review?nothing=1"),
    (Role.REVIEWER, "/callbacks/decisions?cursor=made-up"),
    (Role.HANDLER, "/unit?tab=secret"),
    (Role.HANDLER, "/unit?who=whoever"),
    (Role.HANDLER, "/unit?nothing=1"),
    (Role.CALLBACK_AGENT, "/callbacks?tab=secret"),
    (Role.CALLBACK_AGENT, "/callbacks?cursor=²."),
    (Role.OPERATOR, "/notices?phase=never"),
    (Role.OPERATOR, f"/notices?phase=past&before={'9' * 3000}"),
    (Role.OPERATOR, "/kb?cursor=a'b"),
    (Role.OPERATOR, "/search?state=lost"),
    (Role.OPERATOR, "/kb?category=zz"),
    (Role.DISPATCHER, "/dispatch?district=zz"),
    (Role.DISPATCHER, "/dispatch?category=zz"),
    (Role.OPERATOR, "/report?channel=pigeon"),
    (Role.ADMINISTRATOR, "/admin?role=king"),
    (Role.ADMINISTRATOR, "/admin/units?kind=castle"),
    (Role.ADMINISTRATOR, f"/admin/audit?before={HUGE}"),
]


@pytest.mark.parametrize(("role", "address"), LISTS)
def test_a_made_up_filter_or_cursor_is_a_clear_400(
    client: FlaskClient, role: Role, address: str
) -> None:
    factories.sign_in(client, crew.one_in(role))
    answer = client.get(address)
    assert answer.status_code == 400
    assert "<h1" in answer.get_data(as_text=True)


def test_a_note_that_no_row_can_be_is_refused(client: FlaskClient) -> None:
    factories.sign_in(client, crew.one_in(Role.OPERATOR))
    text = client.get("/account").get_data(as_text=True)
    who = crypto.handed_out(calling.CITIZEN, 1)
    form = {"csrf_token": factories.hidden(text, "csrf_token"), "who": who, "do": "end_note"}
    assert client.post("/console/citizen", data=form | {"note_id": HUGE}).status_code == 422
    assert client.post("/console/citizen", data=form | {"note_id": "7"}).status_code == 303


@pytest.mark.parametrize("page", ["/filters/search/{}/forget", "/notices/{}/end"])
def test_a_number_that_no_row_can_have_leads_nowhere(client: FlaskClient, page: str) -> None:
    factories.sign_in(client, crew.one_in(Role.DISPATCHER))
    text = client.get("/account").get_data(as_text=True)
    token = {"csrf_token": factories.hidden(text, "csrf_token")}
    assert client.post(page.format(HUGE), data=token).status_code == 404


def test_a_token_opens_only_what_it_was_made_for(client: FlaskClient) -> None:
    receipt = steps.send(client).headers["Location"].rpartition("/")[2]
    odd = steps.send(client, place="", held=receipt, drop=["9" * 5000])
    assert odd.status_code == 422
    held = steps.hidden(steps.send(client, steps.picture(), place="").text)["held"]
    assert client.get(f"/report/received/{held}").status_code == 404
    factories.sign_in(client, crew.one_in(Role.OPERATOR))
    assert receipt not in client.get("/console", query_string={"made": receipt}).text


def test_what_was_typed_when_the_session_ended_leads_to_login_and_back(client: FlaskClient) -> None:
    came = {"Referer": "http://localhost/console?item=1"}
    for form in ({"body": "half a sentence"}, {"csrf_token": "of another session"}):
        answer = client.post("/console", data=form, headers=came)
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/login?next=/console?item%3D1"
    stranger = client.post("/console", headers={"Referer": "http://[evil/p"})
    assert stranger.headers["Location"] == "/login"
    assert client.post("/report", data={"body": "x"}).status_code == 400


def test_a_malformed_referrer_is_no_error(client: FlaskClient) -> None:
    answer = client.get("/language/en", headers={"Referer": "http://[evil/p"})
    assert answer.headers["Location"] == "/"
