"""What is asked and used: once a burst, nobody's words, summed up, forgotten in time."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline import relay
from hotline.access import Role
from hotline.extensions import db
from hotline.messages.models import Message
from hotline.tickets import operations as tickets
from hotline.tickets import sorting
from kb.models import Article
from kb.use import jobs, noting, operations, queries
from kb.use.kinds import Source, Stand, UseKind
from kb.use.models import Complaint, Count, Search, Use
from kb.use.noting import Asker
from tests import factories
from tests.factories import NOW
from tests.kb.articles import draft, editor, published

SECOND = timedelta(seconds=1)


@pytest.fixture
def operator(app: APIFlask) -> Asker:
    """Somebody at the console."""
    return Asker(Source.CONSOLE, staff_id=factories.staff("op", Role.OPERATOR).id)


def asked() -> list[tuple[str, int]]:
    """What is kept of searches: the words and how much was found."""
    rows = db.session.execute(select(Search.asked, Search.found).order_by(Search.id))
    return [(words, found) for words, found in rows]


def count_of(article: Article) -> queries.Figures:
    """The figures of an article."""
    return queries.figures("used", limit=1, number=article.number)[0]


def test_what_one_person_types_in_a_row_is_one_search(operator: Asker) -> None:
    for at, words in enumerate(("公积", "公积金", "公积金怎么", "公积金怎么提取")):
        noting.note_search(words, at, operator, at=NOW + at * SECOND)
    assert asked() == [("公积金怎么提取", 3)]
    noting.note_search("公积", 9, operator, at=NOW + 5 * SECOND)
    assert asked() == [("公积金怎么提取", 3)]
    noting.note_search("停水怎么查", 1, operator, at=NOW + 6 * SECOND)
    noting.note_search("停水怎么查询", 1, operator, at=NOW + 60 * SECOND)
    assert [words for words, _ in asked()] == ["公积金怎么提取", "停水怎么查", "停水怎么查询"]


def test_others_searches_are_their_own(operator: Asker) -> None:
    other = Asker(Source.CONSOLE, staff_id=factories.staff("op2", Role.OPERATOR).id)
    for asker in (operator, other, noting.citizen(Source.PUBLIC), noting.citizen(Source.PUBLIC)):
        noting.note_search("公积金", 1, asker, at=NOW)
    assert len(asked()) == 4


def test_only_the_public_is_held_to_a_number(operator: Asker) -> None:
    citizen = noting.citizen(Source.PUBLIC)
    for n in range(125):
        noting.note_search(f"公积金{'很' * n}", 1, citizen, at=NOW)
        noting.note_search(f"公积金{'很' * n}", 1, operator, at=NOW + n * timedelta(minutes=1))
    kept = [source for source in db.session.scalars(select(Search.source))]
    assert kept.count(Source.PUBLIC) <= 120
    assert kept.count(Source.CONSOLE) == 125


def test_no_person_is_kept(operator: Asker) -> None:
    noting.note_search("张建国13812345678问公积金", 0, operator, at=NOW)
    assert asked() == [("某*问公积金", 0)]
    for nothing in ("", "。", "13812345678", "\x00"):
        noting.note_search(nothing, 0, operator, at=NOW)
    assert len(asked()) == 1


def test_what_is_used_belongs_to_the_last_search(operator: Asker) -> None:
    article = published()
    noting.note_search("供热报停", 1, operator, at=NOW)
    assert noting.note_use(article.number, UseKind.OPENED, operator, at=NOW + SECOND)
    assert db.session.scalars(select(Search.used_article_id)).one() is None
    assert noting.note_use(article.number, UseKind.INSERTED, operator, at=NOW + SECOND)
    search = db.session.scalars(select(Search)).one()
    assert search.used_article_id == article.id
    late = NOW + timedelta(hours=1)
    assert noting.note_use(article.number, UseKind.INSERTED, operator, at=late)
    found = db.session.scalars(select(Use.search_id).order_by(Use.id)).all()
    assert found == [search.id, search.id, None]


def test_only_what_was_published_is_counted(operator: Asker) -> None:
    own = draft(editor())
    assert not noting.note_use(own.number, UseKind.OPENED, operator, at=NOW)
    assert not noting.note_use("K999999", UseKind.OPENED, operator, at=NOW)


def test_a_ticket_answered_from_an_article_counts(app: APIFlask, operator: Asker) -> None:
    article = published()
    ticket = factories.taken(may_sort=False).ticket
    locked = tickets.lock(ticket.number)
    by = f"staff:{operator.staff_id}"
    sorting.answer(locked, "到营业厅。", by=by, now=NOW, article=article.number, revision=1)
    db.session.commit()
    relay.drain()
    used = db.session.scalars(select(Use)).one()
    assert (used.kind, used.ticket_id, used.staff_id) == (
        UseKind.ANSWERED,
        ticket.id,
        operator.staff_id,
    )
    assert queries.uses_of([ticket.id])[ticket.id][0][0] == article.number


def test_uses_are_folded_once_and_figures_are_the_same_before(operator: Asker) -> None:
    article = published()
    for kind in (UseKind.OPENED, UseKind.INSERTED, UseKind.INSERTED, UseKind.ANSWERED):
        noting.note_use(article.number, kind, operator, at=NOW)
    before = count_of(article)
    assert (before.opened, before.inserted, before.answered, before.used) == (1, 2, 1, 3)
    jobs.fold_uses()
    jobs.fold_uses()
    assert db.session.get_one(Count, article.id).inserted == 2
    assert count_of(article) == before
    noting.note_use(article.number, UseKind.HELPFUL, operator, at=NOW)
    assert count_of(article).helpful == 1


def test_old_searches_and_counted_uses_are_forgotten(operator: Asker) -> None:
    article = published()
    for age in (1, 1000):
        noting.note_search("供热报停", 1, operator, at=NOW - timedelta(days=age))
        noting.note_use(article.number, UseKind.INSERTED, operator, at=NOW - timedelta(days=age))
    operations.fold()
    limit = NOW - timedelta(days=365)
    assert operations.forget(searches_before=limit, uses_before=limit) == 2
    assert operations.forget(searches_before=limit, uses_before=limit) == 0
    assert len(asked()) == 1
    assert count_of(article).inserted == 2


def test_a_page_says_once_whether_it_helped(app: APIFlask) -> None:
    article = published(is_public=True)
    client = app.test_client()
    mark = factories.hidden(client.get(f"/answers/{article.number}").text, "mark")
    token = factories.hidden(client.get(f"/answers/{article.number}").text, "csrf_token")
    for helped in ("yes", "no", "yes"):
        sent = {"helped": helped, "mark": mark, "csrf_token": token}
        answer = client.post(f"/answers/{article.number}/helpful", data=sent)
        assert answer.status_code == 303
    made_up = {"helped": "no", "mark": "made-up", "csrf_token": token}
    assert client.post(f"/answers/{article.number}/helpful", data=made_up).status_code == 303
    assert db.session.scalars(select(Use.kind)).all() == [UseKind.HELPFUL]
    hidden = published()
    gone = client.post(f"/answers/{hidden.number}/helpful", data=made_up)
    assert gone.status_code == 404


def test_an_answer_settles_a_report(app: APIFlask) -> None:
    article = published(is_public=True)
    client = app.test_client()
    page = client.get("/report").text
    visit, token = factories.hidden(page, "visit"), factories.hidden(page, "csrf_token")
    noting.note_search("供热报停", 1, noting.citizen(Source.PORTAL, visit), at=NOW)
    db.session.commit()
    sent = {"number": article.number, "visit": visit, "csrf_token": token}
    answer = client.post("/report/settled", data=sent)
    assert (answer.status_code, answer.location) == (303, "/report/helped")
    used = db.session.scalars(select(Use)).one()
    assert (used.kind, used.source, used.ticket_id) == (UseKind.ANSWERED, Source.PORTAL, None)
    assert client.post("/report/settled", data=sent | {"number": "K999999"}).status_code == 404


def test_use_by_api(app: APIFlask, client: FlaskClient) -> None:
    article = published(is_public=True)
    headers = factories.bearer(factories.staff("op", Role.OPERATOR))
    path = f"/api/v1/kb/articles/{article.number}"
    made = client.post(f"{path}/uses", json={"kind": "inserted"}, headers=headers)
    assert (made.status_code, made.get_json()) == (201, {"counted": True})
    bad = client.post(f"{path}/uses", json={"kind": "answered"}, headers=headers)
    assert bad.status_code == 422
    wrong = client.post(f"{path}/complaints", json={"words": "张建国说费用不对"}, headers=headers)
    assert wrong.status_code == 201
    assert db.session.scalars(select(Complaint.words)).one() == "某说费用不对"
    text = client.post(f"{path}/text", json={"phone": "13803350001"}, headers=headers)
    assert (text.status_code, text.get_json()) == (201, {"to": "13803350001"})
    assert "供热报停怎么办理" in db.session.scalars(select(Message.body)).one()
    for phone in ("", "0335-3012345", "12345", "x"):
        refused = client.post(f"{path}/text", json={"phone": phone}, headers=headers)
        assert refused.status_code == 422, phone
    figures = client.get(f"{path}/figures", headers=headers).get_json()
    assert (figures["inserted"], figures["texted"], figures["complained"]) == (1, 1, 1)


def test_a_confidential_ticket_is_answered_by_no_text(app: APIFlask, client: FlaskClient) -> None:
    article = published()
    headers = factories.bearer(factories.staff("op", Role.OPERATOR))
    secret = factories.taken(is_confidential=True, phone="+8613900000001").ticket
    path = f"/api/v1/kb/articles/{article.number}/text"
    answer = client.post(path, json={"ticket": secret.number}, headers=headers)
    assert answer.get_json()["error"]["code"] == "confidential_text"
    assert db.session.scalars(select(Message).where(Message.kind == "knowledge")).all() == []


def test_a_complaint_is_settled_once_and_may_be_taken_up_again(operator: Asker) -> None:
    article, by = published(), editor().id
    made = operations.complain(article.number, "费用不对", operator, now=NOW)
    operations.settle(made.id, Stand.DISMISSED, by=by, now=NOW)
    assert queries.complaints() == []
    operations.settle(made.id, Stand.OPEN, by=by, now=NOW)
    assert [one.words for one in queries.complaints()] == ["费用不对"]
    operations.settle(made.id, Stand.ACCEPTED, by=by, now=NOW)
    with pytest.raises(Exception, match="Somebody has decided"):
        operations.settle(made.id, Stand.DISMISSED, by=by, now=NOW)
