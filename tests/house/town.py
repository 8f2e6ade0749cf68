"""A town with enough in it that a page asking once a row is found out.

31 rows fill the lists that everybody looks at; 10 show it where a life takes many steps.
"""

from datetime import timedelta

from apiflask import APIFlask
from sqlalchemy import delete

from dispatch import returning, reviewing
from dispatch.returning import Objection
from dispatch.rules import ReturnReason
from hotline import relay
from hotline.access import Role
from hotline.events import OutboxRow
from hotline.extensions import db
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from tests import factories
from tests.dispatch import samples
from tests.factories import NOW
from tests.kb import articles

MANY, SOME, FEW = 31, 10, 1
CREW = (
    Role.OPERATOR,
    Role.DISPATCHER,
    Role.REVIEWER,
    Role.CALLBACK_AGENT,
    Role.SUPERVISOR,
)
LATER = NOW + timedelta(hours=2)


def build(app: APIFlask, *, many: int = MANY, some: int = SOME) -> dict[str, Staff]:
    """Tickets in every open state, each of another citizen, articles, staff; role → somebody."""
    del app  # asked for so that nobody builds outside a test's transaction
    crew = {role.value: factories.staff(role.value, role) for role in CREW}
    crew["administrator"] = factories.staff("administrator", Role.ADMINISTRATOR)
    crew["editor"] = factories.staff("editor", Role.EDITOR)
    crew["handler"] = factories.staff("handler", Role.HANDLER, unit_code="D16")
    for number in range(many):
        phone = f"+86138000{number:05d}"
        factories.taken(phone=phone)
        factories.sorted_ticket(phone=phone, category="T010101")
        samples.signed(phone=phone)
        articles.published(title=f"供热报停怎么办理之{number}")
        factories.staff(f"extra{number}", Role.OPERATOR)
    db.session.execute(delete(OutboxRow))  # their texts are not looked at
    for number in range(some):
        phone = f"+86138000{number:05d}"
        samples.replied(phone=phone)
        _returning(samples.signed(phone=phone))
        _accepted(samples.replied(phone=phone))
    relay.drain()
    return crew


def newest(state: str) -> str:
    """The number of a ticket in this state."""
    found = db.session.query(Ticket.number).filter_by(state=state).order_by(Ticket.id.desc())
    return str(found.limit(1).scalar())


def filled(path: str) -> str:
    """An address with `{state}` as the number of a ticket in that state."""
    before, found, rest = path.partition("{")
    state, _, after = rest.partition("}")
    return before + newest(state) + after if found else path


def _returning(ticket: Ticket) -> None:
    reason = Objection(next(iter(ReturnReason)), "不属于本单位职责，依据三定方案。")
    assignment, book = samples.open_of(ticket), factories.book()
    returning.ask(ticket, assignment, reason, by=samples.HANDLER, now=NOW, book=book)
    db.session.commit()


def _accepted(ticket: Ticket) -> None:
    reviewing.accept(ticket, samples.open_of(ticket), by=samples.REVIEWER, now=LATER)
    db.session.commit()
