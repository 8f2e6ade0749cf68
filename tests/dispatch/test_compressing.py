"""Compressed limits: a switch of the category, seen in the next dispatch."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from dispatch import assigning
from dispatch.assigning import Order
from hotline.access import Role
from hotline.audit import AuditEntry
from hotline.extensions import db
from hotline.tickets import directory
from hotline.tickets.kinds import RequestType
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW
from tests.worktime.calendars import at

PAGE = "/admin/categories"


def _admin(client: FlaskClient) -> FlaskClient:
    return samples.browser(client, factories.staff("adm", Role.ADMINISTRATOR))


def _press(client: FlaskClient, switch: str) -> int:
    page = client.get(PAGE).get_data(as_text=True)
    token = factories.hidden(page, "csrf_token")
    sent = {"switch": switch, "csrf_token": token, "_back": f"{PAGE}?q=T01"}
    answer = client.post(f"{PAGE}/compress", data=sent)
    return answer.status_code


def test_the_switch_holds_for_the_next_dispatch_and_not_for_what_runs(client: FlaskClient) -> None:
    before = samples.dispatched(request_type=RequestType.HELP)
    admin = _admin(client)
    assert _press(admin, "T010101:1") == 303
    page = admin.get(PAGE, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert 'value="T010101:0"' in page
    after = samples.dispatched(request_type=RequestType.HELP)
    assert samples.clocks_of(before)["handle"].due_at == at("2026-11-25 17:30")
    assert samples.clocks_of(after)["handle"].due_at == at("2026-11-19 17:30")
    assert _press(admin, "T010101:0") == 303
    again = samples.dispatched(request_type=RequestType.HELP)
    assert samples.clocks_of(again)["handle"].due_at == at("2026-11-25 17:30")
    kinds = [one.kind for one in db.session.query(AuditEntry).filter_by(subject="category:T010101")]
    assert kinds == ["limits_compressed", "limits_restored"]


@pytest.mark.parametrize(
    ("switch", "status"), [("T010101:perhaps", 422), ("", 422), ("T01:1", 404), ("X:1", 404)]
)
def test_what_cannot_be_switched(client: FlaskClient, switch: str, status: int) -> None:
    assert _press(_admin(client), switch) == status


def test_a_matter_for_the_same_day_says_so(app: APIFlask) -> None:
    directory.compress("T010101", is_on=True, by="staff:1", now=NOW)
    ticket = factories.sorted_ticket(request_type=RequestType.CONSULTATION)
    order = Order(factories.unit("D16"))
    made = assigning.dispatch(ticket, order, by="staff:1", now=NOW, book=factories.book())
    assert made.limit_working_days == 0
    assert samples.clocks_of(ticket)["handle"].due_at == at("2026-11-18 17:30")
