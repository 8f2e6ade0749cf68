"""The demo's tickets, lived through from intake to where each stands, by the real operations.

Decided here: which step of a story is which operation, and that all stories happen at once, in
the order of their times, the facts of each step being read before the next. Not here: what is
written in them (`stories`), when they happen (`days`).
The surprise: no text of a story goes out; each is written down as delivered when it was due.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from callbacks import forms as callback_forms
from callbacks import operations as callbacks
from callbacks import queries as callback_queries
from callbacks import steps as callback_steps
from demo import days
from demo.people import Cast
from demo.stories import CITIZEN, Step, Story
from dispatch import forms as dispatch_forms
from dispatch import steps as dispatch_steps
from dispatch.models import Return
from hotline import counters, jobs, relay, settings
from hotline.events import OutboxRow
from hotline.extensions import db
from hotline.fields import Form
from hotline.messages import operations as messages
from hotline.messages.models import Message
from hotline.messages.rules import MessageRules
from hotline.phone import normalise
from hotline.tickets import forms, operations, queries, steps, timing
from hotline.tickets.acting import Act, Acting
from hotline.tickets.forms import IntakeForm
from hotline.tickets.intake import intake
from hotline.tickets.models import Ticket
from hotline.tickets.rulebook import Rulebook
from hotline.tickets.states import Channel
from webhooks import routing
from webhooks.arriving import Arrived, Circumstances

DO: Mapping[str, tuple[type[Form], Act[Any]]] = {
    "sort": (forms.SortForm, steps.sort),
    "answer": (forms.AnswerForm, steps.answer),
    "refuse": (forms.RefuseForm, steps.refuse),
    "file": (forms.FileForm, steps.file),
    "transfer": (forms.TransferForm, steps.transfer),
    "merge": (forms.MergeForm, steps.merge),
    "note": (forms.TextForm, steps.note),
    "urge": (forms.NothingForm, steps.urge),
    "withdraw": (forms.ReasonForm, steps.withdraw),
    "dispatch": (dispatch_forms.DispatchForm, dispatch_steps.dispatch),
    "sign": (forms.NothingForm, dispatch_steps.sign),
    "contact": (dispatch_forms.ContactForm, dispatch_steps.contact),
    "progress": (dispatch_forms.ProgressForm, dispatch_steps.progress),
    "return": (dispatch_forms.ReturnForm, dispatch_steps.ask_return),
    "reply": (dispatch_forms.ReplyForm, dispatch_steps.reply),
    "review": (dispatch_forms.ReviewForm, dispatch_steps.review),
    "callback": (callback_forms.CallbackForm, callback_steps.record),
}
"""What a story's step is, in the words of the API; `text` and `decide_return` come beside."""

TIMES = ("contacted_at",)
DATES = ("promised_on",)
HOTLINE = "12345"


class Unfinished(Exception):
    """A reader could not take what the stories published; the demo would not be whole."""


@dataclass
class Stage:
    """Where the stories are played: the cast, the rules, the moment it is, and what was made."""

    cast: Cast
    book: Rulebook
    now: datetime
    articles: Mapping[str, str]
    made: dict[str, int] = field(default_factory=dict)
    texts: int = 0


Happening = tuple[datetime, Callable[[], None]]


def play(stories: Sequence[Story], stage: Stage) -> int:
    """Let all stories happen, each step at its time; answers how many tickets they made.

    Raises Refused when a step is not possible, Unfinished when a fact could not be read.
    """
    happenings = [one for story in stories for one in _of(story, stage)]
    for _at, happen in sorted(happenings, key=lambda one: one[0]):
        with jobs.transaction():
            happen()
        _tell_readers()
    _bring_up_to_now(stage)
    return len(stage.made)


def _of(story: Story, stage: Stage) -> list[Happening]:
    """The story's beginning and its steps, each with its moment."""
    begins_at = days.moment(story.at, stage.now, stage.book.calendar)
    happenings: list[Happening] = [(begins_at, partial(_begin, story, stage, begins_at))]
    for step in story.steps:
        at = days.moment(step.at, stage.now, stage.book.calendar)
        happenings.append((at, partial(_take, story, step, stage, at)))
    return happenings


def _begin(story: Story, stage: Stage, at: datetime) -> None:
    """The matter comes in: by text through the webhook's own routing, else through intake."""
    if story.matter["channel"] == Channel.SMS:
        stage.made[story.name] = _text(story, story.matter["body"], stage, at)
        return
    matter = IntakeForm.model_validate(_titled(story.matter)).matter()
    is_staff = story.by != CITIZEN
    by = stage.cast[story.by].actor if is_staff else CITIZEN
    taken = intake(matter, by=by, now=at, book=stage.book, may_sort=is_staff)
    stage.made[story.name] = taken.ticket.id


def _take(story: Story, step: Step, stage: Stage, at: datetime) -> None:
    """One step of a ticket that is there."""
    if step.do == "text":
        _text(story, step.given["body"], stage, at)
        return
    ticket = operations.lock_by_id(stage.made[story.name])
    form, act = _decision(ticket) if step.do == "decide_return" else DO[step.do]
    act(ticket, form.model_validate(_given(step, stage)), _acting(step, stage, at))


def _decision(ticket: Ticket) -> tuple[type[Form], Act[Any]]:
    """The decision on the ticket's last return."""
    last = select(Return.id).where(Return.ticket_id == ticket.id).order_by(Return.id.desc())
    return_id = db.session.scalars(last.limit(1)).one()
    return dispatch_forms.DecisionForm, partial(dispatch_steps.decide_return, return_id)


def _acting(step: Step, stage: Stage, at: datetime) -> Acting:
    if step.by == CITIZEN:
        return Acting(CITIZEN, at, stage.book, via="web")
    viewer = stage.cast[step.by]
    return Acting(viewer.actor, at, stage.book, viewer)


def _given(step: Step, stage: Stage) -> dict[str, Any]:
    """What the form takes: times and dates as moments, other tickets and articles by number."""
    given, calendar = dict(step.given), stage.book.calendar
    for name in TIMES:
        if name in given:
            given[name] = days.moment(given[name], stage.now, calendar)
    for name in DATES:
        if name in given:
            given[name] = days.ahead(given[name], stage.now, calendar)
    if step.do == "merge":
        given["into"] = db.session.get_one(Ticket, stage.made[given["into"]]).number
    if "article" in given:
        given["article"] = stage.articles[given["article"]]
    return given


def _titled(matter: Mapping[str, Any]) -> dict[str, Any]:
    return {"citizen": {}, "place": None} | dict(matter)


def _text(story: Story, body: str, stage: Stage, at: datetime) -> int:
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
    return ticket_id


def _tell_readers() -> None:
    """Hand over what the last step published; most steps publish nothing that anybody reads."""
    waiting = select(OutboxRow.id).limit(1)
    while db.session.scalar(waiting) is not None and relay.hand_over():
        pass


def _bring_up_to_now(stage: Stage) -> None:
    """What the clock would have done meanwhile: lamps, ended ratings, counters; texts settled."""
    with jobs.transaction():
        timing.sweep(stage.now, stage.book)
        for plan_id in callback_queries.expired(stage.now, len(stage.made)):
            callbacks.expire(plan_id, now=stage.now, book=stage.book)
    _tell_readers()
    with jobs.transaction():
        messages.settle(stage.now)
        counters.fold()
    queries.forget_rulebook()
    left = db.session.scalars(select(OutboxRow)).first()
    if left is not None:
        raise Unfinished(f"{left.reader} could not read {left.kind}: {left.error}")
