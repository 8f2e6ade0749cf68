"""Knowledge beside a form: the best answers while somebody types, one in full, and its use.

The panel stands on the console, beside a unit's reply and beside a callback; `source` says
where. What was asked is noted once it is answered (`kb.use.noting`).
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Invalid, Refused
from hotline.extensions import limiter
from hotline.fields import PageForm
from hotline.words import N_
from kb import files, reading, showing
from kb.reading import Shown
from kb.use import noting, operations, texting
from kb.use.forms import AboutForm, ComplaintForm, PickForm, TextForm, ToTextForm, UsedForm
from kb.use.kinds import UseKind
from kb.use.texting import Recipient

bp = Blueprint("kb_fragments", __name__, template_folder="templates")

TEXTS_BY_PERSON = "30 per minute"


@bp.get("/kb/pick")
@access.needs(Permission.READ_KNOWLEDGE)
def pick() -> ResponseReturnValue:
    """The best answers to what was typed."""
    form = fields.asked(PickForm)
    hits = reading.answers(form.q, form.limit)
    if form.q and not form.quiet and not form.confidential:
        noting.asked(form.q, len(hits), noting.staff(form.source))
    return render_template("kb/_suggestions.html", q=form.q, hits=hits)


@bp.get("/kb/pick/<number>")
@access.needs(Permission.READ_KNOWLEDGE)
def picked(number: str) -> ResponseReturnValue:
    """One article in full, beside the form."""
    form = fields.asked(AboutForm)
    shown = reading.article(access.current(), number)
    noting.opened(number, noting.staff(form.source))
    words = showing.words(shown.body, shown.guide, files.for_staff, below=3)
    return render_template("kb/_picked.html", article=shown, words=words, about=form)


@bp.post("/kb/<number>/used")
@access.needs(Permission.READ_KNOWLEDGE)
def used(number: str) -> ResponseReturnValue:
    """An article went into an answer; the page that says so waits for nothing."""
    form = fields.sent(UsedForm)
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    data = form.data

    def work() -> http.Answer:
        asker = noting.staff(data.source)
        noting.note_use(
            number, data.kind, asker, at=clock.now(), ticket_id=noting.ticket(data.ticket)
        )
        return http.Answer(status=204)

    return http.write(work)


@bp.get("/kb/<number>/text")
@access.needs(Permission.CALL)
def to_text(number: str) -> ResponseReturnValue:
    """A text with this article, before it goes: to whom, and which words."""
    asked, shown = fields.asked(ToTextForm), reading.article(access.current(), number)
    form = PageForm(TextForm, None, words=texting.draft(shown), **_carried(asked))
    try:
        to = texting.recipient(access.current(), asked.ticket, asked.phone)
    except Refused as error:
        form.refuse(error)
        return _text(shown, form, None)
    return _text(shown, form, to)


@bp.post("/kb/<number>/text")
@access.needs(Permission.CALL)
@limiter.limit(TEXTS_BY_PERSON, key_func=lambda: access.current().actor)
def text(number: str) -> ResponseReturnValue:
    """Send it to who is asking right now."""
    form, shown = fields.sent(TextForm), reading.article(access.current(), number)
    to = None
    if form.data is not None:
        data = form.data
        try:
            to = texting.recipient(access.current(), data.ticket, data.phone)
            return http.write(lambda: _texted(shown, to, data))
        except Refused as error:
            form.refuse(error)
    return _text(shown, form, to)


@bp.post("/kb/<number>/complaints")
@access.needs(Permission.READ_KNOWLEDGE)
def complain(number: str) -> ResponseReturnValue:
    """Somebody says what is wrong with an article."""
    form = fields.sent(ComplaintForm)
    if form.data is None:
        return render_template("kb/_complain.html", article=_shown(number), form=form)
    data = form.data

    def work() -> http.Answer:
        reading.article(access.current(), number)
        asker, now = noting.staff(data.source), clock.now()
        operations.complain(
            number, data.words, asker, now=now, ticket_id=noting.ticket(data.ticket)
        )
        return _complained(number)

    return http.write(work)


def _complained(number: str) -> http.Answer:
    if "HX-Request" in request.headers:
        return http.Answer(text=render_template("kb/_complained.html"))
    back = http.local(request.form.get("_back"), url_for("kb.article", number=number))
    return http.go(back, N_("Thank you: an editor looks at it."))


def _texted(shown: Shown, to: Recipient, data: TextForm) -> http.Answer:
    now = clock.now()
    texting.send(shown, to, data.words, now=now)
    asker = noting.staff(data.source)
    noting.note_use(shown.number, UseKind.TEXTED, asker, at=now, ticket_id=to.ticket_id)
    return http.Answer(text=render_template("kb/_texted.html", to=to))


def _text(shown: Shown, form: PageForm[TextForm], to: Recipient | None) -> str:
    return render_template("kb/_text.html", article=shown, form=form, to=to)


def _shown(number: str) -> Shown:
    return reading.article(access.current(), number)


def _carried(asked: ToTextForm) -> dict[str, str]:
    return {"source": asked.source.value, "ticket": asked.ticket, "phone": asked.phone}
