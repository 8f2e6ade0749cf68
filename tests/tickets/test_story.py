"""A history told in plain words: what changed, to whom it went, round by round."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from hotline.people.queries import Who
from hotline.tickets import story
from hotline.tickets.queries import Happening
from hotline.tickets.story import Standing, Telling, Told
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _chinese(app: APIFlask) -> Any:
    with app.test_request_context("/"):
        yield


def happened(seq: int, kind: str, words: str | None = None, **facts: Any) -> Happening:
    """One event, an hour after the one before."""
    at = NOW + timedelta(hours=seq)
    unit = facts.pop("to", None)
    return Happening(seq, at, kind, "staff:1", "王芳", facts, words, unit_name=unit)


def told(*events: Happening) -> list[Told]:
    """The story, oldest first."""
    return story.timeline(events)[::-1]


def test_a_dispatch_names_the_unit_the_limit_and_the_note() -> None:
    (one,) = told(
        happened(
            1, "dispatched", "请尽快", to="市城管局", unit="D16", role="lead", limit_working_days=5
        )
    )
    assert one.title == "派单至市城管局"
    assert one.lines == ("限期 5 个工作日",)
    assert (one.quote_label, one.quote) == ("派单意见", "请尽快")


def test_hours_are_said_instead_of_days() -> None:
    (one,) = told(happened(1, "dispatched", limit_working_days=1, limit_hours=24))
    assert one.lines == ("限期 24 小时",)


def test_a_change_says_from_what_to_what() -> None:
    facts = {"request_type": "complaint", "category": "T010101", "urgency": "normal"}
    changed = facts | {"category": "T010102", "urgency": "urgent"}
    *_, one = told(happened(1, "sorted", **facts), happened(2, "changed", "听错了", **changed))
    assert one.lines == ("诉求分类：占道经营 → 停水报修", "紧急程度：一般 → 紧急")


def test_reasons_are_said_by_what_they_are_reasons_of() -> None:
    refused, asked = told(
        happened(1, "refused", "请向法院", reason="litigation", route="区法院"),
        happened(2, "return_asked", "三定方案", reason="other_unit", is_late=True),
    )
    assert "区法院" in refused.lines[-1] and "litigation" not in " ".join(refused.lines)
    assert asked.lines[0] == "应由其他单位办理" and len(asked.lines) == 2


def test_what_nobody_knows_is_left_out() -> None:
    (one,) = told(happened(1, "noted", some_new_fact="x", reason="unheard_of"))
    assert one.lines == ()


def test_a_redo_begins_a_new_round() -> None:
    events = [happened(1, "received"), happened(2, "redone", round=2), happened(3, "signed")]
    rounds = story.rounds(story.timeline(events), Telling.ALL)
    assert [(one.number, len(one.items)) for one in rounds] == [(2, 2), (1, 1)]
    oldest = story.rounds(story.timeline(events), Telling.ALL, oldest_first=True)
    assert [one.number for one in oldest] == [1, 2]


def test_filters_leave_what_was_asked_for() -> None:
    events = [happened(1, "received"), happened(2, "noted", "一条备注"), happened(3, "closed")]
    (important,) = story.rounds(story.timeline(events), Telling.IMPORTANT)
    assert [one.title for one in important.items] == ["工单办结", "已收到"]
    (words,) = story.rounds(story.timeline(events), Telling.WORDS)
    assert [one.quote for one in words.items] == ["一条备注"]


def test_texts_fall_into_the_round_of_their_moment() -> None:
    events = [happened(1, "received"), happened(3, "redone")]
    text = Told(NOW + timedelta(hours=2), "短信", "", "", "message", is_strong=False)
    woven = story.woven(story.timeline(events), [text])
    assert [(one.title, one.round) for one in woven][1:] == [("短信", 1), ("已收到", 1)]


@pytest.mark.parametrize(
    ("later", "standing", "reason"),
    [
        ([], Standing.REVIEWED, None),
        ([happened(2, "accepted")], Standing.ACCEPTED, None),
        ([happened(2, "accepted"), happened(3, "redone")], Standing.OUTDATED, None),
        ([happened(2, "sent_back", "没有答到点上")], Standing.SENT_BACK, "没有答到点上"),
    ],
)
def test_an_answer_says_how_far_it_is(
    later: list[Happening], standing: Standing, reason: str | None
) -> None:
    reply = happened(1, "replied", "已清理", completion="solved", promised_on=None)
    found = story.answer_of([reply, *later])
    assert found is not None
    assert (found.text, found.standing, found.reason) == ("已清理", standing, reason)


def test_an_answer_at_once_is_given_and_none_is_none() -> None:
    found = story.answer_of([happened(1, "answered", "带身份证")])
    assert found is not None and found.standing is Standing.GIVEN
    assert story.answer_of([happened(1, "received")]) is None


def test_who_acted_is_named_with_unit_or_role() -> None:
    event = happened(1, "signed")
    crew = Who("李强", None, "市生态环境局")
    (one,) = story.timeline([Happening(**(vars(event) | {"who": crew}))])
    assert (one.actor, one.place) == ("王芳", "市生态环境局")
