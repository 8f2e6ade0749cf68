"""Signing in and out, and one's own account.

Decided here: where somebody goes next. The administrator's pages are functions of `admin_views`;
they belong to the same blueprint, and their routes are added at the end.
"""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import access, clock, fields, http
from hotline.access import Viewer
from hotline.errors import Invalid, Refused
from hotline.extensions import limiter
from hotline.fields import PageForm
from hotline.people import (
    admin_records,
    admin_units,
    admin_views,
    confirming,
    operations,
    queries,
    rules,
    sessions,
    signing,
)
from hotline.people.forms import (
    ChangePasswordForm,
    ConfirmForm,
    LanguageForm,
    NewPasswordForm,
    SignInForm,
)
from hotline.people.models import Staff
from hotline.words import N_

FAILED_PER_ADDRESS = "20 per minute;200 per hour"
WHY_OVER = {
    "session_idle": N_("You were away for an hour, so you were logged out."),
    "session_too_long": N_("You were logged in for twelve hours. Please log in again."),
    "session_changed": N_("Your account was changed, so you were logged out."),
}

bp = Blueprint("people", __name__, template_folder="templates")


def has_failed(response: Response) -> bool:
    """Whether an answer counts against the address: whoever gets in doesn't."""
    return response.status_code != 303


@bp.get("/login")
@access.public
def login() -> ResponseReturnValue:
    """The page to sign in; who is signed in goes on."""
    viewer, wanted = access.viewer(), request.args.get("next")
    if viewer is not None:
        return redirect(http.local(wanted, _home(viewer)), 303)
    form = PageForm(SignInForm, None, next=http.local(wanted, ""))
    return render_template(
        "people/login.html", form=form, why_over=WHY_OVER.get(sessions.why_over())
    )


@bp.post("/login")
@limiter.limit(FAILED_PER_ADDRESS, deduct_when=has_failed)
@access.public
def sign_in() -> Response:
    """Sign in; a failure is counted, and so committed like a success."""
    return http.write(lambda: _sign_in(fields.sent(SignInForm)))


@bp.post("/logout")
@access.public
def logout() -> Response:
    """Sign out: this session's cookie opens nothing more, wherever it was copied."""
    viewer, digest = access.viewer(), sessions.end()

    def leave() -> http.Answer:
        if viewer is not None and digest is not None:
            signing.sign_out(viewer.staff_id, digest, clock.now())
        return http.go(url_for("people.login"), N_("You are logged out."))

    return http.write(leave)


@bp.get("/password")
@access.public
def new_password() -> ResponseReturnValue:
    """Choosing one's own password before the first session begins."""
    if sessions.changing(clock.now()) is None:
        return redirect(url_for("people.login"), 303)
    return render_template("people/new_password.html", form=PageForm(NewPasswordForm))


@bp.post("/password")
@limiter.limit(FAILED_PER_ADDRESS, deduct_when=has_failed)
@access.public
def choose_password() -> Response:
    """Take the chosen password and begin the session."""
    return http.write(lambda: _choose(fields.sent(NewPasswordForm)))


@bp.get("/confirm")
@access.public
def confirm() -> ResponseReturnValue:
    """One's own password once more, before personal data is handed out."""
    access.current()
    wanted = http.local(request.args.get("next"), "")
    if confirming.is_fresh() and wanted:
        return redirect(wanted, 303)
    form = PageForm(ConfirmForm, None, next=wanted)
    return render_template("people/confirm.html", form=form)


@bp.post("/confirm")
@limiter.limit(FAILED_PER_ADDRESS, deduct_when=has_failed)
@access.public
def confirm_password() -> Response:
    """Take the password; a failure is counted, and so committed like a success."""
    viewer = access.current()
    return http.write(lambda: _confirm(viewer, fields.sent(ConfirmForm)))


@bp.get("/account")
@access.public
def account() -> str:
    """Who I am here; for everybody who is signed in."""
    return _account(PageForm(ChangePasswordForm))


@bp.post("/account/password")
@limiter.limit(FAILED_PER_ADDRESS, deduct_when=has_failed)
@access.public
def change_password() -> Response:
    """Change one's own password; every other session of one's own ends."""
    viewer = access.current()
    return http.write(lambda: _change(viewer, fields.sent(ChangePasswordForm)))


@bp.post("/account/language")
@access.public
def choose_language() -> Response:
    """The language of one's own pages, from now on and everywhere."""
    viewer, form = access.current(), fields.sent(LanguageForm)
    wanted = form.data.locale if form.data else viewer.locale
    back = http.local(request.form.get("_back"), url_for("people.account"))

    def change() -> http.Answer:
        operations.set_language(viewer.staff_id, wanted)
        return http.go(back)

    return http.write(change)


@bp.app_context_processor
def given() -> dict[str, Any]:
    """What every template may ask for: the administrator's pages, wherever they come from."""
    return {"admin_pages": current_app.extensions["admin_pages"]}


def _sign_in(form: PageForm[SignInForm]) -> http.Answer:
    if form.data is None:
        return _again("login", form, 422)
    now = clock.now()
    found = signing.sign_in(form.data.username, form.data.password, now)
    if isinstance(found, Refused):
        form.refuse(found)
        return _again("login", form, found.status)
    if found.has_temporary_password:
        sessions.begin_change(found, now)
        return http.go(url_for("people.new_password"))
    return _begin(found, form.data.next)


def _choose(form: PageForm[NewPasswordForm]) -> http.Answer:
    now = clock.now()
    staff_id = sessions.changing(now)
    if staff_id is None:
        return http.go(url_for("people.login"), N_("That took too long. Please log in again."))
    try:
        wanted = _typed_twice(form)
        staff = operations.set_password(staff_id, wanted, by=f"staff:{staff_id}", now=now)
    except Invalid as wrong:
        form.refuse(wrong)
        return _again("new_password", form, wrong.status)
    return _begin(staff, None, N_("The password is changed."))


def _change(viewer: Viewer, form: PageForm[ChangePasswordForm]) -> http.Answer:
    try:
        wanted = _typed_twice(form)
        present = form.data.present if form.data else ""
        staff = operations.change_password(viewer.staff_id, present, wanted, clock.now())
    except Invalid as wrong:
        form.refuse(wrong)
        return http.Answer(status=wrong.status, text=_account(form))
    return _begin(staff, url_for("people.account"), N_("The password is changed."))


def _confirm(viewer: Viewer, form: PageForm[ConfirmForm]) -> http.Answer:
    if form.data is None:
        return _again("confirm", form, 422)
    now = clock.now()
    found = signing.confirm(viewer.staff_id, form.data.present, now)
    if isinstance(found, Refused):
        form.refuse(found)
        return _again("confirm", form, found.status)
    confirming.confirm(now)
    return http.go(http.local(form.data.next, _home(viewer)))


def _typed_twice(form: PageForm[Any]) -> str:
    if form.data is None:
        raise Invalid("invalid", "Some fields can't be taken as they are.", fields=form.errors)
    password: str = form.data.password
    if password != form.data.again:
        raise Invalid("not_the_same", "The two passwords are not the same.", field="again")
    return password


def _begin(staff: Staff, wanted: str | None, said: str | None = None) -> http.Answer:
    sessions.begin(staff, clock.now())
    viewer = access.viewer()
    home = _home(viewer) if viewer else url_for("people.login")
    return http.go(http.local(wanted, home), said)


def _home(viewer: Viewer) -> str:
    return url_for(rules.home_of(viewer.roles))


def _account(form: PageForm[Any]) -> str:
    viewer = access.current()
    held = queries.memberships_in_force([viewer.staff_id], clock.now())
    return render_template("people/account.html", form=form, memberships=held)


def _again(page: str, form: PageForm[Any], status: int) -> http.Answer:
    return http.Answer(status=status, text=render_template(f"people/{page}.html", form=form))


for method, rule, view in (*admin_views.ROUTES, *admin_units.ROUTES, *admin_records.ROUTES):
    bp.add_url_rule(rule, view.__name__, view, methods=[method])
