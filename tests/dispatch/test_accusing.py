"""A complaint about a unit's own people: refused, by whatever name, unless one says why not."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from dispatch.routing import RoutingRules
from hotline import clock, settings
from hotline.people.models import Staff
from hotline.tickets import queries as tickets
from hotline.tickets.kinds import RequestType
from hotline.tickets.models import Ticket
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import People

WHY = "来电人后来说明，骂人的是厂里的门卫"


@pytest.fixture
def who(app: Any) -> People:
    return samples.people()


def call(client: FlaskClient, person: Staff, ticket: Ticket, verb: str, **body: Any) -> Any:
    """A verb of the API as this person."""
    address = f"/api/v1/tickets/{ticket.number}/{verb}"
    return client.post(address, json=body, headers=factories.bearer(person))


def blaming(words: str = "去环保局举报。二楼的办事员推诿，还骂人。") -> Ticket:
    return factories.sorted_ticket(now=clock.now(), body=words, request_type=RequestType.COMPLAINT)


def test_by_its_short_name_and_a_sentence_later(client: FlaskClient, who: People) -> None:
    ticket = blaming()
    refused = call(client, who.dispatcher, ticket, "dispatch", lead="D14")
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "about_this_unit")
    assert call(client, who.dispatcher, ticket, "dispatch", lead="D16").status_code == 200


def test_by_what_a_city_calls_it(client: FlaskClient, who: People) -> None:
    settings.change(RoutingRules, "aliases", ["D14=蓝天中心"], by="staff:1", now=clock.now())
    ticket = blaming("蓝天中心的办事员推诿。")
    refused = call(client, who.dispatcher, ticket, "dispatch", lead="D14")
    assert refused.status_code == 422


def test_who_sees_that_it_is_about_others_says_why(client: FlaskClient, who: People) -> None:
    ticket = blaming()
    blank = call(client, who.dispatcher, ticket, "dispatch", lead="D14", not_about="  ")
    assert blank.status_code == 422
    given = call(client, who.dispatcher, ticket, "dispatch", lead="D14", not_about=WHY)
    assert given.status_code == 200
    noted = next(one for one in tickets.history(ticket.id) if one.kind == "noted")
    assert (noted.facts["not_about"], noted.words) == ("D14", WHY)
    seen = client.get(
        f"/api/v1/tickets/{ticket.number}", headers=factories.bearer(who.stranger)
    ).get_json()
    assert seen["state"] == "pending_signature" and WHY not in str(seen)


def test_it_holds_as_long_as_the_unit_has_it(client: FlaskClient, who: People) -> None:
    ticket = blaming()
    call(client, who.dispatcher, ticket, "dispatch", lead="D14", not_about=WHY)
    changed = call(client, who.dispatcher, ticket, "change", urgency="urgent", reason="着急")
    assert changed.status_code == 200, changed.json


def test_a_change_of_type_is_looked_at_too(client: FlaskClient, who: People) -> None:
    ticket = factories.sorted_ticket(
        now=clock.now(), body="环保局办事员推诿。", request_type=RequestType.HELP
    )
    assert call(client, who.dispatcher, ticket, "dispatch", lead="D14").status_code == 200
    change = {"request_type": "complaint", "reason": "实为投诉"}
    refused = call(client, who.dispatcher, ticket, "change", **change)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "about_this_unit")
    done = call(client, who.dispatcher, ticket, "change", **change, not_about=WHY)
    assert done.status_code == 200, done.json


def test_the_page_asks_why(client: FlaskClient, who: People) -> None:
    ticket = blaming()
    factories.sign_in(client, who.dispatcher)
    page = client.get(f"/dispatch?ticket={ticket.number}").text
    assert 'name="not_about"' in page
    address = f"/tickets/{ticket.number}/dispatch"
    assert samples.post(client, address, lead="D14").status_code == 422
    assert samples.post(client, address, lead="D14", not_about=WHY).status_code == 303
