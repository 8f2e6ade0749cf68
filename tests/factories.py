"""Makes what tests need: the directory, staff, tokens, tickets; by the real operations."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import text

from hotline import crypto
from hotline.access import Role
from hotline.calendar import operations as calendar
from hotline.extensions import db
from hotline.people.models import ApiToken, Membership, Staff, Unit, UnitKind
from hotline.tickets import queries
from hotline.tickets.intake import Matter, Place, Reporter, Taken, intake
from hotline.tickets.kinds import CallbackRule, Channel, RequestType, Urgency
from hotline.tickets.models import Category, RequestTypeRule, Ticket
from hotline.tickets.rulebook import Rulebook

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
FIRST_MADE = 1_000_000
PASSWORD = "a-password-for-tests"
UNITS = (
    ("D14", "市生态环境局", UnitKind.DEPARTMENT, False),
    ("D15", "市住房和城乡建设局", UnitKind.DEPARTMENT, False),
    ("D16", "市城市管理综合行政执法局", UnitKind.DEPARTMENT, False),
    ("C01", "海港区", UnitKind.COUNTY_DISTRICT, False),
    ("C04", "昌黎县", UnitKind.COUNTY_DISTRICT, False),
    ("E01", "市自来水公司", UnitKind.PUBLIC_SERVICE, True),
)
LEAVES: tuple[tuple[str, str, int | None, int | None, Urgency, bool], ...] = (
    ("T010101", "占道经营", 5, None, Urgency.NORMAL, False),
    ("T010102", "停水报修", 1, 24, Urgency.URGENT, False),
    ("T010103", "举报违纪", 15, None, Urgency.NORMAL, True),
    ("T010104", "燃气泄漏", 1, 24, Urgency.CRITICAL, False),
    ("T010105", "没有时限", None, None, Urgency.NORMAL, False),
)
TYPES = (
    (RequestType.CONSULTATION, 3, CallbackRule.SAMPLE),
    (RequestType.HELP, 5, CallbackRule.FULL),
    (RequestType.COMPLAINT, 10, CallbackRule.FULL),
    (RequestType.REPORT, 15, CallbackRule.FULL),
    (RequestType.SUGGESTION, 7, CallbackRule.SAMPLE),
    (RequestType.PRAISE, 3, CallbackRule.NONE),
    (RequestType.OTHER, 1, CallbackRule.NONE),
)


def load_directory() -> None:
    """Some units and leaves, every request type."""
    # Tests act as "staff:801" and the like: nobody whom a test makes may come to have that number.
    db.session.execute(text(f"ALTER TABLE staff ALTER COLUMN id RESTART WITH {FIRST_MADE}"))
    for code, name, kind, has_duty in UNITS:
        db.session.add(Unit(code=code, name=name, kind=kind, has_duty_24h=has_duty))
    db.session.add(Category(code="T01", name="试验", is_leaf=False))
    db.session.flush()
    db.session.add(Category(code="T0101", parent_code="T01", name="试验组", is_leaf=False))
    db.session.flush()
    for code, name, days, hours, urgency, is_confidential in LEAVES:
        db.session.add(
            Category(
                code=code,
                parent_code="T0101",
                name=name,
                is_leaf=True,
                limit_working_days=days,
                limit_hours=hours,
                urgency=urgency,
                is_confidential=is_confidential,
            )
        )
    for year in (2025, 2026, 2027):
        calendar.fill_from_library(year, now=NOW)
    for code, days, callback in TYPES:
        db.session.add(RequestTypeRule(code=code, limit_working_days=days, callback=callback))


def unit(code: str) -> Unit:
    """A unit of the test directory."""
    return db.session.query(Unit).filter_by(code=code).one()


def staff(username: str, *roles: Role, unit_code: str | None = None) -> Staff:
    """Somebody with these roles, in a unit where given."""
    made = Staff(username=username, name=f"试{username}", password_hash=_hash(), epoch=0)
    db.session.add(made)
    db.session.flush()
    unit_id = unit(unit_code).id if unit_code else None
    for role in roles:
        db.session.add(Membership(staff_id=made.id, unit_id=unit_id, role=role, since=_long_ago()))
    db.session.commit()
    return made


def bearer(person: Staff) -> dict[str, str]:
    """Headers with which the JSON API knows this person."""
    token = crypto.new_token()
    db.session.add(
        ApiToken(staff_id=person.id, digest=crypto.token_digest(token), name="test", created_at=NOW)
    )
    db.session.commit()
    return {"Authorization": f"Bearer {token}"}


def sign_in(client: FlaskClient, person: Staff) -> None:
    """Sign in through the page, as a person would."""
    page = client.get("/login").get_data(as_text=True)
    answer = client.post(
        "/login",
        data={
            "username": person.username,
            "password": PASSWORD,
            "csrf_token": hidden(page, "csrf_token"),
        },
    )
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)[:2000]


def hidden(page: str, name: str) -> str:
    """The value of a page's first hidden field of this name."""
    start = page.index(f'name="{name}"')
    tag = page[page.rindex("<", 0, start) : page.index(">", start)]
    return tag.split('value="', 1)[1].split('"', 1)[0]


def matter(**changes: Any) -> Matter:
    """A matter as a citizen would bring it."""
    phone = changes.pop("phone", "+8613812345678")
    given: dict[str, Any] = {
        "channel": Channel.WEB,
        "title": "夜市占道",
        "body": "文化路夜市每晚占道经营，行人只能走机动车道。",
        "reporter": Reporter(name="张三", phone=phone),
        "place": Place("海港区文化路", "C01"),
    }
    return Matter(**(given | changes))


def taken(*, now: datetime = NOW, may_sort: bool = True, **changes: Any) -> Taken:
    """A new ticket."""
    made = intake(
        matter(**changes), by="citizen", now=now, book=queries.rulebook(), may_sort=may_sort
    )
    db.session.commit()
    return made


def book() -> Rulebook:
    """The rules in force."""
    return queries.rulebook()


def sorted_ticket(*, now: datetime = NOW, **changes: Any) -> Ticket:
    """A ticket that waits for dispatch."""
    given = {"request_type": RequestType.COMPLAINT, "category": "T010101"} | changes
    return taken(now=now, **given).ticket


def cheap_hasher() -> PasswordHasher:
    """argon2id with the least cost there is: tests sign in hundreds of times."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def _hash() -> str:
    return cheap_hasher().hash(PASSWORD)


def _long_ago() -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC)
