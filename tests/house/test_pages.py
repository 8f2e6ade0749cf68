"""Every page has a title, one main heading, and a label on each of its fields.

The layouts pass axe in `tests/front`; here each room's pages are looked at as they are made.
"""

from html.parser import HTMLParser

from apiflask import APIFlask

from tests import factories
from tests.house import town

UNLABELLED = {"hidden", "submit", "button"}
PAGES = """
nobody          / /outages /outages?place=文化路 /report /report/helped
nobody          /report?channel=mailbox /track /answers /login
operator        /console /console?item={received} /search /search?q=夜市
operator        /phone
operator        /account /kb /tickets/{received}
operator        /tickets/{awaiting_callback} /notices /notices?phase=past
dispatcher      /dispatch /dispatch/map /dispatch/map?district=C01 /tickets/{pending_dispatch}
handler         /notices /unit/inside /unit/inside?tab=replied /unit/inside?tab=approve
handler         /unit/stand-ins
handler         /unit /unit?tab=in_review /tickets/{in_progress} /tickets/{return_requested}
reviewer        /dispatch/review /dispatch/review?tab=returns /tickets/{in_review}
reviewer        /callbacks/decisions
callback_agent  /callbacks /callbacks/{awaiting_callback}
administrator   /admin/calendar/2026 /admin/calendar/2027 /admin/calendar/hours
administrator   /admin/calendar/hours?unit=E01
supervisor      /supervision /supervision?tab=today /supervision?tab=cards
supervisor      /supervision?tab=calls /supervision?tab=orders /supervision?tab=dissatisfied
supervisor      /supervision?tab=returns /supervision?tab=late
supervisor      /supervision?tab=clocks&unit=D16&lamp=green /warnings
handler         /warnings /warnings?tab=cards /warnings?tab=orders
operator        /calls /calls?owed
supervisor      /calls /calls?owed /calls/board /calls/figures
editor          /kb /kb?tab=submitted /kb?tab=review /kb?tab=expiring /kb?tab=loose /kb/new
editor          /kb/import /kb/export /kb/learning /kb/learning?tab=proposals
editor          /kb/learning?tab=complaints /kb/learning?tab=figures /kb/learning?tab=dismissed
handler         /kb?tab=draft /kb/new
administrator   /admin/lines
administrator   /admin /admin/new /admin/staff/handler /admin/system
"""


class Outline(HTMLParser):
    """What a page is made of, as far as these rules ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.title, self.lang = "", ""
        self.fields: list[dict[str, str]] = []
        self.labels: set[str] = set()
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "h1":
            self.headings.append("")
        elif tag == "label":
            self.labels.add(given.get("for", ""))
        elif tag in ("input", "select", "textarea") and given.get("type") not in UNLABELLED:
            self.fields.append(given | ({"inside": "label"} if "label" in self._open else {}))
        if tag in ("input", "meta", "link", "img", "br", "hr", "use", "path"):
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "h1" in self._open:
            self.headings[-1] += data.strip()
        elif "title" in self._open and "svg" not in self._open:
            self.title += data.strip()

    @property
    def unlabelled(self) -> list[str]:
        """Names of fields that nothing names for a reader of the screen."""
        return [
            one.get("name", "?")
            for one in self.fields
            if one.get("id") not in self.labels
            and not one.keys() & {"aria-label", "aria-labelledby", "inside", "hidden"}
        ]


def test_pages_have_a_title_one_heading_and_labels(app: APIFlask) -> None:
    crew, wrong = town.build(app, many=town.FEW, some=town.FEW), []
    for who, *paths in (line.split() for line in PAGES.splitlines() if line):
        client = app.test_client()
        if who in crew:
            factories.sign_in(client, crew[who])
        for written in paths:
            path = town.filled(written)
            answer = client.get(path)
            wrong += [
                f"{who} {path}: {fault}" for fault in _faults(answer.status_code, answer.text)
            ]
    assert wrong == []


def test_the_rules_notice() -> None:
    assert _faults(200, "<html lang='zh-CN'><title>a</title><h1>b</h1>") == []
    bad = "<html><title></title><h1>a</h1><h1></h1><input name='x'><label><input name='y'></label>"
    assert _faults(200, bad) == [
        "no language",
        "no title",
        "2 main headings",
        "no label for x",
    ]


def _faults(status: int, text: str) -> list[str]:
    page = Outline(text)
    wrong = [f"status {status}"] if status != 200 else []
    wrong += [] if page.lang else ["no language"]
    wrong += [] if page.title else ["no title"]
    if len(page.headings) != 1:
        wrong.append(f"{len(page.headings)} main headings")
    elif not page.headings[0]:
        wrong.append("an empty heading")
    return wrong + [f"no label for {name}" for name in page.unlabelled]
