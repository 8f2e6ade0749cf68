"""Reminders of reviews and of articles that run out: to whom, once a step, anew for a new day."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from hotline.access import Role
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people.models import Staff
from kb import jobs, operations, queries, reminding
from kb.models import Article
from kb.queries import Upkeep
from kb.rules import ArticleRules
from supervision.models import WarningRow
from supervision.rules import WarningKind
from tests import factories
from tests.browsing import Browser
from tests.factories import NOW
from tests.kb.articles import draft, editor, published, wording

TODAY = date(2026, 11, 18)
DAY = timedelta(days=1)


def remind(today: date, numbers: ArticleRules) -> int:
    """Remind as the clock does; answers how many articles."""
    return reminding.remind(today, now=NOW, numbers=numbers)


@pytest.fixture
def people(app: APIFlask) -> dict[str, Staff]:
    """A handler of each of two units, and an editor."""
    return {
        "d14": factories.staff("d14", Role.HANDLER, unit_code="D14"),
        "d15": factories.staff("d15", Role.UNIT_HEAD, unit_code="D15"),
        "editor": editor(),
    }


def warned(person: Staff) -> list[tuple[str, int, str | None]]:
    """What somebody was warned of: step, how many articles, the number of a single one."""
    rows = db.session.scalars(
        select(WarningRow)
        .where(WarningRow.staff_id == person.id, WarningRow.kind == WarningKind.ARTICLE)
        .order_by(WarningRow.id)
    )
    return [(one.facts["step"], one.facts["count"], one.facts["article"]) for one in rows]


def run(day: date) -> int:
    """Remind on this day."""
    return remind(day, ArticleRules())


def test_units_hear_of_their_own_and_editors_of_all(people: dict[str, Staff]) -> None:
    one = published(unit="D14", review_days=10)
    two = published(unit="D14", review_days=10, title="另一篇")
    three = published(unit="D15", review_days=10, title="第三篇")
    published(title="没有单位", review_days=10)
    published(unit="D14", title="不用复核")
    assert one.review_on == TODAY + 10 * DAY
    assert run(TODAY + 9 * DAY) == 0
    assert run(TODAY + 10 * DAY) == 4
    assert warned(people["d14"]) == [("review_due", 2, None)]
    assert warned(people["d15"]) == [("review_due", 1, three.number)]
    assert warned(people["editor"]) == [("review_due", 4, None)]
    assert run(TODAY + 11 * DAY) == 0
    reminding.confirm(two.number, by=people["d14"].id, now=NOW + 12 * DAY)
    assert run(TODAY + 24 * DAY) == 4, "three overdue, one due again"
    assert warned(people["d14"])[1:] == [
        ("review_due", 1, two.number),
        ("review_overdue", 1, one.number),
    ]


def test_what_runs_out_is_told_before_and_after(people: dict[str, Staff]) -> None:
    article = published(unit="D14", valid_until=TODAY + 40 * DAY)
    days = [run(TODAY + n * DAY) for n in range(45)]
    assert [n for n, told in enumerate(days) if told] == [10, 41]
    assert [step for step, *_ in warned(people["d14"])] == ["expiring", "expired"]
    assert queries.suggest("供热报停", limit=5, today=TODAY + 40 * DAY)
    assert queries.suggest("供热报停", limit=5, today=TODAY + 41 * DAY) == []
    operations.edit(
        article.number, wording(valid_until=TODAY + 99 * DAY), by=people["editor"].id, now=NOW
    )
    assert run(TODAY + 45 * DAY) == 0, "the changed wording is not published yet"


def test_after_a_long_silence_only_the_last_step_is_told(people: dict[str, Staff]) -> None:
    published(unit="D14", review_days=10, valid_until=TODAY + 20 * DAY)
    assert run(TODAY + 90 * DAY) == 2
    assert [step for step, *_ in warned(people["d14"])] == ["review_overdue", "expired"]


def test_drafts_and_retired_articles_are_nobodys_trouble(people: dict[str, Staff]) -> None:
    draft(people["editor"], unit="D14", valid_until=TODAY)
    operations.retire(
        published(unit="D14", valid_until=TODAY).number, by=people["editor"].id, now=NOW
    )
    assert run(TODAY + 5 * DAY) == 0


def test_confirming_counts_anew_and_only_where_it_is_reviewed(people: dict[str, Staff]) -> None:
    article = published(review_days=30)
    reminding.confirm(article.number, by=people["editor"].id, now=NOW + 20 * DAY)
    assert article.review_on == TODAY + 50 * DAY
    with pytest.raises(Refused):
        reminding.confirm(draft(people["editor"]).number, by=people["editor"].id, now=NOW)


def test_the_clock_reminds_with_the_citys_date(people: dict[str, Staff]) -> None:
    published(unit="D14", valid_until=TODAY)
    with time_machine.travel(NOW.replace(hour=15, minute=59), tick=False):
        jobs.remind()
    assert [step for step, *_ in warned(people["d14"])] == ["expiring"]
    with time_machine.travel(NOW.replace(hour=16, minute=1), tick=False):
        jobs.remind()
    assert [step for step, *_ in warned(people["d14"])] == ["expiring", "expired"]


def test_the_warnings_page_leads_to_the_article(app: APIFlask, people: dict[str, Staff]) -> None:
    article = published(unit="D14", valid_until=TODAY)
    run(TODAY + DAY)
    db.session.commit()
    for who in ("d14", "editor"):
        client = Browser(app)
        client.sign_in(people[who])
        page = client.get("/warnings")
        assert "知识维护" in page.text and "已到期" in page.text and article.number in page.text
        warning = db.session.scalars(
            select(WarningRow.id).where(WarningRow.staff_id == people[who].id)
        ).one()
        assert client.get(f"/warnings/{warning}").path == f"/kb/{article.number}"


def test_how_each_unit_keeps_its_articles(people: dict[str, Staff]) -> None:
    def many(unit: str | None, count: int, **changes: Any) -> list[Article]:
        return [published(unit=unit, title=f"{unit}{changes}{n}", **changes) for n in range(count)]

    many("D14", 3)
    many("D14", 2, review_days=10)
    many("D14", 1, valid_until=TODAY + 5 * DAY, review_days=1)
    many("D15", 1, review_days=25)
    many(None, 4)
    draft(people["editor"], unit="C01")
    found = queries.upkeep(TODAY + 30 * DAY)
    d14, d15 = factories.unit("D14").id, factories.unit("D15").id
    assert found == {d14: Upkeep(6, 2, 2, 1), d15: Upkeep(1, 1, 0, 0)}
    assert (found[d14].kept, found[d14].neglected, found[d15].kept) == (3, 3, 1)
