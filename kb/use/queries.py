"""Reading what was asked in vain, what was complained about, and what each article is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, any_, case, func, or_, select, union_all
from sqlalchemy.orm import aliased

from hotline.extensions import db
from hotline.people.models import Staff, Unit
from hotline.tickets.models import Category, Ticket, TicketEvent
from kb.models import Article
from kb.rules import State
from kb.use.grouping import Asked, grouped
from kb.use.grouping import Group as Group
from kb.use.kinds import Source, Stand, UseKind
from kb.use.models import Complaint, Count, Dismissal, Proposal, Search, Use

LOOKED_AT: Final = 20_000
MOST_KEYS: Final = 3_000
A_PAGE: Final = 30


@dataclass(frozen=True)
class Figures:
    """How often an article was used, and with what success."""

    number: str
    title: str
    is_public: bool
    opened: int
    inserted: int
    texted: int
    answered: int
    helpful: int
    unhelpful: int
    complained: int

    @property
    def used(self) -> int:
        """How often somebody was answered with it, whatever way."""
        return self.inserted + self.texted + self.answered


@dataclass(frozen=True)
class Complained:
    """A complaint with the article that it is about."""

    id: int
    number: str
    title: str
    words: str
    source: Source
    by: str | None
    ticket: str | None
    at: datetime
    state: Stand
    settled_by: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Proposed:
    """A draft that answers suggest."""

    id: int
    title: str
    questions: list[str]
    body: str
    times: int
    category: tuple[str, str] | None
    unit: tuple[str, str] | None
    tickets: list[str]
    made_at: datetime
    state: Stand
    decided_by: str | None
    article: str | None


def missing(since: datetime, *, is_found: bool | None = None) -> list[Group]:
    """What was asked in vain since then, in groups: nothing found, or nothing of it used.

    Looks at the latest few ten thousand such searches, however many there are.
    """
    wanted: list[ColumnElement[bool]] = [
        Search.used_article_id.is_(None),
        Search.at >= since,
        or_(Search.found == 0, Search.source.not_in((Source.PUBLIC, Source.API))),
    ]
    if is_found is not None:
        wanted.append(Search.found > 0 if is_found else Search.found == 0)
    latest = select(Search).where(*wanted).order_by(Search.at.desc()).limit(LOOKED_AT).subquery()
    one = aliased(Search, latest)
    times = func.count()
    rows = db.session.execute(
        select(
            one.key,
            func.mode().within_group(one.asked),
            times,
            func.sum(case((one.found == 0, 1), else_=0)),
            func.max(one.at),
            func.array_agg(one.source.distinct()),
        )
        .where(one.key.not_in(select(Dismissal.key)))
        .group_by(one.key)
        .order_by(times.desc(), func.max(one.at).desc())
        .limit(MOST_KEYS)
    )
    return grouped(
        Asked(key, example, count, int(none), last_at, frozenset(str(one) for one in sources))
        for key, example, count, none, last_at, sources in rows
    )


def dismissed(limit: int = A_PAGE) -> list[tuple[Dismissal, str]]:
    """Questions that somebody wants to see no more, with who; the latest first."""
    found = select(Dismissal, Staff.name).join(Staff, Staff.id == Dismissal.by)
    rows = db.session.execute(found.order_by(Dismissal.at.desc(), Dismissal.key).limit(limit))
    return [(one, name) for one, name in rows]


def complaints(
    state: Stand | None = Stand.OPEN, *, article: str | None = None, limit: int = A_PAGE
) -> list[Complained]:
    """What was complained about; the oldest open one first, of all the latest."""
    writer, settler = aliased(Staff), aliased(Staff)
    asked = (
        select(Complaint, Article, writer.name, settler.name, Ticket.number)
        .join(Article, Article.id == Complaint.article_id)
        .outerjoin(writer, writer.id == Complaint.staff_id)
        .outerjoin(settler, settler.id == Complaint.settled_by)
        .outerjoin(Ticket, Ticket.id == Complaint.ticket_id)
    )
    if state is not None:
        asked = asked.where(Complaint.state == state)
    if article is not None:
        asked = asked.where(Article.number == article)
    order = Complaint.id if state is Stand.OPEN else Complaint.id.desc()
    rows = db.session.execute(asked.order_by(order).limit(limit))
    return [
        Complained(
            id=one.id,
            number=about.number,
            title=about.title,
            words=one.words,
            source=one.source,
            by=by,
            ticket=ticket,
            at=one.at,
            state=one.state,
            settled_by=settled_by,
            settled_at=one.settled_at,
        )
        for one, about, by, settled_by, ticket in rows
    ]


def settled() -> list[Complained]:
    """The complaints that were settled last."""
    found = complaints(None, limit=2 * A_PAGE)
    return [one for one in found if one.state is not Stand.OPEN][:A_PAGE]


def open_counts() -> dict[str, int]:
    """How many proposals and complaints wait for an editor."""
    waiting = (
        select(func.count()).select_from(one).where(one.state == Stand.OPEN).scalar_subquery()
        for one in (Proposal, Complaint)
    )
    proposed, complained = db.session.execute(select(*waiting)).one()
    return {"proposals": proposed, "complaints": complained}


def proposals(state: Stand = Stand.OPEN, *, limit: int = A_PAGE) -> list[Proposed]:
    """The drafts that answers suggest, the most frequent first."""
    numbers = (
        select(func.array_agg(Ticket.number))
        .where(Ticket.id == any_(Proposal.ticket_ids))
        .correlate(Proposal)
        .scalar_subquery()
    )
    asked = (
        select(Proposal, Category.name, Unit.code, Unit.name, Staff.name, Article.number, numbers)
        .outerjoin(Category, Category.code == Proposal.category_code)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .outerjoin(Staff, Staff.id == Proposal.decided_by)
        .outerjoin(Article, Article.id == Proposal.article_id)
        .where(Proposal.state == state)
    )
    order = (Proposal.times.desc(), Proposal.id) if state is Stand.OPEN else (Proposal.id.desc(),)
    rows = db.session.execute(asked.order_by(*order).limit(limit))
    return [_proposed(row) for row in rows]


def figures(order: str, *, limit: int, number: str | None = None) -> list[Figures]:
    """What the published articles were good for, those with most of `order` first."""
    sums = _sums()
    columns = {kind.value: func.coalesce(sums.c[kind.value], 0) for kind in UseKind}
    used = columns["inserted"] + columns["texted"] + columns["answered"]
    ranks = columns | {"used": used, "helped": columns["helpful"]}
    wanted: list[ColumnElement[bool]] = [Article.state == State.PUBLISHED]
    if number is not None:
        wanted = [Article.number == number]
    asked = (
        select(Article.number, Article.title, Article.is_public, *columns.values())
        .outerjoin(sums, sums.c.article_id == Article.id)
        .where(*wanted)
        .order_by(ranks[order].desc(), Article.id)
        .limit(limit)
    )
    return [Figures(*row) for row in db.session.execute(asked)]


def uses_of(ticket_ids: Sequence[int]) -> dict[int, list[tuple[str, str, UseKind, datetime]]]:
    """Which articles these tickets were answered from: number, title, what was done, when."""
    rows = db.session.execute(
        select(Use.ticket_id, Article.number, Article.title, Use.kind, Use.at)
        .join(Article, Article.id == Use.article_id)
        .where(Use.ticket_id.in_(ticket_ids))
        .order_by(Use.id)
    )
    found: dict[int, list[tuple[str, str, UseKind, datetime]]] = {}
    for ticket_id, number, title, kind, at in rows:
        found.setdefault(ticket_id or 0, []).append((number, title, kind, at))
    return found


def actor_of(ticket_id: int, seq: int) -> int | None:
    """Which member of staff took this step of a ticket."""
    event = TicketEvent.ticket_id == ticket_id, TicketEvent.seq == seq
    actor = db.session.scalar(select(TicketEvent.actor).where(*event)) or ""
    kind, _, key = actor.partition(":")
    return int(key) if kind == "staff" and key.isdecimal() else None


def _sums() -> Any:
    """The counts, and what is not folded into them yet."""
    kept = select(Count.article_id, *(getattr(Count, kind.value) for kind in UseKind))
    fresh = select(
        Use.article_id,
        *(case((Use.kind == kind, 1), else_=0).label(kind.value) for kind in UseKind),
    ).where(~Use.is_counted)
    both = union_all(kept, fresh).subquery()
    sums = (func.sum(both.c[kind.value]).label(kind.value) for kind in UseKind)
    return select(both.c.article_id, *sums).group_by(both.c.article_id).subquery()


def _proposed(row: Row[*tuple[Any, ...]]) -> Proposed:
    one, category, unit_code, unit_name, decided_by, article, tickets = row
    return Proposed(
        id=one.id,
        title=one.title,
        questions=one.questions.splitlines(),
        body=one.body,
        times=one.times,
        category=(one.category_code, category) if category else None,
        unit=(unit_code, unit_name) if unit_code else None,
        tickets=sorted(tickets or ()),
        made_at=one.made_at,
        state=one.state,
        decided_by=decided_by,
        article=article,
    )
