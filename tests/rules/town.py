"""A small town in which a few tickets live through anything at all, by the real steps.

Somebody of every role, four units (one of them with hours of its own, one with a sub-unit). What
is refused leaves nothing behind, as in a request; what happened is told by the real relay.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

import time_machine
from apiflask import APIFlask
from pydantic import ValidationError
from sqlalchemy import func, select

from dispatch import jobs as time_jobs
from dispatch import queries as dispatching
from hotline import relay
from hotline.access import Role, Viewer
from hotline.calendar import opening
from hotline.errors import Refused
from hotline.events import DeadLetter, OutboxRow, Readers
from hotline.extensions import db
from hotline.hours import Hours
from hotline.people import queries as people
from hotline.people import units
from hotline.people.models import UnitKind
from hotline.people.units import Description
from hotline.tickets import merging, operations, queries, timing
from hotline.tickets.acting import Acting
from hotline.tickets.intake import intake
from hotline.tickets.models import ClockRow, Ticket
from hotline.tickets.rulebook import Rulebook
from tests import factories
from wsgi import READERS

BEGIN = datetime(2026, 9, 18, 1, 0, tzinfo=UTC)
"""A Friday, 9:00; make-up days, Mid-Autumn and National Day lie ahead."""
COURT = (Hours(((time(9), time(11, 45)), (time(14), time(17)))),)
WRITING = ("messages.", "notices.")
UNITS = ("D14", "D16", "C01", "E01")
SUB = "D16-S1"
STAFF = {
    "operator": Role.OPERATOR,
    "dispatcher": Role.DISPATCHER,
    "reviewer": Role.REVIEWER,
    "head": Role.HEAD,
    "agent": Role.CALLBACK_AGENT,
    "supervisor": Role.SUPERVISOR,
}


@contextmanager
def telling_only_rooms(app: APIFlask) -> Iterator[None]:
    """Readers that write texts and lists are left out: they do nothing to a ticket."""
    every: Readers = app.extensions["readers"]
    some = Readers()
    some.add(one for one in READERS if not one[1].startswith(WRITING))
    some.light = every.light
    app.extensions["readers"] = some
    try:
        yield
    finally:
        app.extensions["readers"] = every


@dataclass
class Town:
    """Who is there, which tickets, and what time it is."""

    now: datetime = BEGIN
    numbers: list[str] = field(default_factory=list)
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def settle(self) -> None:
        """Let people and units come to be."""
        parent = factories.unit("D16")
        text = Description("夜市管理科")
        units.add(SUB, text, kind=UnitKind.DEPARTMENT, parent=parent, by="staff:1", now=BEGIN)
        opening.set_hours(COURT, by="staff:1", now=BEGIN, unit="D14")
        made = {name: factories.staff(name, role) for name, role in STAFF.items()}
        for code in (*UNITS, SUB):
            roles = (Role.HANDLER, Role.UNIT_HEAD, Role.UNIT_DISPATCHER)
            made[code] = factories.staff(code.lower(), *roles, unit_code=code)
        for name, person in made.items():
            viewer = people.viewer_of(person.id, person.epoch, BEGIN)
            assert viewer is not None
            self.viewers[name] = viewer
        queries.forget_rulebook()

    @property
    def book(self) -> Rulebook:
        """The rules in force."""
        return queries.rulebook()

    def take_in(self, phone: str) -> None:
        """A citizen brings a matter."""
        matter = factories.matter(phone=phone)
        intake(matter, by="citizen", now=self.now, book=self.book, may_sort=False)
        db.session.commit()
        self.tell()

    def do(
        self, who: str, step: Callable[..., object], form: type[Any], given: Any, number: str
    ) -> str:
        """Try it as a request would; answers the code of the refusal, or nothing."""
        viewer = self.viewers.get(who)
        how = Acting(viewer.actor if viewer else "citizen", self.now, self.book, viewer)
        try:
            data = form.model_validate(given)
            with time_machine.travel(self.now, tick=False), db.session.begin_nested():
                merging.lock([number, *([given["into"]] if "into" in given else [])])
                step(operations.lock(number), data, how)
        except Refused as refused:
            db.session.expire_all()
            return refused.code
        except ValidationError:
            return "bad_form"
        db.session.commit()
        self.tell()
        return ""

    def tell(self) -> None:
        """Let the relay hand over what happened; every reader can take it."""
        relay.drain()
        left = db.session.scalars(select(OutboxRow.error)).all()
        assert not left, left
        assert db.session.scalar(select(func.count()).select_from(DeadLetter)) == 0
        db.session.expire_all()
        self.numbers = list(db.session.scalars(select(Ticket.number).order_by(Ticket.id)))

    def sweep(self) -> None:
        """Let lamps turn, suspensions end, promises be asked for."""
        timing.sweep(self.now, self.book)
        db.session.commit()
        with time_machine.travel(self.now, tick=False):
            time_jobs.end_suspensions()
            time_jobs.ask_promises()
        self.tell()

    def looks(self) -> dict[str, object]:
        """How each ticket and its clocks look: what looks as before, nobody touched."""
        newest = func.max(func.coalesce(ClockRow.stopped_at, ClockRow.started_at))
        rows = db.session.execute(
            select(
                Ticket.number,
                Ticket.last_seq,
                Ticket.due_at,
                Ticket.lamp,
                newest,
                func.max(ClockRow.due_at),
                func.count(ClockRow.paused_at),
            )
            .outerjoin(ClockRow, ClockRow.ticket_id == Ticket.id)
            .group_by(Ticket.id)
        )
        return {row[0]: row[1:] for row in rows}

    def ticket(self, number: str) -> Ticket:
        """The row as it is."""
        return db.session.scalars(select(Ticket).where(Ticket.number == number)).one()

    def lead_of(self, number: str) -> str:
        """The unit that leads it, or one that does not."""
        found = dispatching.active(self.ticket(number).id)
        return found.unit.code if found else "D16"
