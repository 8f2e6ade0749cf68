"""Public pages for readers and search engines, QR codes, files, revisions: over HTTP."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import segno
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from hotline.access import Role
from hotline.extensions import db
from kb import files, operations, qr
from kb.file_models import ArticleFile
from tests import factories
from tests.browsing import Browser
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, submitted, wording

NASTY = "</script><script>alert(1)</script>"
GUIDE = {"who": "市民", "materials": "身份证\n户口簿", "phone": "0335-12345", "fee": NASTY}


def linked(text: str) -> Any:
    """The page's JSON-LD."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert len(found) == 1
    return json.loads(found[0])["@graph"]


def test_a_guide_is_told_to_search_engines(app: APIFlask, client: FlaskClient) -> None:
    given: dict[str, Any] = {"kind": "item_guide", "guide": GUIDE, "category": "T010101"}
    one = published(is_public=True, title=f"办证{NASTY}", **given, unit="D14")
    shown = client.get(f"/answers/{one.number}").text
    service, trail = linked(shown)
    assert service["@type"] == "GovernmentService" and service["name"] == f"办证{NASTY}"
    assert service["availableChannel"]["servicePhone"]["telephone"] == "0335-12345"
    assert len(trail["itemListElement"]) == 4
    with app.test_request_context():
        assert f'<link rel="canonical" href="{qr.address(one.number)}">' in shown
    assert "<li>户口簿</li>" in shown and 'href="tel:033512345"' in shown
    assert "<script>alert" not in shown


def test_a_question_is_told_with_its_answer(client: FlaskClient) -> None:
    one = published(is_public=True, body=f"答{NASTY}\u2028完")
    page, _ = linked(client.get(f"/answers/{one.number}").text)
    assert page["@type"] == "FAQPage"
    assert page["mainEntity"][0]["acceptedAnswer"]["text"] == f"答{NASTY}\u2028完"


def test_sitemap_and_robots_lead_to_the_answers(app: APIFlask, client: FlaskClient) -> None:
    one, inside = published(is_public=True), published(title="内部")
    assert "/sitemap.xml" in client.get("/robots.txt").text
    part = re.findall(r"<loc>[^<]*?(/sitemaps/\d+\.xml)</loc>", client.get("/sitemap.xml").text)
    listed = "".join(client.get(path).text for path in part)
    assert f"/answers/{one.number}</loc>" in listed and inside.number not in listed
    assert client.get("/sitemaps/99999.xml").status_code == 404


def test_answers_are_browsed_by_category(client: FlaskClient) -> None:
    one = published(is_public=True, category="T010101")
    two = published(is_public=True, title="另一条")
    shown = client.get("/answers?category=T0101").text
    assert one.title in shown and two.title not in shown and "全部答案" in shown
    assert client.get("/answers?category=T99").status_code == 404
    assert '<meta name="robots" content="noindex">' in client.get("/answers?q=供热").text


def test_the_code_says_the_canonical_address(app: APIFlask) -> None:
    one, browser = published(is_public=True), Browser(app)
    browser.sign_in(factories.staff("reader", Role.OPERATOR))
    with app.test_request_context():
        address = qr.address(one.number)
    assert address.endswith(f"/answers/{one.number}")
    expected = segno.make_qr(address, error=qr.CORRECTION)
    drawn = Image.open(io.BytesIO(browser.client.get(f"/kb/{one.number}/qr.png").data)).convert("1")
    cells = [
        [
            drawn.getpixel(((qr.QUIET + x) * qr.PIXELS, (qr.QUIET + y) * qr.PIXELS)) == 0
            for x in range(len(expected.matrix))
        ]
        for y in range(len(expected.matrix))
    ]
    assert cells == [[bool(cell) for cell in row] for row in expected.matrix]
    assert b"<svg" in browser.client.get(f"/kb/{one.number}/qr.svg").data
    assert address in browser.get(f"/kb/{one.number}/poster").text
    assert browser.get(f"/kb/{published(title='内部').number}/poster").status == 409


def test_a_file_goes_with_the_words_that_name_it(app: APIFlask) -> None:
    browser, picture = Browser(app), io.BytesIO()
    browser.sign_in(editor())
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    words: dict[str, Any] = {"kind": "qa", "title": "图", "body": "看图。", "is_public": "1"}
    page = browser.submit(
        browser.get("/kb/new"), "/kb/new", **words, files=(io.BytesIO(picture.getvalue()), "图.png")
    )
    (one,) = db.session.query(ArticleFile).all()
    assert f'src="/kb/files/{one.key}"' in page.text
    assert browser.client.get(f"/kb/files/{one.key}").mimetype == "image/jpeg"
    number = page.path.rpartition("/")[2]
    anybody = app.test_client()
    assert anybody.get(f"/answers/{number}/files/{one.key}").status_code == 404
    operations.submit(number, by=factories.staff("x", Role.EDITOR).id, now=NOW)
    operations.publish(number, by=editor("editor2").id, now=NOW)
    db.session.commit()
    assert anybody.get(f"/answers/{number}/files/{one.key}").status_code == 200
    other = published(is_public=True)
    assert anybody.get(f"/answers/{other.number}/files/{one.key}").status_code == 404
    unnamed = ArticleFile(
        **{name: getattr(one, name) for name in ("kind", "name", "size", "digest", "added_by")},
        key="k" * 43,
        stored_as="0" * 64,
        added_at=NOW - timedelta(days=31),
    )
    one.added_at = NOW - timedelta(days=31)
    db.session.add(unnamed)
    db.session.flush()
    assert files.sweep(NOW) == 1 and files.by_key(one.key) is not None
    assert files.known_names([one.stored_as, "f" * 64]) == {one.stored_as}


def test_a_bad_file_keeps_what_was_typed(app: APIFlask) -> None:
    browser = Browser(app)
    browser.sign_in(editor())
    words: dict[str, Any] = {
        "kind": "item_guide",
        "title": "图",
        "body": "看图。",
        "guide.fee": "免费",
    }
    bad = (io.BytesIO(b"MZ"), "x.exe")
    page = browser.submit(browser.get("/kb/new"), "/kb/new", **words, files=bad)
    assert page.status == 422 and "看图。" in page.text and "免费" in page.text
    preview = browser.submit(page, "/kb/new", **words, _preview="1")
    assert preview.status == 200 and "<p>看图。</p>" in preview.text


def test_a_changed_wording_shows_what_it_changes_and_the_old_one_comes_back(app: APIFlask) -> None:
    one, first, second = published(), Browser(app), Browser(app)
    writer, other = editor(), editor("editor2")
    first.sign_in(writer)
    second.sign_in(other)
    new = operations.edit(one.number, wording(body="全部改写。"), by=writer.id, now=NOW)
    operations.submit(new.number, by=writer.id, now=NOW)
    db.session.commit()
    shown = second.get(f"/kb/{new.number}")
    assert "<ins>" in shown.text and "全部改写。" in shown.text and "<del>" in shown.text
    second.submit(shown, f"/kb/{new.number}/publish")
    page = first.get(f"/kb/{one.number}/revisions")
    assert "第 2 版" in page.text and "现行" in page.text
    back = first.submit(page, f"/kb/{one.number}/restore")
    assert "已恢复为草稿" in back.text and "带身份证" in back.text
    assert "全部改写。" in first.get(f"/kb/{one.number}").text
    assert "此后的变化" in first.get(f"/kb/{one.number}/revisions/1").text
    assert first.get(f"/kb/{one.number}/revisions/9").status == 404


def test_ticked_articles_are_published_but_nobody_their_own(app: APIFlask) -> None:
    writer, other = editor(), editor("editor2")
    mine, theirs = submitted(writer, title="我的"), submitted(other, title="别人的")
    browser = Browser(app)
    browser.sign_in(writer)
    page = browser.get("/kb", tab="submitted")
    assert f'value="{theirs.number}"' in page.text and f'value="{mine.number}"' not in page.text
    both = [theirs.number, mine.number]
    done = browser.submit(page, "/kb/publish", numbers=both)
    assert "已发布 1 条" in done.text and "不能发布自己编写的内容" in done.text
    assert "请先勾选" in browser.submit(done, "/kb/publish").text


def test_sending_back_and_publishing_later(app: APIFlask) -> None:
    one, browser = submitted(editor()), Browser(app)
    browser.sign_in(editor("editor2"))
    path = f"/kb/{one.number}"
    page = browser.submit(browser.get(path), f"{path}/publish", publish_at="2099-01-01T08:00")
    assert "2099-01-01 08:00" in page.text and "撤回定时发布" in page.text
    page = browser.submit(page, f"{path}/unschedule")
    page = browser.submit(page, f"{path}/send-back", remark="缺少依据")
    assert "缺少依据" in page.text
    assert browser.submit(page, f"{path}/send-back", anywhere=True).status == 422


def test_the_lists_of_what_is_due(app: APIFlask) -> None:
    browser = Browser(app)
    browser.sign_in(editor())
    soon = published(title="快到期", valid_until=NOW.date() + timedelta(days=3))
    lost = published(title="丢了分类", category="T010101")
    lost.category_code = "T0909"
    draft(editor("editor2"), title="草稿一")
    db.session.commit()
    for tab, title in (("loose", lost.title), ("draft", "草稿一")):
        assert title in browser.get("/kb", tab=tab).text
    assert soon.title in browser.get("/kb").text
    assert "T0909" in browser.get(f"/kb/{lost.number}").text
    form = browser.get(f"/kb/{lost.number}/edit")
    assert '<option value="T0909" selected>' in form.text
