"""The same text several times at once, and parts that come in at the same moment."""

from collections.abc import Callable

from apiflask import APIFlask

from hotline.extensions import db
from hotline.tickets.history import verify
from tests.committed import committed_app, committing_app, together
from tests.webhooks import doors

__all__ = ["committed_app", "committing_app"]


def sending(app: APIFlask, sent: dict[str, str]) -> Callable[[], int]:
    """Sends a text through a client of its own; answers the status."""
    return lambda: doors.post(app.test_client(), doors.SMS, sent).status_code


def test_a_text_repeated_at_once_is_one(committed_app: APIFlask) -> None:
    sent = doors.fields("路灯坏了")
    answers = together(committed_app, [sending(committed_app, sent)] * 6)
    assert answers == [200] * 6
    assert (len(doors.tickets()), len(doors.messages("in"))) == (1, 1)


def test_texts_of_one_sender_at_once_are_all_taken(committed_app: APIFlask) -> None:
    works = [sending(committed_app, doors.fields(f"第{n}盏路灯坏了")) for n in range(6)]
    assert together(committed_app, works) == [200] * 6
    tickets = doors.tickets()
    assert len(tickets) == 6
    assert len({ticket.citizen_id for ticket in tickets}) == 1
    assert list(verify(tickets)) == []


def test_a_supplement_from_many_sides_at_once(committed_app: APIFlask) -> None:
    assert sending(committed_app, doors.fields("路灯坏了"))() == 200
    (ticket,) = doors.tickets()
    words = f"关于{ticket.number}：还有一盏"
    db.session.remove()
    works = [sending(committed_app, doors.fields(words)) for _ in range(6)]
    assert together(committed_app, works) == [200] * 6
    (ticket,) = doors.tickets()
    assert ticket.last_seq == 7
    assert list(verify([ticket])) == []
