"""A citizen who came by text rates by text, through the real rooms above."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from hotline.extensions import db
from hotline.tickets.kinds import Channel
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from tests.callbacks import samples
from tests.webhooks import doors


@pytest.fixture
def asked(client: FlaskClient) -> Iterator[Ticket]:
    """A ticket whose citizen was asked by text an hour ago."""
    ticket, _ = samples.asked(channel=Channel.SMS)
    with time_machine.travel(samples.NOW + timedelta(hours=1), tick=False):
        yield ticket


def state_of(ticket: Ticket) -> State:
    db.session.expire_all()
    return ticket.state


def test_a_five_closes(client: FlaskClient, asked: Ticket) -> None:
    doors.text(client, "5")
    assert state_of(asked) is State.CLOSED
    assert doors.out_kinds()[-1] == "rated"


def test_a_one_is_done_again_and_its_reason_kept(client: FlaskClient, asked: Ticket) -> None:
    doors.text(client, "1")
    assert (state_of(asked), asked.round) == (State.PENDING_SIGNATURE, 2)
    assert doors.out_kinds()[-1] == "rated_low"
    doors.text(client, "摊子第二天又摆出来了")
    assert doors.out_kinds()[-1] == "reason_noted"
    assert len(doors.tickets()) == 1


def test_words_alone_are_asked_for_a_digit(client: FlaskClient, asked: Ticket) -> None:
    doors.text(client, "还可以吧")
    assert doors.out_kinds()[-1] == "rating_unclear"
    doors.text(client, "3")
    assert state_of(asked) is State.CLOSED


def test_a_repeated_digit_is_one_answer(client: FlaskClient, asked: Ticket) -> None:
    sent = doors.fields("5")
    for _ in range(3):
        assert doors.post(client, doors.SMS, sent).status_code == 200
    assert doors.out_kinds().count("rated") == 1


def test_after_two_days_a_digit_is_a_new_matter(client: FlaskClient, asked: Ticket) -> None:
    with time_machine.travel(samples.NOW + timedelta(hours=49), tick=False):
        doors.text(client, "5")
    assert len(doors.tickets()) == 2
    assert state_of(asked) is State.AWAITING_CALLBACK
