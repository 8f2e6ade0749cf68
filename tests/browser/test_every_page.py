"""Every page as everybody who may open it: axe, the policy, scripts, width; in English too."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, ConsoleMessage, Page
from sqlalchemy import update

from hotline.access import Role
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.redis import Lenient
from tests import committed, factories, spreading
from tests.browser import rounds, stage
from tests.browser.conftest import AXE, DESK, NOTE_REFUSALS, NOWHERE, PHONE, faults_of
from tests.browser.rounds import NOBODY, Visit
from tests.browser.stage import Stage
from tests.front.conftest import CHROMIUM
from tests.house import walking
from tests.serving import STREAM, served
from tests.webhooks import doors

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

Answer = Callable[[Visit], tuple[int, tuple[int, int]]]
EVERYBODY = [NOBODY, *(role.value for role in Role)]
CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]+")
DATA = (
    *("factories.py", "house/town.py", "flows/steps.py", "portal/steps.py", "kb/articles.py"),
    *("dispatch/samples.py", "callbacks/samples.py", "browser/stage.py", "browser/rounds.py"),
    "../hotline/calendar/rules.py",
)
"""Where the words of the town's people, and its holidays' names, come from: what is Chinese in
English stands there."""
EXCEPT = ("简体中文", "中文", "社保大厅")
"""Names of languages, and the example of what a city calls a unit."""
NOT_HERE = (STREAM, "/console/phone/token")
"""What no test of single pages has: live updates, and a carrier that gives a key for a phone."""


@pytest.fixture(scope="module")
def town(
    committing_app: tuple[APIFlask, str, str],
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[Stage]:
    """A town that lasts for all of these tests."""
    spreading.only_here("town", pytestconfig, tmp_path_factory.getbasetemp())
    with committed.anew(committing_app) as app:
        app.extensions["password_hasher"] = factories.cheap_hasher()
        app.extensions["live_redis"] = Lenient(NOWHERE)
        yield stage.built(app)
        app.extensions.pop("live_redis")


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, int]]:
    """The shapes of pages that were looked at: another role's page may be the same."""
    return set()


@pytest.fixture(scope="module")
def answer(town: Stage) -> Answer:
    """A page's status and shape, asked for once: nothing here changes them."""

    @cache
    def answered(visit: Visit) -> tuple[int, tuple[int, int]]:
        given = town.client(visit.who).get(visit.path)
        return given.status_code, rounds.shape(given.text)

    return answered


@needs_chromium
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_is_well_made(
    town: Stage, chromium: Browser, answer: Answer, seen: set[tuple[str, int]], who: str
) -> None:
    wrong = []
    with served(town.app) as address:
        page, said = opened(town, chromium, address, who)
        for visit in of(town, who):
            status, shape = answer(visit)
            if visit.is_fragment or status != 200 or not _is_new(seen, visit, shape):
                continue
            said.clear()
            page.goto(visit.path)
            found = faults_of(page) + (_on_a_phone(page) if _is_for_phones(who) else [])
            wrong += [f"{visit.path}: {one}" for one in found + said]
        page.context.close()
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("who", EVERYBODY)
def test_in_english_only_what_people_wrote_is_chinese(town: Stage, who: str) -> None:
    data = "".join((Path("tests") / one).read_text(encoding="utf-8") for one in DATA)
    data += "".join(one.body for one in doors.messages())
    client, wrong = town.client(who), []
    _speak(town, who, "en")
    for visit in of(town, who):
        words = Words(client.get(visit.path).text).found
        left = {run for one in words for run in CHINESE.findall(one)}
        wrong += [f"{visit.path}: {run}" for run in left if run not in data and run not in EXCEPT]
    _speak(town, who, "zh_CN")
    assert not wrong, "\n".join(sorted(wrong))


def test_each_page_is_opened_by_somebody(town: Stage, answer: Answer) -> None:
    answers: dict[str, set[int]] = {}
    for visit in rounds.visits(town.app, town.known):
        answers.setdefault(visit.path, set()).add(answer(visit)[0])
    assert [path for path, statuses in answers.items() if 200 not in statuses] == []
    assert [path for path, statuses in answers.items() if statuses - {200, 403, 404}] == []


def test_no_rule_is_written_for_a_page_that_is_gone(town: Stage) -> None:
    routes = walking.routes(town.app)
    endpoints = {one.endpoint for one in routes if one.method == "GET"}
    assert set(rounds.PLACES) <= {one.rule for one in routes}
    assert endpoints >= rounds.NO_PAGES.keys() | rounds.FRAGMENTS | set(rounds.OWN)


def of(town: Stage, who: str) -> list[Visit]:
    """Where these people go."""
    return [one for one in rounds.visits(town.app, town.known) if one.who == who]


def opened(town: Stage, chromium: Browser, address: str, who: str) -> tuple[Page, list[str]]:
    """A tab of theirs, and what its console says."""
    said: list[str] = []
    width, height = DESK
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": width, "height": height}, base_url=address
    )
    kept = town.cookies(who)
    context.add_cookies([{"name": one, "value": value, "url": address} for one, value in kept])
    page = context.new_page()
    page.add_init_script(NOTE_REFUSALS)
    page.add_init_script(path=AXE)
    page.on("console", lambda message: said.extend(_complaint(message)))
    return page, said


class Words(HTMLParser):
    """Everything on a page that somebody reads or hears, what is marked as Chinese left out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._quiet = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if not self._quiet and (given.get("lang") or "").startswith("zh"):
            self._quiet = tag
        if not self._quiet:
            self.found += [value for name, value in attrs if value and name not in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._quiet:
            self._quiet = ""

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.found.append(data)


def _is_new(seen: set[tuple[str, int]], visit: Visit, shape: tuple[int, int]) -> bool:
    """Whether no one saw such a page: what is around it, or what is in it at its address."""
    keys = {("around " + visit.who, shape[0]), (visit.path.partition("?")[0], shape[1])}
    is_new = not keys <= seen
    seen |= keys
    return is_new


def _is_for_phones(who: str) -> bool:
    return who == NOBODY or rounds.is_of_unit(who)


def _on_a_phone(page: Page) -> list[str]:
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found = [f"on a phone: {one}" for one in faults_of(page)]
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


def _complaint(message: ConsoleMessage) -> list[str]:
    is_quiet = message.type != "error" or message.location.get("url", "").endswith(NOT_HERE)
    return [] if is_quiet else [f"console: {message.text} {message.location.get('url')}"]


def _speak(town: Stage, who: str, language: str) -> None:
    if who == NOBODY:
        town.citizen.get(f"/language/{language}")
        return
    asked = update(Staff).where(Staff.id == town.people[who].id).values(locale=language)
    db.session.execute(asked)
    db.session.commit()
