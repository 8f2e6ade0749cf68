"""What is missing: questions in groups, drafts made of answers, and what editors do with both."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.access import Role
from hotline.errors import Refused
from hotline.extensions import db
from hotline.tickets import operations as tickets
from hotline.tickets import sorting
from hotline.tickets.kinds import RequestType
from kb.models import Article
from kb.rules import State
from kb.use import grouping, jobs, noting, operations, proposing, queries, rules
from kb.use.grouping import Asked
from kb.use.kinds import Source, Stand, UseKind
from kb.use.models import Proposal
from kb.use.noting import Asker
from kb.use.rules import LearningRules
from tests import factories
from tests.factories import NOW
from tests.kb.articles import editor, published

SINCE = NOW - timedelta(days=30)
ANSWER = "请先到社区开具居住证明，再带身份证到派出所申领，15 日内发证，首次不收费。"


@pytest.fixture
def operator(app: APIFlask) -> Asker:
    """Somebody at the console."""
    return Asker(Source.CONSOLE, staff_id=factories.staff("op", Role.OPERATOR).id)


def ask(operator: Asker, *questions: str, found: int = 0) -> None:
    """Ask one after the other, minutes apart."""
    for minutes, question in enumerate(questions):
        noting.note_search(question, found, operator, at=NOW - timedelta(minutes=minutes + 1))


def answered(title: str, words: str = ANSWER, **changes: Any) -> str:
    """A ticket that an operator answered without an article."""
    ticket = factories.taken(may_sort=False, title=title, body=title, **changes).ticket
    sorting.answer(tickets.lock(ticket.number), words, by="staff:1", now=NOW)
    db.session.commit()
    return ticket.number


def test_questions_that_say_the_same_stand_together(operator: Asker) -> None:
    ask(operator, "新生儿医保怎么办", "怎么办新生儿医保？", "新生儿医保参保缴费", "电动车上牌")
    found = queries.missing(SINCE)
    assert [(one.times, one.without_answer) for one in found] == [(3, 3), (1, 1)]
    assert set(found[0].words) == {"医保", "新生儿"}
    assert found[0].examples[-1] == "新生儿医保参保缴费"


def test_what_was_used_is_not_missing(operator: Asker) -> None:
    article = published()
    ask(operator, "供热报停", found=1)
    assert [one.times for one in queries.missing(SINCE, is_found=True)] == [1]
    assert queries.missing(SINCE, is_found=False) == []
    noting.note_use(article.number, UseKind.INSERTED, operator, at=NOW)
    assert queries.missing(SINCE) == []


def test_what_citizens_found_is_not_missing(operator: Asker) -> None:
    citizen = noting.citizen(Source.PUBLIC)
    noting.note_search("供热报停", 3, citizen, at=NOW)
    assert queries.missing(SINCE) == []
    noting.note_search("星际旅行", 0, citizen, at=NOW)
    assert [one.examples for one in queries.missing(SINCE)] == [["星际旅行"]]


def test_a_dismissed_group_comes_back_when_wanted(operator: Asker) -> None:
    ask(operator, "电动车上牌")
    (group,) = queries.missing(SINCE)
    operations.dismiss(group.keys, group.examples[0], by=editor().id, now=NOW)
    operations.dismiss(group.keys, group.examples[0], by=editor("editor2").id, now=NOW)
    assert queries.missing(SINCE) == []
    assert [one.example for one, _ in queries.dismissed()] == ["电动车上牌"]
    operations.bring_back(group.keys)
    assert len(queries.missing(SINCE)) == 1


def test_keys_are_the_words_that_count() -> None:
    assert rules.key_of(["公积", "积金", "公积金", "提取"]) == "公积金 提取"
    assert rules.key_of(["市民", "咨询", "公积金"]) == "公积金"
    assert rules.key_of(["市民", "咨询"]) == "咨询 市民"
    assert rules.key_of([]) == ""
    assert len(rules.key_of(["长" * 64 + str(n) for n in range(9)])) <= rules.LONGEST_KEY


def test_short_words_join_nothing_that_says_more() -> None:
    def one(key: str) -> Asked:
        return Asked(key, key, 1, 1, NOW)

    assert len(grouping.grouped([one("医保"), one("医保 异地 报销")])) == 2
    assert len(grouping.grouped([one("医保 异地 报销"), one("医保 异地 报销 比例")])) == 1


@pytest.mark.parametrize("name", ["burst_seconds", "least_alike"])
def test_figures_that_make_no_sense_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        LearningRules(**{name: 0})


def test_like_answers_make_one_draft_without_their_people(app: APIFlask) -> None:
    first = answered("外来人员怎么办居住证", f"张建国先生您好，电话13812345678。{ANSWER}")
    second = answered("外来人员办居住证", ANSWER)
    answered("星际旅行怎么报名")
    jobs.propose_drafts()
    jobs.propose_drafts()
    (one,) = queries.proposals()
    assert (one.times, one.tickets) == (2, sorted([first, second]))
    assert one.body == ANSWER
    assert "居住证" in one.title
    answered("外来人员怎么办居住证")
    jobs.propose_drafts()
    assert [(one.times, one.body) for one in queries.proposals()] == [(3, ANSWER)]


def test_confidential_matters_reports_and_articles_propose_nothing(app: APIFlask) -> None:
    for _ in range(3):
        answered("外来人员怎么办居住证", is_confidential=True)
        answered("外来人员怎么办居住证", "好的。")
    for _ in range(2):
        ticket = factories.taken(may_sort=False, title="居住证怎么办理").ticket
        locked = tickets.lock(ticket.number)
        sorting.answer(locked, ANSWER, by="staff:1", now=NOW, article=published().number)
    db.session.commit()
    assert proposing.propose(now=NOW, figures=LearningRules()) == 0


def proposal(**changes: object) -> Proposal:
    """A proposal that waits."""
    given = {
        "key": "居住证",
        "category_code": "T010101",
        "title": "居住证怎么办",
        "questions": "居住证到期",
        "body": ANSWER,
        "times": 2,
        "ticket_ids": [],
        "made_at": NOW,
        "state": Stand.OPEN,
    }
    made = Proposal(**(given | changes))
    db.session.add(made)
    db.session.commit()
    return made


def test_an_accepted_proposal_is_the_editors_draft(app: APIFlask) -> None:
    made, by = proposal(), editor()
    article = operations.accept(made.id, by=by.id, now=NOW)
    assert (article.state, article.author_id) == (State.DRAFT, by.id)
    assert (article.title, article.questions) == ("居住证怎么办", "居住证到期")
    with pytest.raises(Refused):
        operations.decide(made.id, Stand.DISMISSED, by=by.id, now=NOW)
    with pytest.raises(Refused):
        operations.accept(made.id, by=by.id, now=NOW)


def test_the_page_shows_each_tab_and_does_each_thing(app: APIFlask, operator: Asker) -> None:
    ask(operator, "电动车上牌")
    made, article = proposal(), published()
    complaint = operations.complain(article.number, "费用不对", operator, now=NOW)
    db.session.commit()
    client = app.test_client()
    factories.sign_in(client, editor())
    shown = {"missing": "电动车", "proposals": "居住证怎么办", "complaints": "费用不对"}
    shown |= {"figures": "供热报停怎么办理", "dismissed": ""}
    for tab, words in shown.items():
        assert words in client.get(f"/kb/learning?tab={tab}").text
    token = factories.hidden(client.get("/kb/learning").text, "csrf_token")

    def post(path: str, **sent: object) -> int:
        given = {"csrf_token": token} | sent
        return client.post(f"/kb/learning/{path}", data=given).status_code

    assert post("dismiss", keys=["上牌 电动车"], example="电动车上牌") == 303
    assert "电动车" in client.get("/kb/learning?tab=dismissed").text
    assert post("restore", keys=["上牌 电动车"]) == 303
    assert post("restore") == 422
    assert post(f"proposals/{made.id}/dismiss") == 303
    assert post(f"proposals/{made.id}/restore") == 303
    assert post(f"proposals/{made.id}/accept") == 303
    assert post(f"proposals/{made.id}/accept") == 409
    assert post("proposals/999/accept") == 404
    assert post(f"complaints/{complaint.id}", stand="accepted") == 303
    assert post(f"complaints/{complaint.id}", stand="lost") == 422
    assert db.session.scalars(select(Article.title).where(Article.state == State.DRAFT)).one()


def test_learning_by_api(app: APIFlask, client: FlaskClient, operator: Asker) -> None:
    ask(operator, "电动车上牌")
    made, api = proposal(), "/api/v1/kb"
    complaint = operations.complain(published().number, "费用不对", operator, now=NOW)
    db.session.commit()
    headers = factories.bearer(editor())
    (gap,) = client.get(f"{api}/gaps", headers=headers).get_json()["items"]
    assert gap["times"] == 1
    for way, left in (("dismiss", 0), ("restore", 1)):
        sent = {"keys": gap["keys"]}
        assert client.post(f"{api}/gaps/{way}", json=sent, headers=headers).status_code == 200
        assert len(client.get(f"{api}/gaps", headers=headers).get_json()["items"]) == left
    (one,) = client.get(f"{api}/proposals", headers=headers).get_json()["items"]
    assert one["title"] == "居住证怎么办"
    for way, status in (("dismiss", 200), ("restore", 200), ("accept", 201), ("accept", 409)):
        path = f"{api}/proposals/{made.id}/{way}"
        assert client.post(path, headers=headers).status_code == status
    (said,) = client.get(f"{api}/complaints", headers=headers).get_json()["items"]
    assert said["words"] == "费用不对"
    path = f"{api}/complaints/{complaint.id}"
    assert client.post(path, json={"stand": "accepted"}, headers=headers).status_code == 200
    assert client.post(path, json={"stand": "dismissed"}, headers=headers).status_code == 409


def test_reports_are_never_learned_from(app: APIFlask) -> None:
    for _ in range(2):
        ticket = factories.taken(may_sort=False, title="外来人员办居住证").ticket
        locked = tickets.lock(ticket.number)
        sorting.answer(locked, ANSWER, by="staff:1", now=NOW)
        locked.request_type = RequestType.REPORT
    db.session.commit()
    assert proposing.propose(now=NOW, figures=LearningRules()) == 0
