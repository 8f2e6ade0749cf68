"""Which operation each step of a story is, in the words of the API.

Decided here: what a decision's step decides on: what was asked last of its ticket. Not here:
when a step happens and by whom (`tickets`).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select

from callbacks import forms as callback_forms
from callbacks import steps as callback_steps
from dispatch import forms as dispatch_forms
from dispatch import (
    joint_forms,
    joint_steps,
    questioning,
    second_level_forms,
    second_level_steps,
    splitting,
    splitting_forms,
    time_forms,
    time_steps,
)
from dispatch import steps as dispatch_steps
from dispatch.models import Return
from dispatch.time_models import Suspension
from hotline.extensions import db
from hotline.fields import Form
from hotline.tickets import forms, objection_views, steps
from hotline.tickets.acting import Act
from hotline.tickets.models import Ticket
from supervision import steps as supervision_steps
from supervision.models import Order

Does = tuple[type[Form], Act[Any]]
"""What a step takes, and what it does with it."""

SPLIT = "split"
TEXT = "text"
IF_ASKED = "callback_if_asked"
"""Whether a consultation's citizen is asked is drawn by lot; who is not drawn is not called."""

DO: Mapping[str, Does] = {
    "sort": (forms.SortForm, steps.sort),
    "answer": (forms.AnswerForm, steps.answer),
    "refuse": (forms.RefuseForm, steps.refuse),
    "object": (forms.TextForm, objection_views.step),
    "file": (forms.FileForm, steps.file),
    "transfer": (forms.TransferForm, steps.transfer),
    "merge": (forms.MergeForm, steps.merge),
    SPLIT: (splitting_forms.SplitForm, splitting.split),
    "note": (forms.TextForm, steps.note),
    "urge": (forms.NothingForm, steps.urge),
    "supplement": (forms.TextForm, steps.supplement),
    "reopen": (forms.ReasonForm, steps.reopen),
    "withdraw": (forms.ReasonForm, steps.withdraw),
    "dispatch": (dispatch_forms.DispatchForm, dispatch_steps.dispatch),
    "sign": (forms.NothingForm, dispatch_steps.sign),
    "contact": (dispatch_forms.ContactForm, dispatch_steps.contact),
    "ask": (questioning.AskForm, questioning.ask),
    "handdown": (second_level_forms.HandDownForm, second_level_steps.hand_down),
    "progress": (dispatch_forms.ProgressForm, dispatch_steps.progress),
    "extend": (time_forms.ExtendForm, time_steps.extend),
    "decide_extension": (time_forms.GrantForm, time_steps.decide_extension_of),
    "suspend": (time_forms.SuspendForm, time_steps.suspend),
    "return": (dispatch_forms.ReturnForm, dispatch_steps.ask_return),
    "assist_reply": (joint_forms.AssistReplyForm, joint_steps.reply),
    "reply": (dispatch_forms.ReplyForm, dispatch_steps.reply),
    "review": (dispatch_forms.ReviewForm, dispatch_steps.review),
    "callback": (callback_forms.CallbackForm, callback_steps.record),
    IF_ASKED: (callback_forms.CallbackForm, callback_steps.record),
    "decide": (callback_forms.DecisionForm, callback_steps.decide),
    "supervise": (forms.ReasonForm, supervision_steps.supervise),
}

ON_LAST: Mapping[str, tuple[type[Any], type[Form], Callable[..., None]]] = {
    "decide_return": (Return, dispatch_forms.DecisionForm, dispatch_steps.decide_return),
    "decide_suspension": (Suspension, time_forms.VerdictForm, time_steps.decide_suspension),
    "answer_order": (Order, forms.TextForm, supervision_steps.answer),
}
"""Steps on the last row of a kind that the ticket has."""

KNOWN = frozenset({*DO, *ON_LAST, TEXT})


def of(do: str, ticket: Ticket) -> Does:
    """What the step of this name is for this ticket. Raises KeyError for one that isn't known."""
    if do not in ON_LAST:
        return DO[do]
    model, form, act = ON_LAST[do]
    last = select(model.id).where(model.ticket_id == ticket.id).order_by(model.id.desc())
    return form, partial(act, db.session.scalars(last.limit(1)).one())
