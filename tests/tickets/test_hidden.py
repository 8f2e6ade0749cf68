"""What is kept from units in a history, and by which number guesses of a code are counted."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from hotline.access import Role, Viewer
from hotline.tickets import citizen_steps
from hotline.tickets.history_view import shown_to
from hotline.tickets.queries import Happening

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
RECEIVED = Happening(
    seq=1,
    at=AT,
    kind="received",
    actor="citizen:sms",
    actor_name=None,
    facts={"channel": "sms", "perhaps": ["2611210000017"]},
    words=None,
)
SECRET: Any = SimpleNamespace(is_confidential=True)


def viewer(role: Role) -> Viewer:
    """Somebody with this role alone."""
    return Viewer.of(1, "张三", "zhang", roles=frozenset({role}), unit_ids=frozenset({1}))


def test_a_unit_does_not_learn_the_persons_other_tickets() -> None:
    (seen,) = shown_to(viewer(Role.HANDLER), SECRET, [RECEIVED])
    assert seen == replace(RECEIVED, facts={"channel": "sms"})
    assert shown_to(viewer(Role.OPERATOR), SECRET, [RECEIVED]) == [RECEIVED]


@pytest.mark.parametrize("number", ["2611210000017", " 2611210000017 ", "26112 10000017\t"])
def test_guesses_are_counted_by_the_digits_of_the_form(number: str) -> None:
    app = Flask(__name__)
    with app.test_request_context("/track?number=999", method="POST", data={"number": number}):
        assert citizen_steps.tried_number() == "code:2611210000017"
