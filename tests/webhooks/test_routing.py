"""Texts that belong to something: progress, quotes, opting out, answers to questions."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline import clock, crypto, relay
from hotline.errors import Refused
from hotline.extensions import db
from hotline.messages import operations
from hotline.messages.models import OptOut, Question
from hotline.tickets import sorting
from hotline.tickets.kinds import FilingReason, RequestType, Urgency
from hotline.tickets.models import EventWords, Ticket, TicketEvent
from hotline.tickets.states import State
from tests import factories
from tests.webhooks import doors

STRANGER = "+8613900001111"


@pytest.fixture
def ticket(client: FlaskClient) -> Ticket:
    """A ticket that came by text."""
    doors.text(client, "文化路路灯坏了")
    (made,) = doors.tickets()
    relay.drain()
    return made


def last_reply() -> str:
    return doors.messages("out")[-1].body


def events(ticket: Ticket, kind: str) -> list[TicketEvent]:
    return list(
        db.session.scalars(
            select(TicketEvent)
            .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == kind)
            .order_by(TicketEvent.seq)
        )
    )


def words_of(ticket: Ticket) -> list[str]:
    found = select(EventWords.words).where(EventWords.ticket_id == ticket.id)
    return list(db.session.scalars(found.order_by(EventWords.seq)))


def test_progress_for_the_own_phone(client: FlaskClient, ticket: Ticket) -> None:
    doors.text(client, f"查 {ticket.number}")
    assert doors.out_kinds()[-1] == "progress"
    assert ticket.number in last_reply()
    assert "我们已收到您的诉求" in last_reply() or "收到" in last_reply()
    assert len(doors.tickets()) == 1


def test_progress_for_another_phone_takes_the_code(client: FlaskClient, ticket: Ticket) -> None:
    doors.text(client, f"查 {ticket.number}", From=STRANGER)
    assert doors.out_kinds()[-1] == "lookup_failed"
    assert ticket.number not in last_reply()
    doors.text(client, f"查 {ticket.number} {doors.code_of(ticket)}", From=STRANGER)
    assert doors.out_kinds()[-1] == "progress"


def test_a_wrong_code_fails_even_on_the_own_phone(client: FlaskClient, ticket: Ticket) -> None:
    wrong = "000000" if doors.code_of(ticket) != "000000" else "111111"
    doors.text(client, f"查 {ticket.number} {wrong}")
    assert doors.out_kinds()[-1] == "lookup_failed"


def test_who_tries_codes_gets_no_more_answers(client: FlaskClient, ticket: Ticket) -> None:
    for attempt in range(8):
        doors.text(client, f"查 {ticket.number} {attempt:06d}", From=STRANGER)
    assert doors.out_kinds().count("lookup_failed") == 5
    doors.text(client, f"查 {ticket.number} {doors.code_of(ticket)}", From=STRANGER)
    assert "progress" not in doors.out_kinds()


def test_a_confidential_ticket_needs_the_code(client: FlaskClient, ticket: Ticket) -> None:
    ticket.is_confidential = True
    db.session.commit()
    doors.text(client, f"查 {ticket.number}")
    assert doors.out_kinds()[-1] == "lookup_code_needed"
    doors.text(client, f"查 {ticket.number} {doors.code_of(ticket)}")
    assert doors.out_kinds()[-1] == "progress"


@pytest.mark.parametrize("body", ["查 1234567890124", "查 1"])
def test_an_unknown_number(client: FlaskClient, ticket: Ticket, body: str) -> None:
    doors.text(client, body)
    assert doors.out_kinds()[-1] == "lookup_failed"


def test_how_to_look_up(client: FlaskClient) -> None:
    doors.text(client, "查询")
    assert doors.out_kinds() == ["how_to_look_up"]


def test_a_quoted_number_is_a_supplement(client: FlaskClient, ticket: Ticket) -> None:
    doors.text(client, f"关于{ticket.number}：井盖也松了")
    relay.drain()
    assert len(doors.tickets()) == 1
    (event,) = events(ticket, "supplemented")
    assert (event.actor, event.facts["via"]) == ("citizen:sms", "sms")
    assert words_of(ticket) == [f"关于{ticket.number}：井盖也松了"]
    assert doors.out_kinds() == ["acknowledged", "supplemented"]
    assert doors.messages("in")[-1].ticket_id == ticket.id


def test_somebody_elses_number_is_no_supplement(client: FlaskClient, ticket: Ticket) -> None:
    doors.text(client, f"关于{ticket.number}：我也要说", From=STRANGER)
    assert len(doors.tickets()) == 2
    assert events(ticket, "supplemented") == []


def test_an_ended_ticket_is_only_suggested(client: FlaskClient, ticket: Ticket) -> None:
    now = clock.now()
    sorting.file(ticket, FilingReason.SPAM, by="staff:1", now=now)
    db.session.commit()
    doors.text(client, f"关于{ticket.number}：又坏了")
    new = doors.tickets()[-1]
    assert events(new, "received")[0].facts["perhaps"] == [ticket.number]


def test_danger_in_a_supplement_makes_a_matter_of_its_own(
    client: FlaskClient, ticket: Ticket
) -> None:
    doors.text(client, f"关于{ticket.number}：现在着火了")
    first, second = doors.tickets()
    assert len(events(first, "supplemented")) == 1
    assert (second.urgency, second.state) == (Urgency.CRITICAL, State.RECEIVED)
    doors.text(client, f"关于{second.number}：火更大了，救命")
    assert len(doors.tickets()) == 2


def test_the_rest_of_a_cut_supplement_goes_there_too(client: FlaskClient, ticket: Ticket) -> None:
    start = f"关于{ticket.number}"
    doors.text(client, start + "水" * (70 - len(start)))
    doors.text(client, "井盖也松了")
    relay.drain()
    assert len(doors.tickets()) == 1
    assert words_of(ticket)[-1] == "井盖也松了"
    assert doors.out_kinds().count("supplemented") == 1


def test_the_rest_of_a_text_that_was_sorted_meanwhile(client: FlaskClient) -> None:
    doors.text(client, "水" * 70)
    (ticket,) = doors.tickets()
    wanted = sorting.Sorting(RequestType.COMPLAINT, "T010101")
    sorting.sort(ticket, wanted, by="staff:1", now=clock.now(), book=factories.book())
    db.session.commit()
    doors.text(client, "井盖也松了")
    assert len(doors.tickets()) == 1
    assert words_of(ticket) == ["井盖也松了"]


@pytest.mark.parametrize("word", ["退订", "STOP", "TD"])
def test_opting_out_stops_everything(client: FlaskClient, ticket: Ticket, word: str) -> None:
    doors.text(client, word)
    assert len(doors.tickets()) == 1
    waiting = doors.messages("out")[0]
    db.session.refresh(waiting)
    assert (waiting.state, waiting.error) == ("failed", "opted_out")
    doors.text(client, "又有一盏灯坏了")
    doors.text(client, f"查 {ticket.number}")
    relay.drain()
    assert len(doors.tickets()) == 2
    assert doors.out_kinds() == ["acknowledged"]


def test_opting_in_again(client: FlaskClient) -> None:
    doors.text(client, "退订")
    doors.text(client, "恢复")
    assert db.session.scalars(select(OptOut)).all() == []
    assert doors.out_kinds() == ["opted_in"]


class Callbacks:
    """Takes answers as the room above does."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []
        self.kinds = {"5": "rated", "1": "rated_low", "2": "rated_low"}
        self.fault: Exception | None = None

    def __call__(self, question: Question, text: str, **_: object) -> str | None:
        if self.fault is not None:
            raise self.fault
        self.given.append((question.reference, text))
        return self.kinds.get(text, "reason_noted")


@pytest.fixture
def callbacks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callbacks]:
    """The room above, in small."""
    made = Callbacks()
    monkeypatch.setattr("callbacks.operations.answer_by_text", made)
    yield made


def ask(ticket: Ticket, hours: int = 48) -> Question:
    now = clock.now()
    expires_at = now + timedelta(hours=hours)
    made = operations.ask(doors.PHONE, ticket.id, "plan:7", now=now, expires_at=expires_at)
    assert made is not None
    db.session.commit()
    return made


def test_a_digit_answers_the_open_question(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    doors.text(client, "5")
    assert callbacks.given == [("plan:7", "5")]
    assert doors.out_kinds()[-1] == "rated"
    assert ticket.number in last_reply()
    assert doors.messages("in")[-1].kind == "answer"
    assert len(doors.tickets()) == 1


def test_the_last_digit_counts_and_a_low_one_asks_why(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    for body in ("1", "修了又坏", "5"):
        doors.text(client, body)
    assert [said for _, said in callbacks.given] == ["1", "修了又坏", "5"]
    assert doors.out_kinds()[-3:] == ["rated_low", "reason_noted", "rated"]
    assert "非常不满意" in doors.messages("out")[-3].body


def test_words_after_a_good_rating_are_a_new_matter(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    doors.text(client, "5")
    doors.text(client, "另外，河北大街的井盖坏了")
    assert len(doors.tickets()) == 2
    assert len(callbacks.given) == 1


def test_words_before_any_answer_are_the_answer(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    doors.text(client, "根本没人来过")
    assert callbacks.given == [("plan:7", "根本没人来过")]
    assert len(doors.tickets()) == 1


def test_a_reason_cut_in_two_is_given_whole(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    doors.text(client, "没" * 70)
    doors.text(client, "人来")
    assert callbacks.given[-1] == ("plan:7", "没" * 70 + "人来")


def test_danger_in_an_answer_makes_a_matter(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    doors.text(client, "再不解决我就跳楼")
    assert len(callbacks.given) == 1
    assert doors.tickets()[-1].urgency is Urgency.CRITICAL


@pytest.mark.parametrize("ends", ["expired", "closed", "refused", "other phone"])
def test_a_digit_without_open_question_is_a_new_matter(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks, ends: str
) -> None:
    question = ask(ticket)
    sender = STRANGER if ends == "other phone" else doors.PHONE
    if ends == "expired":
        question.expires_at = clock.now() - timedelta(seconds=1)
    if ends == "closed":
        operations.close_question("plan:7", now=clock.now())
    if ends == "refused":
        callbacks.fault = Refused("fixed", "It is fixed.")
    db.session.commit()
    doors.text(client, "5", From=sender)
    assert callbacks.given == []
    assert len(doors.tickets()) == 2


def test_quoting_a_number_comes_before_the_question(
    client: FlaskClient, ticket: Ticket, callbacks: Callbacks
) -> None:
    ask(ticket)
    doors.text(client, f"关于{ticket.number}：还有一盏")
    assert callbacks.given == []
    assert len(events(ticket, "supplemented")) == 1


def test_one_question_a_number(ticket: Ticket) -> None:
    now = clock.now()
    first = ask(ticket)
    later = now + timedelta(hours=50)
    ends = later + timedelta(hours=48)
    assert operations.ask(doors.PHONE, ticket.id, "plan:8", now=now, expires_at=ends) is None
    again = operations.ask(doors.PHONE, ticket.id, "plan:7", now=now, expires_at=ends)
    assert again is not None
    assert again.id == first.id
    second = operations.ask(doors.PHONE, ticket.id, "plan:8", now=later, expires_at=ends)
    assert second is not None
    assert second.phone_index == crypto.blind_index(doors.PHONE)
