"""Pages put together are the list, in every order; what was made up by hand is a 400."""

import base64
import json
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from hotline.access import Role, Viewer
from hotline.extensions import db
from hotline.tickets import cursors, lists
from hotline.tickets.kinds import Urgency
from hotline.tickets.list_forms import ListForm
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests import factories
from tests.factories import NOW

HOTLINE = Viewer.of(0, "试", "test", roles=frozenset({Role.OPERATOR}))
RANKS = {Urgency.CRITICAL: 0, Urgency.URGENT: 1, Urgency.NORMAL: 2}
ORDERS = ("newest", "due", "urgency")


def _clear() -> None:
    """What an earlier example made is over."""
    over = update(Ticket).values(state=State.CLOSED, closed_at=NOW, due_at=None)
    db.session.execute(over)
    db.session.commit()


def _made(dues: list[int | None], urgencies: list[Urgency]) -> None:
    for due, urgency in zip(dues, urgencies, strict=True):
        made = factories.taken().ticket.id
        at = None if due is None else NOW + timedelta(hours=due)
        state = State.PENDING_DISPATCH if due == 3 else State.RECEIVED
        changed = update(Ticket).where(Ticket.id == made)
        db.session.execute(changed.values(due_at=at, urgency=urgency, state=state))
    db.session.commit()
    db.session.expire_all()


def _whole(order: str) -> list[str]:
    rows = db.session.query(Ticket).filter(Ticket.closed_at.is_(None)).all()
    far = NOW + timedelta(days=9999)
    keys = {
        "newest": lambda one: -one.id,
        "due": lambda one: (one.due_at or far, one.id),
        "urgency": lambda one: (RANKS[one.urgency], one.id),
    }
    return [one.number for one in sorted(rows, key=keys[order])]


def _paged(order: str, limit: int) -> list[str]:
    found, cursor = [], None
    while True:
        form = ListForm.model_validate(
            {"order": order, "ended": "no", "limit": limit, "cursor": cursor}
        )
        page = lists.found(HOTLINE, form)
        found += [one.number for one in page.items]
        assert len(page.items) <= limit
        if page.next is None:
            return found
        cursor = page.next


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 1, 2, 3]), st.sampled_from(list(Urgency)))),
    st.integers(1, 4),
)
def test_pages_together_are_the_list(
    app: APIFlask, rows: list[tuple[int | None, Urgency]], limit: int
) -> None:
    _clear()
    _made([due for due, _ in rows[:9]], [urgency for _, urgency in rows[:9]])
    for order in ORDERS:
        assert _paged(order, limit) == _whole(order)


@given(st.sampled_from("nrdu"), st.integers(0, cursors.LARGEST_ID))
def test_a_cursor_comes_back(order: str, last: int) -> None:
    first = {"r": NOW, "d": None, "u": 1}
    key = (first[order], last) if order in first else (last,)
    assert cursors.read(order, cursors.write(order, key)) == list(key)


@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_no_cursor_made_up_does_more_than_be_refused(made_up: str) -> None:
    for order in "nrdu":
        try:
            cursors.read(order, made_up)
        except cursors.BadCursor as refused:
            assert refused.status == 400


@pytest.mark.parametrize(
    "key", [["n"], ["n", True], ["n", -1], ["n", 2**63], ["d", 1], ["n", "1"], ["u", 5, 1], 7, {}]
)
def test_a_wrong_key_is_refused(key: object) -> None:
    made_up = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    with pytest.raises(cursors.BadCursor):
        cursors.read("n", made_up)
    with pytest.raises(cursors.BadCursor):
        cursors.read("u", made_up)


BAD = (
    "cursor=x",
    "state=teleported",
    "urgency=blue",
    "unit=nobody",
    "category=T99",
    "district=X1",
    "created_from=yesterday",
    "created_to=2026-13-01",
    "created_from=2026-11-21T00:00:00",
    "limit=9999",
    "state=closed&ended=no",
    "q=。。",
    "order=random",
    "teleport=1",
)


@pytest.mark.parametrize("query", BAD)
def test_what_was_made_up_by_hand_is_a_400(app: APIFlask, client: FlaskClient, query: str) -> None:
    person = factories.staff("op", Role.OPERATOR)
    answer = client.get(f"/api/v1/tickets?{query}", headers=factories.bearer(person))
    assert answer.status_code == 400, answer.text
    assert answer.json["error"]["message"]  # type: ignore[index]
    factories.sign_in(client, person)
    page = client.get(f"/search?{query}")
    assert page.status_code == 400
    assert "<h1>" in page.text
