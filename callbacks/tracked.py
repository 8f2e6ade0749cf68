"""The citizen's rating on the page of their own ticket: what they chose, and choosing there.

Who has opened the ticket with number and code may answer what the text's link asks; the same
rules hold as for the link. Not here: who has opened it (`portal.tracking`).
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from callbacks import answering, operations, queries
from callbacks.forms import RateForm
from callbacks.models import Plan
from callbacks.queries import Asked
from hotline import access, clock, fields, http
from hotline.errors import Invalid, Refused
from hotline.extensions import limiter
from hotline.labels import msgid
from hotline.portal import tracking
from hotline.portal.telling import Rated
from hotline.tickets import queries as tickets
from hotline.words import N_

bp = Blueprint("tracked_rating", __name__, template_folder="templates")

TRIES_BY_ADDRESS = "60 per minute"


def rating_of(ticket_id: int) -> Rated | None:
    """What the ticket's citizen answered last, and where they can answer; one statement."""
    found = queries.newest_asked(ticket_id)
    if found is None:
        return None
    plan, number = found
    is_open = answering.still_counts(plan, clock.now())
    url = url_for("tracked_rating.rate", number=number) if is_open else None
    said = _in_words(plan)
    return Rated(said, plan.answered_at, url) if said or url else None


@bp.route("/track/<number>/rate", methods=["GET", "POST"])
@access.public
@limiter.limit(TRIES_BY_ADDRESS)
def rate(number: str) -> ResponseReturnValue:
    """How satisfied, in two taps, from the page of one's own ticket."""
    if not tracking.is_open(number):
        return redirect(url_for("portal.track", number=number), 303)
    asked = queries.asked_of(number)
    if asked is None or not answering.still_counts(asked.plan, clock.now()):
        return render_template("callbacks/over.html", asked=asked), 410
    form = fields.sent(RateForm)
    if form.data is not None:
        try:
            return _rated(asked, form.data)
        except Refused as error:
            form.refuse(error)
    if request.method != "POST":
        form.values.update(answering.chosen(asked.plan))
    return _page(asked, form)


def _page(asked: Asked, form: fields.PageForm[RateForm]) -> ResponseReturnValue:
    here = url_for("tracked_rating.rate", number=asked.number)
    page = render_template("callbacks/rate.html", asked=asked, action=here, form=form)
    return page, Invalid.status if form.errors else 200


def _rated(asked: Asked, data: RateForm) -> ResponseReturnValue:
    plan_id, rating, words = asked.plan.id, data.rating(), data.words or None

    def work() -> http.Answer:
        book = tickets.rulebook()
        operations.answer_by_page(plan_id, rating, words, now=clock.now(), book=book)
        page = url_for("portal.ticket", number=asked.number)
        return http.go(page, N_("Thank you for your rating."))

    return http.write(work)


def _in_words(plan: Plan) -> str:
    groups = (
        ("satisfaction", plan.satisfied),
        ("solved", plan.solved),
        ("responded", answering.YES_NO[plan.was_contacted]),
    )
    return " · ".join(gettext(msgid(group, code)) for group, code in groups if code is not None)
