"""What may be tried with a ticket: in which states it makes sense, by whom, with what.

Wrong people and wrong moments are among them; what is possible is decided by the steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from callbacks import steps as asking
from callbacks.forms import CallbackForm
from callbacks.forms import DecisionForm as RedoForm
from dispatch import (
    changing_steps,
    joint_queries,
    joint_steps,
    merging,
    second_level_steps,
    splitting,
)
from dispatch import forms as given_by
from dispatch import steps as handling
from dispatch import time_steps as pausing
from dispatch.changing_steps import ChangePageForm
from dispatch.joint_forms import AddAssistForm, AssistReplyForm, EndAssistForm
from dispatch.merging_forms import UnmergeForm
from dispatch.models import Return
from dispatch.second_level_forms import HandDownForm, TakeBackForm
from dispatch.splitting_forms import SplitForm
from dispatch.time_forms import ExtendForm, GrantForm, PromiseForm, SuspendForm, VerdictForm
from dispatch.time_models import Extension, Suspension
from hotline.extensions import db
from hotline.tickets import forms as at_desk
from hotline.tickets import steps as desk
from hotline.tickets.acting import Acting
from hotline.tickets.models import Ticket
from hotline.tickets.states import State
from supervision import steps as watching
from supervision.forms import DecisionForm as OrderForm
from supervision.models import Order
from tests.rules.town import SUB, UNITS, Town

T = TypeVar("T")
Given = dict[str, Any]
LEAVES = ("T010101", "T010102", "T010104", "T010105")
WORDS = "已现场核实，依法处理。"
LEAD, UNIT = "lead", "unit"
"""Somebody of the unit that leads the ticket; of any unit."""


@dataclass(frozen=True)
class Chance:
    """The ticket, and what decides between the possibilities."""

    town: Town
    number: str
    draw: Callable[[int], int]

    def pick(self, values: Sequence[T]) -> T:
        """One of them; the first is the simplest."""
        return values[self.draw(len(values))]

    def day(self, *days: int) -> str:
        """The date in so many days."""
        return (self.town.now + timedelta(days=self.pick(days))).date().isoformat()


@dataclass(frozen=True)
class Deed:
    """One thing that may be tried."""

    states: frozenset[State]
    who: str
    step: Callable[..., object]
    form: type[Any]
    given: Callable[[Chance], Given]

    def tried(self, chance: Chance) -> str:
        """Try it; answers what became of it, for the story of a failure."""
        town, number = chance.town, chance.number
        who = town.lead_of(number) if self.who == LEAD else self.who
        who = chance.pick((*UNITS, SUB)) if who == UNIT else who
        given = self.given(chance)
        code = town.do(who, self.step, self.form, given, number)
        name = getattr(self.step, "__name__", "step")
        return f"{number} {who} {name} {given}: {code or 'done'}"


def about(step: Callable[..., object], model: type[Any]) -> Callable[..., object]:
    """A step about the last row of its kind, whose number a route would bind."""

    def found(ticket: Ticket, data: Any, how: Acting) -> None:
        last = select(model.id).where(model.ticket_id == ticket.id).order_by(model.id.desc())
        step(db.session.scalars(last).first() or 0, ticket, data, how)

    found.__name__ = step.__name__
    return found


def let_go(ticket: Ticket, data: EndAssistForm, how: Acting) -> None:
    """Let one of the assisting units go."""
    parts = joint_queries.assisting(ticket.id)
    joint_steps.let_go(parts[0].unit.code if parts else "D14", ticket, data, how)


def choice(**fields: Sequence[Any]) -> Callable[[Chance], Given]:
    """One of the values of each field."""
    return lambda chance: {name: chance.pick(values) for name, values in fields.items()}


def _reply(chance: Chance) -> Given:
    completion = chance.pick(["solved", "explained", "planned", "withdrawn"])
    promise = {"promised_on": chance.day(20)} if completion == "planned" else {}
    ends = {"completion": completion, "overrules": chance.pick([True, False])}
    return {"text": WORDS, "basis": "《城市市容条例》"} | ends | promise


def _parts(_chance: Chance) -> Given:
    one = {"body": "摊位占道", "request_type": "help", "category": "T010101", "unit": "D16"}
    other = {"body": "夜间停水", "request_type": "help", "category": "T010102"}
    return {"parts": [one | {"unit_text": WORDS}, other]}


def _call(chance: Chance) -> Given:
    if chance.pick([False, False, True]):
        return {"outcome": chance.pick(["no_answer", "busy"]), "asked_for": True}
    solved, satisfied = chance.pick([("yes", 5), ("no", 1), ("partly", 3), ("yes", 2)])
    rated = {"responded": True, "solved": solved, "satisfied": satisfied}
    return {"outcome": "reached", "reason": WORDS, "asked_for": True} | rated


def _suspend(chance: Chance) -> Given:
    reasons = ["litigation", "waiting_for_citizen", "force_majeure"]
    return {"reason": chance.pick(reasons), "until": chance.day(1, 3, 9), "evidence": WORDS}


S = State
TO_SORT, TO_DISPATCH = frozenset({S.RECEIVED}), frozenset({S.PENDING_DISPATCH})
TO_SIGN, WORKED = frozenset({S.PENDING_SIGNATURE}), frozenset({S.IN_PROGRESS})
RETURNED, REVIEWED = frozenset({S.RETURN_REQUESTED}), frozenset({S.IN_REVIEW})
BEFORE = TO_SIGN | WORKED
ASKED = frozenset({S.AWAITING_CALLBACK})
RATED = ASKED | frozenset({S.CLOSED, S.MERGED})
HELD = BEFORE | RETURNED | REVIEWED | ASKED
OPEN = HELD | TO_SORT | TO_DISPATCH
OVER = frozenset(State) - OPEN
FOLLOWING = frozenset({S.MERGED})
TYPES = ("help", "complaint", "consultation", "suggestion")
URGENCIES = (None, "normal", "urgent", "critical")
MORE = {"text": [WORDS]}
WHY = {"reason": [WORDS]}
YES = [True, True, False]

TABLE: tuple[tuple[Any, ...], ...] = (
    (
        TO_SORT,
        "operator",
        desk.sort,
        at_desk.SortForm,
        choice(request_type=TYPES, category=LEAVES, urgency=URGENCIES),
    ),
    (
        TO_DISPATCH,
        "dispatcher",
        handling.dispatch,
        given_by.DispatchForm,
        choice(lead=UNITS, assist=[[], [], ["D14"], ["C01", "E01"]], unit_text=[WORDS]),
    ),
    (TO_DISPATCH, "dispatcher", splitting.split, SplitForm, _parts),
    (
        OPEN,
        "dispatcher",
        desk.merge,
        at_desk.MergeForm,
        lambda one: {"into": one.pick(one.town.numbers)},
    ),
    (FOLLOWING, "dispatcher", merging.unmerge, UnmergeForm, choice(**WHY)),
    (BEFORE, LEAD, handling.sign, at_desk.NothingForm, choice()),
    (BEFORE, UNIT, handling.sign, at_desk.NothingForm, choice()),
    (
        BEFORE,
        UNIT,
        handling.contact,
        given_by.ContactForm,
        choice(result=["reached", "no_answer"]),
    ),
    (BEFORE, LEAD, handling.progress, given_by.ProgressForm, choice(**MORE)),
    (
        BEFORE,
        LEAD,
        handling.ask_return,
        given_by.ReturnForm,
        choice(reason=["not_our_duty", "after_inspection"], basis=[WORDS]),
    ),
    (
        BEFORE,
        UNIT,
        handling.ask_return,
        given_by.ReturnForm,
        choice(reason=["after_inspection"], basis=[WORDS]),
    ),
    (
        BEFORE | RETURNED,
        "reviewer",
        about(handling.decide_return, Return),
        given_by.DecisionForm,
        choice(uphold=[False, True], note=[WORDS]),
    ),
    (
        BEFORE,
        "dispatcher",
        joint_steps.add,
        AddAssistForm,
        choice(units=[["D14"], ["C01"], ["E01", "D16"]]),
    ),
    (HELD, "dispatcher", let_go, EndAssistForm, choice(**WHY)),
    (BEFORE, UNIT, joint_steps.reply, AssistReplyForm, choice(**MORE)),
    (
        BEFORE,
        "D16",
        second_level_steps.hand_down,
        HandDownForm,
        choice(sub_unit=[SUB]),
    ),
    (BEFORE, "D16", second_level_steps.take_back, TakeBackForm, choice()),
    (WORKED, LEAD, handling.reply, given_by.ReplyForm, _reply),
    (WORKED, SUB, handling.reply, given_by.ReplyForm, _reply),
    (
        WORKED,
        LEAD,
        pausing.extend,
        ExtendForm,
        choice(working_days=[1, 3, 5, 0, 400], **WHY),
    ),
    (
        WORKED,
        "head",
        about(pausing.decide_extension, Extension),
        GrantForm,
        choice(grant=YES, note=[WORDS], upstream_consent=[WORDS]),
    ),
    (WORKED, LEAD, pausing.suspend, SuspendForm, _suspend),
    (
        WORKED,
        "reviewer",
        about(pausing.decide_suspension, Suspension),
        VerdictForm,
        choice(grant=YES, note=[WORDS]),
    ),
    (HELD, LEAD, pausing.resume, at_desk.NothingForm, choice()),
    (
        REVIEWED,
        "reviewer",
        handling.review,
        given_by.ReviewForm,
        choice(accept=[True, False], **WHY),
    ),
    (
        RATED,
        "reviewer",
        pausing.promise,
        PromiseForm,
        lambda one: {"promised_on": one.day(3, 9)},
    ),
    (RATED, "agent", asking.record, CallbackForm, _call),
    (
        RATED,
        "reviewer",
        asking.decide,
        RedoForm,
        choice(reasonable=[True, False], note=[WORDS]),
    ),
    (
        OPEN,
        "dispatcher",
        changing_steps.change,
        ChangePageForm,
        choice(category=LEAVES, urgency=URGENCIES, unit_text=[WORDS], **WHY),
    ),
    (HELD, "supervisor", watching.supervise, at_desk.ReasonForm, choice(**WHY)),
    (HELD, LEAD, about(watching.answer, Order), at_desk.TextForm, choice(**MORE)),
    (
        HELD,
        "supervisor",
        about(watching.decide, Order),
        OrderForm,
        choice(accept=[True, False], note=[WORDS]),
    ),
    (
        OPEN,
        "operator",
        desk.transfer,
        at_desk.TransferForm,
        choice(service=["119"], accepted_by=["", "王队长"]),
    ),
    (OPEN, "citizen", desk.supplement, at_desk.TextForm, choice(**MORE)),
    (OPEN, "citizen", desk.urge, at_desk.NothingForm, choice()),
    (OPEN, "citizen", desk.withdraw, at_desk.ReasonForm, choice(**WHY)),
    (OVER, "operator", desk.reopen, at_desk.ReasonForm, choice(**WHY)),
    (
        TO_SORT,
        "operator",
        desk.refuse,
        at_desk.RefuseForm,
        choice(reason=["petition"], text=[WORDS], route=["信访部门"]),
    ),
)
OFTEN = {"sort": 4, "dispatch": 6, "sign": 4, "reply": 4, "review": 5, "record": 5, "reopen": 4}
"""What lets a history go far is tried more often."""
DEEDS = tuple(Deed(*row) for row in TABLE for _ in range(OFTEN.get(row[2].__name__, 1)))
