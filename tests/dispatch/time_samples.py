"""What the tests of extensions, suspensions and promises share."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dispatch import extending, suspending
from dispatch.extending import Decision
from dispatch.suspending import Wish
from dispatch.time_models import Extension, Suspension
from dispatch.time_rules import SuspensionReason
from hotline.access import Role, Viewer
from hotline.extensions import db
from hotline.tickets.models import ClockRow, Ticket
from tests import factories
from tests.dispatch import samples
from tests.dispatch.samples import HANDLER, LATER

CITY = ZoneInfo("Asia/Shanghai")
WAITING, LITIGATION = SuspensionReason.WAITING_FOR_CITIZEN, SuspensionReason.LITIGATION


def viewer(role: Role = Role.REVIEWER, number: int = 903) -> Viewer:
    """Who decides."""
    return Viewer.of(number, "审核员", f"u{number}", roles=frozenset({role}))


REVIEWER, HEAD = viewer(), viewer(Role.HEAD, 904)


def at(text: str) -> datetime:
    """A moment in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY).astimezone(UTC)


def ask_extension(ticket: Ticket, days: int = 2, *, now: datetime = LATER) -> Extension:
    """Ask for more time as the unit's handler."""
    mine = samples.open_of(ticket)
    book = factories.book()
    return extending.ask(ticket, mine, days, "需要会同厂家。", by=HANDLER, now=now, book=book)


def grant_extension(
    ticket: Ticket, asked: Extension, *, by: Viewer = REVIEWER, now: datetime = LATER
) -> None:
    """Grant it."""
    decision = Decision("同意")
    extending.grant(ticket, asked, decision, viewer=by, now=now, book=factories.book())
    db.session.commit()


def refuse_extension(ticket: Ticket, asked: Extension, *, now: datetime = LATER) -> None:
    """Refuse it."""
    decision = Decision("理由不足")
    extending.refuse(ticket, asked, decision, viewer=REVIEWER, now=now, book=factories.book())
    db.session.commit()


def ask_suspension(
    ticket: Ticket,
    until: str = "2026-12-10",
    reason: SuspensionReason = WAITING,
    *,
    now: datetime = LATER,
) -> Suspension:
    """Ask that the clocks stand still."""
    wish = Wish(reason, date.fromisoformat(until), "11月18日已请市民补充照片。")
    mine, book = samples.open_of(ticket), factories.book()
    return suspending.ask(ticket, mine, wish, by=HANDLER, now=now, book=book)


def suspended(
    ticket: Ticket,
    until: str = "2026-12-10",
    reason: SuspensionReason = WAITING,
    *,
    now: datetime = LATER,
) -> Suspension:
    """Asked and granted at one moment."""
    asked = ask_suspension(ticket, until, reason, now=now)
    suspending.grant(ticket, asked, "同意", viewer=REVIEWER, now=now, book=factories.book())
    db.session.commit()
    return asked


def handle_clock(ticket: Ticket) -> ClockRow:
    """The running handle clock."""
    return samples.clocks_of(ticket)["handle"]
