"""The pages of the callback desk, and the one on which citizens rate by a link."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from callbacks import answering, desk, lists, operations, parts, queries, queue, steps, turns
from callbacks.forms import CallbackForm, DecisionForm, ForesightForm, RateForm
from callbacks.queries import Asked
from callbacks.rules import Rating
from callbacks.windows import CallbackRules
from hotline import access, clock, fields, http, settings
from hotline.access import Permission
from hotline.errors import Invalid, Refused
from hotline.extensions import limiter
from hotline.tickets import queries as tickets
from hotline.tickets import uncovering
from hotline.tickets.acting import on_many, on_page
from hotline.tickets.forms import NothingForm
from hotline.words import N_

bp = Blueprint("callbacks", __name__, template_folder="templates")

GONE, UNKNOWN = 410, 404
TRIES_BY_ADDRESS = "60 per minute"


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What the ticket's page asks of a round; nothing is read before it does."""
    return {"held_until": turns.held_until, "callback_panels": desk.panels}


@bp.get("/callbacks")
@access.needs(Permission.CALLBACK)
def page() -> ResponseReturnValue:
    """Who is to be called, who has a text, what was answered."""
    return queue.shown()


@bp.get("/callbacks/next")
@access.needs(Permission.CALLBACK)
def next_call() -> ResponseReturnValue:
    """To whoever is to be called next, or back to the list when nobody is."""
    return redirect(queue.next_address(), 303)


@bp.get("/callbacks/decisions")
@access.needs(Permission.REVIEW)
def decisions() -> ResponseReturnValue:
    """Dissatisfied citizens' tickets of which a reviewer says whether they are done again."""
    found = lists.page(access.current(), lists.DECISIONS, request.args.get("cursor"))
    return render_template("callbacks/decisions.html", found=found, tabs=queue.tabs("decisions"))


@bp.get("/callbacks/<number>")
@access.needs(Permission.CALLBACK)
def call(number: str) -> ResponseReturnValue:
    """One call: the story on one side, the questions on the other."""
    return _call_page(number)


@bp.post("/callbacks/<number>")
@access.needs(Permission.CALLBACK)
def record(number: str) -> ResponseReturnValue:
    """Write down what came of the call."""
    said = N_("The callback is written down.")
    return on_page(number, CallbackForm, steps.record, name="callback", said=said, show=_call_page)


@bp.post("/callbacks/<number>/call")
@access.needs(Permission.CALLBACK)
def call_by_machine(number: str) -> ResponseReturnValue:
    """Let the machine call this citizen."""
    said = N_("The machine calls. What the citizen answers is written down by itself.")
    act = steps.call_by_machine
    return on_page(number, NothingForm, act, name="machine", said=said, show=_call_page)


@bp.post("/callbacks/call")
@access.needs(Permission.CALLBACK)
def call_many_by_machine() -> ResponseReturnValue:
    """Let the machine call the citizens of the ticked tickets."""
    back = url_for("callbacks.page")
    return on_many(NothingForm, steps.call_by_machine, name="machine_many", back=back)


@bp.get("/callbacks/<number>/foresight")
@access.needs(Permission.CALLBACK)
def foresight(number: str) -> ResponseReturnValue:
    """What saving the answers chosen so far would do; a fragment."""
    chosen = fields.PageForm(ForesightForm, request.args).data or ForesightForm()
    rating = Rating(chosen.responded, chosen.solved, chosen.satisfied)
    shown = desk.of(access.current(), number)
    return render_template("callbacks/_foresight.html", desk=shown, rating=rating)


@bp.get("/callbacks/decisions/<number>")
@access.needs(Permission.REVIEW)
def decision(number: str) -> ResponseReturnValue:
    """One decision: the story, what the citizen said, reasonable or not."""
    return _decision_page(number)


@bp.post("/callbacks/decisions/<number>")
@access.needs(Permission.REVIEW)
def decide(number: str) -> ResponseReturnValue:
    """Say whether the dissatisfaction is reasonable."""
    said = N_("Decided and told to the unit.")
    return on_page(
        number, DecisionForm, steps.decide, name="decision", said=said, show=_decision_page
    )


@bp.route("/rate/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def rate(token: str) -> ResponseReturnValue:
    """The citizen's page: how satisfied, in two taps."""
    asked = queries.asked(token)
    if asked is None or not answering.still_counts(asked.plan, clock.now()):
        return _over(asked)
    form = fields.sent(RateForm)
    if form.data is not None:
        data = form.data
        try:
            return http.write(lambda: _take(token, data))
        except Refused as error:
            form.refuse(error)
    if request.method != "POST":
        form.values.update(answering.chosen(asked.plan))
    here = url_for("callbacks.rate", token=token)
    page_ = render_template("callbacks/rate.html", asked=asked, action=here, form=form)
    return page_, Invalid.status if form.errors else 200


@bp.get("/rate/<token>/thanks")
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def thanks(token: str) -> ResponseReturnValue:
    """What was chosen, and what happens now."""
    asked = queries.asked(token)
    if asked is None or asked.plan.answered_at is None:
        return _over(asked)
    return render_template(
        "callbacks/thanks.html",
        asked=asked,
        plan=parts.view_of(asked.plan),
        token=token,
        may_change=answering.still_counts(asked.plan, clock.now()),
    )


def _take(token: str, data: RateForm) -> http.Answer:
    operations.answer_by_link(
        token, data.rating(), data.words or None, now=clock.now(), book=tickets.rulebook()
    )
    return http.go(url_for("callbacks.thanks", token=token))


def _over(asked: Asked | None) -> ResponseReturnValue:
    """A polite page for links that are unknown, or whose time is over."""
    status = UNKNOWN if asked is None else GONE
    return render_template("callbacks/over.html", asked=asked), status


def _call_page(number: str) -> str:
    viewer, numbers, now = access.current(), settings.read(CallbackRules), clock.now()
    shown = desk.of(viewer, number)
    return render_template(
        "callbacks/call.html",
        desk=shown,
        hours=desk.hours(now, numbers),
        numbers=numbers,
        turn=turns.of(shown.plan, now, numbers) if shown.plan else None,
        way=uncovering.way(shown.ticket, viewer),
    )


def _decision_page(number: str) -> str:
    shown = desk.of(access.current(), number, kinds=operations.DECIDED_ON)
    return render_template("callbacks/decision.html", desk=shown)
