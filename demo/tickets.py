"""The demo's tickets, lived through from intake to where each stands, by the real operations.

Decided here: that all stories happen at once, in the order of their times, the facts of each step
being read before the next. Not here: what is written in them (`stories`), when they happen
(`days`), which operation a step is (`acts`).
The surprise: no text of a story goes out; each is written down as delivered when it was due.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from callbacks import operations as callbacks
from callbacks import queries as callback_queries
from demo import acts, days, pictures, warned
from demo.handing import Unfinished, step, tell_readers
from demo.people import Cast
from demo.stories import CITIZEN, Step, Story
from hotline import counters, settings
from hotline.attachments import operations as attachments
from hotline.errors import Refused
from hotline.extensions import db
from hotline.messages import operations as messages
from hotline.messages.models import Message
from hotline.messages.rules import MessageRules
from hotline.phone import normalise
from hotline.tickets import operations, queries, splitting, timing
from hotline.tickets.acting import Acting
from hotline.tickets.forms import IntakeForm
from hotline.tickets.intake import intake
from hotline.tickets.kinds import Channel
from hotline.tickets.models import Ticket
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import State
from webhooks import routing
from webhooks.arriving import Arrived, Circumstances

PART = "part"
TIMES = ("contacted_at",)
DATES = ("promised_on", "until")
HOTLINE = "12345"
ENDS_EVERY = timedelta(hours=6)
MOST = 1000
TEXTS_KEPT = timedelta(days=20)


@dataclass
class Stage:
    """Where the stories are played: the cast, the rules, the moment it is, and what was made."""

    cast: Cast
    book: Rulebook
    now: datetime
    articles: Mapping[str, str]
    made: dict[str, Ticket] = field(default_factory=dict)
    texts: int = 0
    ended_at: datetime | None = None

    @property
    def texts_since(self) -> datetime:
        """From when on the texts to citizens are kept; those before would cost a third of it."""
        return self.now - TEXTS_KEPT


Happening = tuple[datetime, str, Callable[[], None]]
"""When, in which story, and what."""


def play(stories: Sequence[Story], stage: Stage) -> int:
    """Let all stories happen, each step at its time; answers how many tickets they made.

    Readers are told before a step of a ticket that they have not heard of yet, so each finds it
    as it was, and many at a time. Raises Unfinished when a step is not possible, or a fact could
    not be read.
    """
    happenings = [one for story in stories for one in _of(story, stage)]
    touched: set[str] = set()
    for at, name, happen in sorted(happenings, key=lambda one: one[0]):
        if name in touched:
            tell_readers(stage.texts_since)
            touched.clear()
        _end_ratings(stage, at)
        _happen(name, happen)
        touched.add(name)
    tell_readers(stage.texts_since)
    _bring_up_to_now(stage)
    return len(stage.made)


def _happen(name: str, happen: Callable[[], None]) -> None:
    try:
        with step():
            happen()
    except (Refused, ValueError, KeyError) as wrong:
        raise Unfinished(f"{name}: {wrong!r}") from wrong


def _of(story: Story, stage: Stage) -> list[Happening]:
    """The story's beginning and its steps, each with its moment."""
    begins_at, *later = story.times(stage.now, stage.book.calendar)
    begin = partial(_begin, story, stage, begins_at)
    happenings: list[Happening] = [(begins_at, story.name, begin)]
    for one, at in zip(story.steps, later, strict=True):
        happenings.append((at, story.name, partial(_take, story, one, stage, at)))
    return happenings


def _begin(story: Story, stage: Stage, at: datetime) -> None:
    """The matter comes in: by text through the webhook's own routing, else through intake."""
    if story.matter["channel"] == Channel.SMS:
        stage.made[story.name] = _text(story, story.matter["body"], stage, at)
        return
    told = _titled(story.matter)
    if "received_at" in told:
        told["received_at"] = days.moment(told["received_at"], stage.now, stage.book.calendar)
    matter = IntakeForm.model_validate(told).matter()
    is_staff = story.by != CITIZEN
    by = stage.cast[story.by].actor if is_staff else CITIZEN
    taken = intake(matter, by=by, now=at, book=stage.book, may_sort=is_staff)
    attachments.take(taken.ticket, pictures.of(story.name), by=by, now=at, of=taken.ticket.last_seq)
    stage.made[story.name] = taken.ticket


def _take(story: Story, step: Step, stage: Stage, at: datetime) -> None:
    """One step of a ticket that is there."""
    if step.do == acts.TEXT:
        _text(story, step.given["body"], stage, at)
        return
    ticket = stage.made[_name(story, step)]
    if step.do == acts.IF_ASKED and ticket.state is not State.AWAITING_CALLBACK:
        return
    form, act = acts.of(step.do, ticket)
    act(ticket, form.model_validate(_given(step, stage, at)), _acting(step, stage, at))
    if step.do == acts.SPLIT:
        for number, part in enumerate(splitting.open_parts(ticket.id), 1):
            stage.made[_part(story, number)] = part


def _name(story: Story, step: Step) -> str:
    """Whom of the story a step is about: a part of what was split where it names one."""
    return _part(story, step.given[PART]) if PART in step.given else story.name


def _part(story: Story, number: int) -> str:
    return f"{story.name}/{number}"


def _acting(step: Step, stage: Stage, at: datetime) -> Acting:
    if step.by == CITIZEN:
        return Acting(CITIZEN, at, stage.book, via="web")
    viewer = stage.cast[step.by]
    return Acting(viewer.actor, at, stage.book, viewer)


def _given(step: Step, stage: Stage, at: datetime) -> dict[str, Any]:
    """What the form takes: times and dates as moments, other tickets and articles by number."""
    given = {name: one for name, one in step.given.items() if name != PART}
    calendar = stage.book.calendar
    for name in TIMES:
        if isinstance(given.get(name), timedelta):
            given[name] = at - given[name]
        elif name in given:
            given[name] = days.moment(given[name], stage.now, calendar)
    for name in DATES:
        if name in given:
            since = at if given[name].startswith("+") else stage.now
            given[name] = days.ahead(given[name].removeprefix("+"), since, calendar)
    if step.do == "merge":
        given["into"] = stage.made[given["into"]].number
    if "article" in given:
        given["article"] = stage.articles[given["article"]]
    return given


def _titled(matter: Mapping[str, Any]) -> dict[str, Any]:
    return {"citizen": {}, "place": None} | dict(matter)


def _text(story: Story, body: str, stage: Stage, at: datetime) -> Ticket:
    """A text of the story's citizen comes in; answers the ticket that it belongs to."""
    stage.texts += 1
    provider_id = f"demo:{story.name}:{stage.texts}"
    phone = normalise(story.matter["citizen"]["phone"])
    routing.take_in(
        Arrived(provider_id, phone, HOTLINE, body),
        Circumstances(at, stage.book, settings.read(MessageRules), callbacks.answer_by_text),
    )
    of_text = select(Message.ticket_id).where(Message.provider_id == provider_id)
    ticket_id = db.session.scalars(of_text).one()
    if ticket_id is None:
        raise Unfinished(f"{story.name}: the text {body!r} belongs to no ticket")
    return operations.lock_by_id(ticket_id)


def _end_ratings(stage: Stage, at: datetime) -> None:
    """Fix the answers whose time was over by now; looked at some times a day."""
    if stage.ended_at is not None and at - stage.ended_at < ENDS_EVERY:
        return
    stage.ended_at = at
    for plan_id in callback_queries.expired(at, MOST):
        plan = callback_queries.by_id(plan_id)
        with step():
            callbacks.expire(plan_id, now=(plan and plan.expires_at) or at, book=stage.book)
        tell_readers(stage.texts_since)


def _bring_up_to_now(stage: Stage) -> None:
    """What the clock would have done meanwhile: lamps, ended ratings, counters; texts settled."""
    stage.ended_at = None
    _end_ratings(stage, stage.now)
    with step():
        timing.sweep(stage.now, stage.book)
    tell_readers(stage.texts_since)
    with step():
        warned.seed(stage.cast, stage.made, stage.now)
    tell_readers(stage.texts_since)
    with step():
        messages.settle(stage.now)
        counters.fold()
    queries.forget_rulebook()
