"""A report from the empty form to its receipt, with all that can come between."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from hotline import clock
from hotline.access import Role
from hotline.attachments import rules
from hotline.attachments.models import Attachment
from hotline.extensions import db
from hotline.notices import operations
from hotline.notices.operations import Announcement
from hotline.notices.rules import Supply
from hotline.people import queries as people
from hotline.portal import outlines, pending
from hotline.tickets.intake import Place
from hotline.tickets.models import Ticket, TicketText
from tests import factories
from tests.kb import articles
from tests.portal import steps

pytestmark = pytest.mark.usefixtures("app")
HAIGANG = {"lat": "39.95", "lng": "119.58"}


def announce(area: str = "玉带湾小区") -> None:
    person = factories.staff("leader", Role.SHIFT_LEADER)
    viewer, now = people.viewer_of(person.id, person.epoch, clock.now()), clock.now()
    assert viewer is not None
    span = (now - timedelta(hours=1), now + timedelta(hours=5))
    said = Announcement("E01", Supply.WATER, ("C01",), area, "管网检修<b>", *span)
    operations.announce(said, by=viewer, now=now, districts={"C01"})
    db.session.commit()


def newest() -> tuple[Ticket, TicketText]:
    ticket = db.session.query(Ticket).order_by(Ticket.id.desc()).first()
    assert ticket is not None
    texts = db.session.get(TicketText, ticket.id)
    assert texts is not None
    return ticket, texts


def test_three_fields_are_enough_and_open_the_ticket(client: FlaskClient) -> None:
    number, code = steps.number_and_code(client, steps.send(client))
    assert (len(number), len(code)) == (13, 6)
    assert client.get(f"/track/{number}").status_code == 200  # without giving the code
    ticket, _ = newest()
    assert (ticket.number, ticket.district_code) == (number, "C01")  # the words name it


def test_known_things_come_before_it_is_sent_and_nothing_is_lost(client: FlaskClient) -> None:
    announce()
    page = steps.send(client, steps.picture(), name="李<i>四", confidential="1")
    assert page.status_code == 200
    assert "管网检修&lt;b&gt;" in page.text and "1 个文件" in page.text
    assert db.session.query(Ticket).count() == 0
    changed = steps.go_on(client, page.text, "change")
    assert changed.status_code == 200
    assert "pipe.jpg" in changed.text and "李&lt;i&gt;四" in changed.text
    assert 'name="confidential" value="1" checked' in changed.text
    number, _ = steps.number_and_code(client, steps.go_on(client, page.text, "send"))
    (kept,) = db.session.query(Attachment).all()
    assert (kept.name, kept.of_seq) == ("pipe.jpg", 1)
    shown = client.get(f"/track/{number}").text
    assert "pipe.jpg" in shown
    picture = client.get(f"/track/{number}/files/{kept.key}/picture?small=1")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")


def test_others_are_counted_from_three_on_without_their_words(client: FlaskClient) -> None:
    for number in range(3):
        factories.sorted_ticket(
            phone=f"+86138000{number:05d}",
            title="王某某家停水",
            body="玉带湾小区停水，我是王某某",
            place=Place("玉带湾小区", "C01"),
            category="T010102",
        )
    page = steps.send(client).text
    assert "已有 3 位市民反映" in page and "停水报修" in page
    assert "王某某" not in page


def test_an_answer_that_fits_is_offered(client: FlaskClient) -> None:
    articles.published(title="供热报停怎么办理", is_public=True)
    page = steps.send(client, body="供热报停怎么办理")
    assert page.status_code == 200 and "供热报停怎么办理" in page.text
    assert steps.send(client, body="供热报停怎么办理", seen="1").status_code == 303


def test_while_typing_the_same_is_a_fragment(client: FlaskClient) -> None:
    announce()
    token = factories.hidden(client.get("/report").text, "csrf_token")
    asked = {"csrf_token": token, "body": "停水了", "place": "玉带湾小区"} | HAIGANG
    page = client.post("/report/hints", data=asked).text
    assert "管网检修" in page and 'name="seen"' in page and "海港区" in page
    assert "<html" not in page
    wrong = client.post("/report/hints", data={"csrf_token": token, "lat": "north"})
    assert wrong.status_code == 200


def test_a_wrong_field_keeps_pictures_and_words(client: FlaskClient) -> None:
    page = steps.send(client, steps.picture(), phone="12", title="<script>alert(1)</script>")
    assert page.status_code == 422
    assert "这不是电话号码" in page.text and "pipe.jpg" in page.text
    assert "<script>alert" not in page.text
    again = steps.send(client, steps.picture("second.jpg"), page=page.text, drop="0")
    assert again.status_code == 303
    assert [one.name for one in db.session.query(Attachment)] == ["second.jpg"]


@pytest.mark.parametrize("content", [b"MZ not a picture", b"<svg onload=alert(1)>"])
def test_a_file_of_the_wrong_kind_is_refused_and_the_rest_kept(
    client: FlaskClient, content: bytes
) -> None:
    page = steps.send(client, steps.picture())
    assert page.status_code == 303
    bad = steps.picture("../<b>evil.jpg")
    bad.stream.seek(0)
    bad.stream.truncate()
    bad.stream.write(content)
    bad.stream.seek(0)
    page = steps.send(client, bad, body="很长的说明，写了很久")
    assert page.status_code == 422
    assert "很长的说明，写了很久" in page.text and "<b>evil" not in page.text
    assert db.session.query(Ticket).count() == 1


def test_more_than_a_form_may_hold_is_refused_and_the_words_are_kept(client: FlaskClient) -> None:
    content = io.BytesIO(b"%PDF-" + b"1" * 9 * rules.MEGABYTE)
    large = [FileStorage(io.BytesIO(content.getvalue()), filename=f"{n}.pdf") for n in range(4)]
    page = steps.send(client, *large, body="河边的路灯坏了三天")
    assert page.status_code == 422
    assert "32 MB" in page.text and "河边的路灯坏了三天" in page.text


def test_nine_files_are_the_most_together_with_those_kept(client: FlaskClient) -> None:
    many: list[FileStorage] = [steps.picture(f"{n}.jpg") for n in range(9)]
    page = steps.send(client, *many, phone="12")
    assert page.text.count('name="drop"') == 9
    more = steps.send(client, steps.picture(), page=page.text)
    assert more.status_code == 422 and "一次最多 9 个文件" in more.text


def test_a_pin_is_a_place_too(client: FlaskClient) -> None:
    assert steps.send(client, place="").status_code == 422
    assert steps.send(client, place="", **HAIGANG).status_code == 303
    ticket, texts = newest()
    assert (ticket.district_code, texts.lat, texts.lng) == ("C01", 39.95, 119.58)
    assert texts.place.startswith("海港区 39.95")
    outside = steps.send(client, place="", lat="31.2", lng="121.4")
    assert outside.status_code == 422 and "不在本市范围内" in outside.text
    chosen = steps.send(client, place="民族路", district="C04", **HAIGANG)
    assert chosen.status_code == 303 and newest()[0].district_code == "C04"


def test_an_old_or_foreign_token_carries_no_files(client: FlaskClient) -> None:
    assert pending.read("nonsense") == []
    assert pending.read("é") == []
    assert steps.send(client, held="nonsense").status_code == 303
    assert db.session.query(Attachment).count() == 0


def test_a_machine_falls_into_the_trap(client: FlaskClient) -> None:
    assert steps.send(client, website="http://spam").status_code == 422
    assert db.session.query(Ticket).count() == 0


@pytest.mark.parametrize(
    ("lat", "lng", "name"),
    [
        (39.95, 119.58, "海港区"),
        (39.83, 119.48, "北戴河区"),
        (40.41, 118.95, "青龙满族自治县"),
        (39.71, 119.16, "昌黎县"),
        (39.0, 120.5, None),
    ],
)
def test_the_district_of_a_point(lat: float, lng: float, name: str | None) -> None:
    assert outlines.district_at(lat, lng) == name
    assert outlines.is_near_city(lat, lng) is (name is not None)
