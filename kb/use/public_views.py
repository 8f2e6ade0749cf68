"""Citizens say whether an answer helped: no login, no cookie, once a page."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.errors import Invalid
from hotline.extensions import limiter
from kb import reading
from kb.use import noting
from kb.use.forms import HelpedForm
from kb.use.kinds import Source

bp = Blueprint("kb_public", __name__)

BY_ADDRESS = "30 per minute; 300 per day"


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What a citizen's page asks of this room; nothing is made before it does."""
    return {"new_mark": noting.new_mark}


@bp.post("/answers/<number>/helpful")
@access.public
@limiter.limit(BY_ADDRESS)
def helpful(number: str) -> ResponseReturnValue:
    """Whether the answer helped; said again on the same page it counts no more."""
    form, shown = fields.sent(HelpedForm), reading.public_article(number)
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    data = form.data
    did_help = data.helped == "yes"

    def work() -> http.Answer:
        asker = noting.citizen(Source.PUBLIC, data.mark)
        noting.note_verdict(shown.number, asker, did_help=did_help, at=clock.now())
        if "HX-Request" in request.headers:
            return http.Answer(text=render_template("kb/_thanked.html", did_help=did_help))
        return http.go(url_for("kb_public.thanks", number=number, helped=data.helped))

    return http.write(work)


@bp.get("/answers/<number>/thanks")
@access.public
def thanks(number: str) -> ResponseReturnValue:
    """What was said is counted, and what to do when it did not help."""
    shown = reading.public_article(number)
    did_help = request.args.get("helped") == "yes"
    return render_template("kb/thanks.html", article=shown, did_help=did_help)
